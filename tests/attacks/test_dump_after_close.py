"""Attack 2: somebody copies the whole database once the round is closed and released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import factories
from tests.attacks import weakened
from tests.attacks.chance import GUESSES, like_a_coin
from tests.attacks.dumps import (
    guess_who_answered,
    guess_who_said_what,
    mentions,
    open_team,
    take_dump,
)

if TYPE_CHECKING:
    import pytest
    from flask import Flask

    from tests.attacks.dumps import Dump


def after_close(round_id: int) -> Dump:
    """Copy every table after all is published."""
    factories.close_and_release(round_id)
    return take_dump()


def test_nobody_knows_who_of_two_answered(app: Flask) -> None:
    assert like_a_coin(guess_who_answered(after_close))


def test_nobody_knows_who_of_two_said_what(app: Flask) -> None:
    assert like_a_coin(guess_who_said_what(after_close))


def test_what_somebody_said_is_in_the_publication_alone(app: Flask) -> None:
    round_id, people = open_team(10)
    for person in people:
        person.answer("what ten people said")
    dump = after_close(round_id)
    places = [table for table, rows in dump.items() for row in rows if mentions(row, "ten people")]
    assert places == ["publication"]


def test_the_attacker_finds_who_answered_where_used_slips_are_kept(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.remember_who_answered(monkeypatch)
    assert guess_who_answered(after_close) == GUESSES


def test_the_attacker_finds_who_said_what_where_slips_and_ballots_outlive_the_round(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.keep_slip_and_ballot_in_one_row(monkeypatch)
    assert guess_who_said_what(after_close) == GUESSES
