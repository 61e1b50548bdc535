from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.followup import agreement
from surveyapp.followup.agreement import Written
from surveyapp.storage.agreements import of_results
from surveyapp.storage.database import writing
from surveyapp.storage.models import Agreement, Outcome, Round
from surveyapp.web.pages import today
from tests import followups
from tests.followup.results import released
from tests.followups import AGREED

if TYPE_CHECKING:
    from flask import Flask

CHANGED = replace(AGREED, when="Wednesdays", until=AGREED.until + dt.timedelta(days=7))


@pytest.fixture
def spring(app: Flask) -> int:
    return released()


def read(round_id: int, leader: str = "Dana") -> Written | None:
    with writing() as session:
        return agreement.read(session, followups.round_team(session, round_id, leader))


def made(round_id: int) -> object:
    with writing() as session:
        return agreement.made(session, followups.round_team(session, round_id))


def test_an_agreement_is_kept_as_it_was_saved_for_its_own_result_alone(spring: int) -> None:
    assert read(spring) is None
    followups.agree(spring)
    assert read(spring) == Written(AGREED, Outcome.AGREED, today())
    assert read(spring, "Eve") is None


def test_saving_again_replaces_it(spring: int) -> None:
    followups.agree(spring)
    followups.agree(spring, outcome=Outcome.CHANGED, agreed=CHANGED)
    assert read(spring) == Written(CHANGED, Outcome.CHANGED, today())
    with writing() as session:
        assert len(session.scalars(select(Agreement)).all()) == 1


@pytest.mark.parametrize("outcome", Outcome)
def test_a_team_sees_an_agreement_only_once_it_agreed(spring: int, outcome: Outcome) -> None:
    assert made(spring) is None
    followups.agree(spring, outcome=outcome)
    assert made(spring) == (None if outcome is Outcome.NOT_YET else AGREED)


def test_agreements_and_links_of_several_results_are_found_at_once(spring: int) -> None:
    followups.agree(spring, "Eve")
    followups.share(spring, "Dana")
    with writing() as session:
        teams = session.get_one(Round, spring).teams
        dana, eve = (followups.round_team(session, spring, name) for name in ("Dana", "Eve"))
        agreements, links = of_results(session, teams)
        assert set(agreements) == {eve.id}
        assert set(links) == {dana.id}
