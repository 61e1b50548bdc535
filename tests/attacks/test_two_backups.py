"""Attack 3: somebody compares copies of the database from before and after one answer.

They copy it as often as they like, and know what happened between all copies but two.
"""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import pytest

from surveyapp.rounds.resealing import reseal_open_rounds
from surveyapp.storage.models import Base
from surveyapp.web.pages import keys
from tests import factories
from tests.attacks import weakened
from tests.attacks.chance import GUESSES, LESSONS, coins, count_right, lean, like_a_coin
from tests.attacks.dumps import change, open_team, suspects, take_dump

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from flask import Flask

    from tests.attacks.dumps import Dump, Row

Difference: TypeAlias = "tuple[Hashable, ...]"

PIECE = 64
"""Bytes compared at once: far fewer than an entry of a box has."""


def differences(before: Dump, after: Dump) -> Iterator[Difference]:
    """Say which values of which rows changed, and by how much they grew."""
    for name in after:
        old, new = ({_key(name, row): row for row in dump[name]} for dump in (before, after))
        yield from ((name, place, "came or went") for place in old.keys() ^ new.keys())
        for place in old.keys() & new.keys():
            for column in old[place]:
                one, other = old[place][column], new[place][column]
                if one != other:
                    grown = len(other) - len(one) if isinstance(one, bytes) else None
                    yield name, place, column, grown


def _key(table: str, row: Row) -> tuple[Hashable, ...]:
    """Return what names a row: its key, or all of it in a table that is none of the product's."""
    known = Base.metadata.tables.get(table)
    return tuple(row.values() if known is None else (row[c.name] for c in known.primary_key))


def guess_from_differences(dumps: Sequence[Dump], truths: Sequence[bool]) -> int:
    """Guess what happened between two copies from what changed; learns from the first ones."""
    looks: list[set[Hashable]] = [set(differences(*both)) for both in pairwise(dumps)]
    lessons = list(zip(looks[:LESSONS], truths[:LESSONS], strict=True))
    return count_right([lean(look, lessons) for look in looks[LESSONS:]], truths[LESSONS:])


def guess_whether_first() -> int:
    """Guess whether somebody answers for the first time or changes earlier answers."""
    truths = coins(LESSONS + GUESSES)
    _round_id, people = open_team(len(truths) + 1)
    coming = iter(people)
    codes, dumps = [next(coming).answer()], [take_dump()]
    for is_first in truths:
        if is_first:
            codes.append(next(coming).answer())
        else:
            change(random.Random(len(dumps)).choice(codes))
        dumps.append(take_dump())
    return guess_from_differences(dumps, truths)


def guess_which_team(back_up: Callable[[], Dump]) -> int:
    """Guess of which of two teams somebody answers."""
    organisation, truths = factories.make_organisation(), coins(LESSONS + GUESSES)
    for leader in ("Dana", "Bo"):
        factories.make_team(organisation, leader, len(truths))
    drawn = factories.draw_codes(factories.open_round(organisation))
    teams = {name == "Dana": iter(suspects(codes)) for name, codes in drawn.items()}
    dumps = [back_up()]
    for is_dana in truths:
        next(teams[is_dana]).answer()
        dumps.append(back_up())
    return guess_from_differences(dumps, truths)


def guess_who_changed() -> int:
    """Guess which of two people changes their answers, whom the attacker saw answer at first."""
    _round_id, people = open_team(2 * GUESSES)
    codes, pieces, before = [], [], take_dump()
    for person in people:
        codes.append(person.answer(f"said by {person.person_id}"))
        pieces.append(changed_pieces(before, before := take_dump()))
    truths, clues = coins(GUESSES), []
    for number, truth in enumerate(truths):
        change(codes[2 * number + (not truth)])
        seen = changed_pieces(before, before := take_dump())
        first, second = (len(seen & one) / len(seen | one) for one in pieces[2 * number :][:2])
        clues.append(first - second)
    return count_right(clues, truths)


def changed_pieces(before: Dump, after: Dump) -> set[int]:
    """Return where the box of ballots changed."""
    old, new = (
        next(row["blob"] for row in dump["box"] if row["kind"] == "ballots")
        for dump in (before, after)
    )
    places = range(0, max(len(old), len(new)), PIECE)
    return {place for place in places if old[place : place + PIECE] != new[place : place + PIECE]}


def changes_of_one_answer() -> list[set[Difference]]:
    """Let one person answer and change it; return both times what changed."""
    _round_id, people = open_team(12)
    dumps = [take_dump()]
    code = people[0].answer()
    dumps.append(take_dump())
    change(code)
    dumps.append(take_dump())
    return [set(differences(*both)) for both in pairwise(dumps)]


def resealed() -> Dump:
    """Copy the database as `surveyapp backup` does."""
    reseal_open_rounds(keys())
    return take_dump()


def test_an_answer_changes_the_two_boxes_of_its_team_and_nothing_else(app: Flask) -> None:
    for seen in changes_of_one_answer():
        assert {look[:2] for look in seen} == {("box", (1, "ballots")), ("box", (1, "issuance"))}


def test_a_table_that_an_answer_writes_beside_the_boxes_is_seen(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.remember_who_answered(monkeypatch)
    assert "used" in {look[0] for change in changes_of_one_answer() for look in change}


def test_a_first_answer_looks_like_a_changed_one(app: Flask) -> None:
    assert like_a_coin(guess_whether_first())


def test_nobody_sees_whose_answers_were_changed(app: Flask) -> None:
    assert like_a_coin(guess_who_changed())


def test_between_two_backups_even_the_team_is_unknown(app: Flask) -> None:
    assert like_a_coin(guess_which_team(resealed))


def test_without_resealing_the_team_is_known(app: Flask) -> None:
    assert guess_which_team(take_dump) == GUESSES


@pytest.mark.parametrize(
    "weaken", [weakened.seal_what_changed_alone, weakened.leave_boxes_unpadded]
)
def test_the_attacker_tells_a_first_answer_where_a_build_is_weaker(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    weaken: Callable[[pytest.MonkeyPatch], None],
) -> None:
    weaken(monkeypatch)
    assert guess_whether_first() == GUESSES


def test_the_attacker_sees_who_changed_answers_where_boxes_are_sealed_alike(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.seal_with_one_nonce(monkeypatch)
    assert guess_who_changed() == GUESSES
