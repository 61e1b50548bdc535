"""Check-in agreements and shared links, by the result that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from surveyapp.storage.models import (
    Agreement,
    Outcome,
    Round,
    RoundTeam,
    SharedLink,
    State,
    TeamSees,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Team


def standing(session: Session, team: Team) -> str | None:
    """Return what a team and its present leader agreed on after their last released result.

    JSON of `surveyapp.core.checkin.Agreed`; None if they did not agree on anything then.
    """
    last = session.scalar(
        select(RoundTeam)
        .join(Round)
        .where(
            RoundTeam.team_id == team.id,
            RoundTeam.leader_id == team.leader_id,
            RoundTeam.released,
        )
        .order_by(Round.closes_on.desc(), Round.id.desc())
        .limit(1)
    )
    found = session.get(Agreement, last.id) if last else None
    return None if found is None or found.outcome == Outcome.NOT_YET else found.document


def of_results(
    session: Session, results: Sequence[RoundTeam]
) -> tuple[dict[int, Agreement], dict[int, SharedLink]]:
    """Return the agreements and the shared links of some results, by the ids of their teams."""
    ids = [team.id for team in results]
    agreements = session.scalars(select(Agreement).where(Agreement.round_team_id.in_(ids)))
    links = session.scalars(select(SharedLink).where(SharedLink.round_team_id.in_(ids)))
    return {one.round_team_id: one for one in agreements}, {one.round_team_id: one for one in links}


def shared_result(session: Session, secret_hash: bytes) -> RoundTeam | None:
    """Return the released result that a link with this hash shares."""
    shares = select(SharedLink.round_team_id).where(SharedLink.secret_hash == secret_hash)
    return session.scalar(_seen_by_teams().where(RoundTeam.id.in_(shares), RoundTeam.released))


def announced_result(session: Session, team_id: str) -> RoundTeam | None:
    """Return a team whose round promised that it sees its result a week after its leader does."""
    promised = Round.team_sees == TeamSees.AFTER_SEVEN_DAYS
    return session.scalar(_seen_by_teams().where(RoundTeam.public_id == team_id, promised))


def _seen_by_teams() -> Select[RoundTeam]:
    return (
        select(RoundTeam)
        .join(Round)
        .where(Round.state != State.DISCARDED)
        .options(contains_eager(RoundTeam.round), joinedload(RoundTeam.publication))
    )
