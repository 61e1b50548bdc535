"""Releasing: from here on leaders see their results. Nothing takes it back.

Who may: a coach, for the leaders whom they coach; whoever runs the server, by command; and the
calendar, if the round's dates say so, which are the administrator's. Callers see to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import select
from sqlalchemy.orm import object_session

from surveyapp.core.errors import DomainError
from surveyapp.rounds import dates
from surveyapp.storage.models import RoundTeam, State
from surveyapp.storage.rounds import lock_round

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Round


class ReleasingError(DomainError):
    """A result that cannot be released."""


def release(
    released: Round, leader_email: str | None = None, *, today: dt.date | None = None
) -> int:
    """Release a closed round to all its leaders, or to one of them; returns to how many.

    Raises `ReleasingError` if no leader has this address, and as `release_teams` does. Releasing
    again does nothing.
    """
    chosen = [
        team.id
        for team in released.teams
        if leader_email is None or team.leader.email == leader_email.lower()
    ]
    if not chosen and leader_email is not None:
        message = f"Nobody with the address {leader_email} leads a team in “{released.name}”."
        raise ReleasingError(message)
    release_teams(released, chosen, today=today)
    return len(chosen)


def release_teams(
    released: Round, chosen: Collection[int], *, today: dt.date | None = None
) -> list[RoundTeam]:
    """Release teams of a closed round, by their row ids; returns those that still waited for it.

    `today` is the day from which a week is counted until the team sees it; by default it is today
    where the organisation is. Ids of other rounds' teams do nothing. Which teams somebody may
    release is for the caller to know. Raises `ReleasingError` if the round is not closed, or its
    answers are not destroyed yet.
    """
    session = cast("Session", object_session(released))
    lock_round(session, released)  # of two who release the last teams, the later one sees it
    if released.state not in {State.CLOSED, State.RELEASED}:
        message = f"“{released.name}” is {released.state}: close it first."
        raise ReleasingError(message)
    if not released.destroyed:
        message = (
            f"The single answers of “{released.name}” are not destroyed yet: run"
            " “surveyapp round close” once more, then release."
        )
        raise ReleasingError(message)
    query = select(RoundTeam).where(RoundTeam.round_id == released.id, ~RoundTeam.released)
    waiting = session.scalars(query.execution_options(populate_existing=True)).all()
    fresh = [team for team in waiting if team.id in chosen]
    day = today or dates.today(released.organisation)
    for team in fresh:
        team.released, team.released_on = True, day
    if len(fresh) == len(waiting):
        released.state = State.RELEASED
    return fresh
