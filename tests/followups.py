"""What leaders do with a result, as `factories` does: functions take the ids of rounds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from surveyapp.core.checkin import Agreed
from surveyapp.followup import agreement, sharing
from surveyapp.storage.database import writing
from surveyapp.storage.models import Outcome, Round
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import RoundTeam

AGREED = Agreed(
    "Offers, before they go out",
    "Tuesdays at ten",
    "Fifteen minutes; I ask first",
    today() + dt.timedelta(days=10),
    "Four in a row without a change",
)
"""What leaders agree on with their teams, unless told otherwise."""


def agree(
    round_id: int,
    leader: str = "Dana",
    outcome: Outcome = Outcome.AGREED,
    agreed: Agreed = AGREED,
) -> None:
    """Record what a leader agreed on with the team after a round's result."""
    with writing() as session:
        agreement.save(session, round_team(session, round_id, leader), agreed, outcome, today())


def share(round_id: int, leader: str = "Dana") -> str:
    """Make a link to a leader's result; returns its secret."""
    with writing() as session:
        return sharing.share(session, round_team(session, round_id, leader), today())


def round_team(session: Session, round_id: int, leader: str = "Dana") -> RoundTeam:
    """Return a leader's team in a round."""
    teams = session.get_one(Round, round_id).teams
    return next(team for team in teams if team.leader_name == leader)
