"""The leader's own form: how they see themselves, and where they guess the team will put them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from surveyapp.core.errors import DomainError
from surveyapp.storage.database import lock
from surveyapp.storage.models import SelfForm, State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.core.position import Point
    from surveyapp.core.questionnaire import Answers
    from surveyapp.storage.models import RoundTeam

TAKING: Final = (State.OPEN, State.CLOSING, State.CLOSED)
PERCENT: Final = 100


class LockedError(DomainError):
    """A form that cannot change any more: its leader may have seen the team's result."""


@dataclass(frozen=True)
class SelfView:
    """A leader's own form as it was saved."""

    answers: Answers
    """Raw answers by item id, not reversed; None for "can't say", no key for an untouched item."""
    guess: Point | None
    """(closeness, how it is meant), each from 0 to 1 in hundredths: a point of the square."""


def is_open(team: RoundTeam) -> bool:
    """Whether the leader may still fill in or change their own form."""
    return not team.released and team.round.state in TAKING


def read(session: Session, team: RoundTeam) -> SelfView | None:
    """Return a leader's own form; None if they never saved one."""
    saved = session.get(SelfForm, team.id)
    if saved is None:
        return None
    closeness, meant = saved.guess_closeness, saved.guess_meant
    guess = None if closeness is None or meant is None else (closeness / PERCENT, meant / PERCENT)
    return SelfView(json.loads(saved.answers), guess)


def save(session: Session, team: RoundTeam, answers: Answers, guess: Point | None) -> None:
    """Keep a leader's own form, in place of what they saved before.

    Raises `LockedError` once the team's result is released, or while the round is none of open,
    closing and closed. Whether the signed-in leader leads this team is for the caller to know.
    """
    lock(session, team)  # a release at the same moment comes either wholly before or after
    session.refresh(team.round)
    if not is_open(team):
        message = f"“{team.round.name}” takes no own view any more."
        raise LockedError(message)
    saved = session.get(SelfForm, team.id) or SelfForm(round_team_id=team.id)
    saved.answers = json.dumps(dict(answers), sort_keys=True)
    closeness, meant = guess or (None, None)
    saved.guess_closeness = None if closeness is None else round(closeness * PERCENT)
    saved.guess_meant = None if meant is None else round(meant * PERCENT)
    session.add(saved)
