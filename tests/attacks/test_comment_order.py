"""Attack 15: somebody who saw in which order people answered reads the published comments."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.core.publication import Publication as Published
from surveyapp.core.publication import Withheld
from surveyapp.storage.database import writing
from surveyapp.storage.models import Publication
from tests import factories
from tests.attacks import weakened
from tests.attacks.chance import GUESSES, coins, count_right, like_a_coin
from tests.attacks.dumps import open_team, suspects

if TYPE_CHECKING:
    import pytest
    from flask import Flask


def guess_from_order() -> int:
    """Of each two people in a row one says this and one says that: take them in the order shown."""
    round_id, people = open_team(2 * GUESSES)
    chance, truths, pairs = random.Random(3), coins(GUESSES), []
    for number, truth in enumerate(truths):
        pairs.append((f"{chance.random()} this", f"{chance.random()} that"))
        this, that = pairs[-1] if truth else pairs[-1][::-1]
        people[2 * number].answer(this)
        people[2 * number + 1].answer(that)
    factories.close_and_release(round_id)
    (document,) = documents()
    shown = Published.from_json(document).comments["C1"]
    assert not isinstance(shown, Withheld)
    return count_right([shown.index(that) - shown.index(this) for this, that in pairs], truths)


def documents() -> list[str]:
    with writing() as session:
        return list(session.scalars(select(Publication.document)))


def of_two_teams_that_answer_in_opposite_orders() -> list[str]:
    organisation = factories.make_organisation()
    for leader in ("Dana", "Bo"):
        factories.make_team(organisation, leader, 10)
    round_id = factories.open_round(organisation)
    for leader, codes in factories.draw_codes(round_id).items():
        people = list(enumerate(suspects(codes)))
        for number, person in people if leader == "Dana" else people[::-1]:
            person.answer(f"comment {number}", S1=str(number % 5 + 1))
    factories.close_and_release(round_id)
    return documents()


def test_comments_are_shown_in_an_order_that_says_nothing(sqlite_app: Flask) -> None:
    assert like_a_coin(guess_from_order())


def test_the_attacker_tells_who_said_what_where_comments_stay_in_order(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.keep_comments_in_order(monkeypatch)
    assert guess_from_order() == GUESSES


def test_any_order_of_answers_gives_the_same_bytes(sqlite_app: Flask) -> None:
    first, second = of_two_teams_that_answer_in_opposite_orders()
    assert first == second


def test_another_order_gives_other_bytes_where_comments_stay_in_order(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.keep_comments_in_order(monkeypatch)
    first, second = of_two_teams_that_answer_in_opposite_orders()
    assert first != second
