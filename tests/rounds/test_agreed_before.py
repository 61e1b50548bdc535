"""What a round shows of an agreement, and asks about it, is decided when it opens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from surveyapp.rounds import opening
from surveyapp.storage.database import writing
from surveyapp.storage.models import Outcome, Person, Round, Team
from surveyapp.web.pages import keys, today
from tests import factories, followups
from tests.followup.results import released
from tests.followups import AGREED

if TYPE_CHECKING:
    from flask import Flask

    from surveyapp.core.checkin import Agreed

ORGANISATION = 1
OTHER = replace(AGREED, what="Something else")


@pytest.fixture
def spring(app: Flask) -> int:
    return released()


def frozen(round_id: int, leader: str = "Dana") -> tuple[Agreed | None, bool]:
    """Return what a round shows a team, and whether it asks about it."""
    with writing() as session:
        team = followups.round_team(session, round_id, leader)
        return team.agreed, team.asks_agreement


@pytest.mark.parametrize("outcome", [Outcome.AGREED, Outcome.CHANGED])
def test_the_next_round_shows_what_was_agreed_and_asks(spring: int, outcome: Outcome) -> None:
    followups.agree(spring, outcome=outcome)
    assert frozen(factories.open_round(ORGANISATION, "Summer")) == (AGREED, True)


def test_what_is_not_agreed_yet_is_neither_shown_nor_asked_about(spring: int) -> None:
    followups.agree(spring, outcome=Outcome.NOT_YET)
    summer = factories.open_round(ORGANISATION, "Summer")
    assert frozen(summer) == (None, False)
    assert frozen(summer, "Eve") == (None, False)


def test_a_team_too_small_for_single_questions_is_shown_it_but_not_asked(spring: int) -> None:
    followups.agree(spring, "Eve")
    assert frozen(factories.open_round(ORGANISATION, "Summer"), "Eve") == (AGREED, False)


@pytest.mark.parametrize(("threshold", "asks"), [(12, True), (13, False)])
def test_a_higher_threshold_of_the_round_counts(spring: int, threshold: int, *, asks: bool) -> None:
    followups.agree(spring)
    summer = factories.open_round(
        ORGANISATION, "Summer", threshold=threshold, comment_threshold=threshold
    )
    assert frozen(summer) == (AGREED, asks)


def test_the_last_released_round_alone_counts(spring: int) -> None:
    followups.agree(spring)
    summer = released("Summer", ORGANISATION)
    assert frozen(factories.open_round(ORGANISATION, "Autumn")) == (None, False)
    assert frozen(summer) == (AGREED, True)


def test_a_round_that_is_not_released_does_not_come_between(spring: int) -> None:
    followups.agree(spring)
    factories.close_and_release(factories.open_round(ORGANISATION, "Summer"), release=False)
    assert frozen(factories.open_round(ORGANISATION, "Autumn")) == (AGREED, True)


def test_another_leader_of_the_team_has_agreed_on_nothing(spring: int) -> None:
    followups.agree(spring)
    with writing() as session:
        team = session.query(Team).filter_by(name="Team Dana").one()
        team.leader = Person(organisation_id=ORGANISATION, name="Finn", email="finn@demo.example")
    assert frozen(factories.open_round(ORGANISATION, "Summer"), "Finn") == (None, False)


def test_an_open_round_keeps_what_it_shows(spring: int) -> None:
    followups.agree(spring)
    summer = factories.open_round(ORGANISATION, "Summer")
    followups.agree(spring, outcome=Outcome.CHANGED, agreed=OTHER)
    assert frozen(summer) == (AGREED, True)
    followups.agree(spring, outcome=Outcome.NOT_YET)
    assert frozen(summer) == (AGREED, True)


def test_who_joins_late_does_not_make_a_small_team_be_asked(spring: int) -> None:
    followups.agree(spring, "Eve")
    summer = factories.open_round(ORGANISATION, "Summer")
    with writing() as session:
        team = session.query(Team).filter_by(name="Team Eve").one()
        team.members += [
            Person(organisation_id=ORGANISATION, name=f"Late {number}") for number in range(10)
        ]
    with writing() as session:
        assert opening.invite_late(session, session.get_one(Round, summer), keys(), today()) == 10
    assert frozen(summer, "Eve") == (AGREED, False)
