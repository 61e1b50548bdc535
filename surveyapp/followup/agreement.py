"""The check-in agreement: written after a result, talked over with the team, then recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from surveyapp.core.checkin import Agreed
from surveyapp.storage.database import lock
from surveyapp.storage.models import Agreement, Outcome

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import RoundTeam

MOST_CHARACTERS: Final = 300
"""Of each part: the questionnaire of the next round shows all of them, on phones."""


@dataclass(frozen=True)
class Written:
    """An agreement as its leader saved it."""

    agreed: Agreed
    outcome: Outcome
    """What the team said to it."""
    saved_on: dt.date


def read(session: Session, team: RoundTeam) -> Written | None:
    """Return what a leader wrote after a result; None if nothing yet."""
    saved = session.get(Agreement, team.id)
    if saved is None:
        return None
    return Written(Agreed.from_json(saved.document), Outcome(saved.outcome), saved.saved_on)


def made(session: Session, team: RoundTeam) -> Agreed | None:
    """Return what the team has agreed to, which is what it may see; None before that."""
    found = read(session, team)
    return found.agreed if found and found.outcome is not Outcome.NOT_YET else None


def save(
    session: Session, team: RoundTeam, agreed: Agreed, outcome: Outcome, today: dt.date
) -> None:
    """Keep an agreement, in place of what its leader wrote before.

    A round that has opened since keeps what it shows. Whether the signed-in leader leads this
    team, and the result is released to them, is for the caller to know.
    """
    lock(session, team)  # two windows that save at once must not both add a row
    saved = session.get(Agreement, team.id) or Agreement(round_team_id=team.id)
    saved.document, saved.outcome, saved.saved_on = agreed.to_json(), outcome, today
    session.add(saved)
