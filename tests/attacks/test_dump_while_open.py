"""Attack 1: somebody copies the whole database while the round is open, with its key or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.rounds import boxes
from surveyapp.storage.database import writing
from surveyapp.storage.models import BoxKind, Round
from surveyapp.web.pages import keys
from tests.attacks import weakened
from tests.attacks.chance import GUESSES, like_a_coin
from tests.attacks.dumps import guess_who_answered, guess_who_said_what, take_dump

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.attacks.dumps import Dump


def without_key(_round_id: int) -> Dump:
    """Copy every table."""
    return take_dump()


def with_key(round_id: int) -> Dump:
    """Copy every table and the key directory, and open the boxes."""
    with writing() as session:
        opened = session.get_one(Round, round_id)
        round_key = keys().read(opened.public_id)
        inside = boxes.unseal(session, opened.teams[0], round_key)
        entries = {
            kind: [
                {"id": key, "content": content} for key, content in getattr(inside, kind).items()
            ]
            for kind in BoxKind
        }
    return take_dump() | entries


def test_without_the_key_nobody_knows_who_of_two_answered(app: Flask) -> None:
    assert like_a_coin(guess_who_answered(without_key))


def test_even_with_the_key_nobody_knows_who_of_two_said_what(app: Flask) -> None:
    assert like_a_coin(guess_who_said_what(with_key))


def test_with_the_key_it_is_known_who_answered_as_the_promise_admits(app: Flask) -> None:
    assert guess_who_answered(with_key) == GUESSES


def test_the_attacker_finds_who_answered_where_used_slips_are_kept(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.remember_who_answered(monkeypatch)
    assert guess_who_answered(without_key) == GUESSES


@pytest.mark.parametrize(
    ("weaken", "copy"),
    [
        (weakened.keep_slip_and_ballot_in_one_row, without_key),
        (weakened.keep_ballots_in_order, without_key),
        (weakened.keep_boxes_in_order, with_key),
    ],
)
def test_the_attacker_finds_who_said_what_where_a_build_is_weaker(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    weaken: Callable[[pytest.MonkeyPatch], None],
    copy: Callable[[int], Dump],
) -> None:
    weaken(monkeypatch)
    assert guess_who_said_what(copy) == GUESSES
