from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from surveyapp.followup import sharing
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round, SharedLink
from surveyapp.web.pages import today
from tests import followups
from tests.followup.results import released
from tests.installation import DATABASE

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def spring(app: Flask) -> int:
    return released()


def shown(secret: str) -> tuple[int, str] | None:
    """Return which round's and whose result is behind a link."""
    with writing() as session:
        team = sharing.shared_result(session, secret)
        return (team.round_id, team.leader_name) if team else None


def since(round_id: int) -> dt.date | None:
    with writing() as session:
        return sharing.shared_since(session, followups.round_team(session, round_id))


def withdraw(round_id: int, leader: str = "Dana") -> None:
    with writing() as session:
        sharing.withdraw(session, followups.round_team(session, round_id, leader))


def test_a_link_shows_its_own_result_until_it_is_withdrawn(spring: int) -> None:
    assert since(spring) is None
    dana, eve = followups.share(spring, "Dana"), followups.share(spring, "Eve")
    assert (shown(dana), shown(eve)) == ((spring, "Dana"), (spring, "Eve"))
    assert since(spring) == today()
    withdraw(spring)
    assert (shown(dana), shown(eve)) == (None, (spring, "Eve"))
    assert since(spring) is None
    withdraw(spring)


def test_a_new_link_ends_the_old_one(spring: int) -> None:
    old = followups.share(spring)
    new = followups.share(spring)
    assert old != new
    assert (shown(old), shown(new)) == (None, (spring, "Dana"))
    with writing() as session:
        assert session.query(SharedLink).count() == 1


def test_nothing_that_is_kept_is_a_link(app: Flask, spring: int) -> None:
    secret = followups.share(spring)
    with writing() as session:
        kept = session.query(SharedLink).one().secret_hash
    assert shown(kept.hex()) is None
    if app.config["SETTINGS"].database_url.startswith("sqlite"):
        files = app.config["SETTINGS"].instance.glob(f"{DATABASE}*")
        assert not [file for file in files if secret.encode() in file.read_bytes()]


def test_a_result_that_is_not_released_is_behind_no_link(spring: int) -> None:
    secret = followups.share(spring)
    with writing() as session:
        followups.round_team(session, spring).released = False
    assert shown(secret) is None


def test_a_team_sees_its_result_a_week_after_the_release(spring: int) -> None:
    with writing() as session:
        for team in session.get_one(Round, spring).teams:
            assert sharing.team_sees_from(team) == today() + dt.timedelta(days=7)
            team.released_on = None
            assert sharing.team_sees_from(team) is None
