"""Releasing: from here on leaders see their results."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from surveyapp.core.errors import DomainError
from surveyapp.storage.models import State

if TYPE_CHECKING:
    from surveyapp.storage.models import Round


class ReleasingError(DomainError):
    """A result that cannot be released."""


def release(
    released: Round, leader_email: str | None = None, *, today: dt.date | None = None
) -> int:
    """Release a closed round to all its leaders, or to one of them; returns to how many.

    `today` is the day from which a week is counted until the team sees it; the server's by default.

    Raises `ReleasingError` if the round is not closed, its answers are not destroyed yet, or no
    leader has this address. Releasing again does nothing.
    """
    if released.state not in {State.CLOSED, State.RELEASED}:
        message = f"“{released.name}” is {released.state}: close it first."
        raise ReleasingError(message)
    if not released.destroyed:
        message = (
            f"The single answers of “{released.name}” are not destroyed yet: run"
            " “surveyapp round close” once more, then release."
        )
        raise ReleasingError(message)
    chosen = [
        team
        for team in released.teams
        if leader_email is None or team.leader.email == leader_email.lower()
    ]
    if not chosen:
        message = f"Nobody with the address {leader_email} leads a team in “{released.name}”."
        raise ReleasingError(message)
    for team in chosen:
        if not team.released:
            team.released, team.released_on = True, today or dt.datetime.now().astimezone().date()
    if all(team.released for team in released.teams):
        released.state = State.RELEASED
    return len(chosen)
