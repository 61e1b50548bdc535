"""A result shared with its team: by a link that works until it is withdrawn, or by the calendar."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from surveyapp.storage import agreements
from surveyapp.storage.database import lock
from surveyapp.storage.models import SharedLink

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import RoundTeam

SECRET_BYTES: Final = 32
LEADER_FIRST: Final = dt.timedelta(days=7)
"""How long a leader has the result before the team sees it, where the promise says so."""


def share(session: Session, team: RoundTeam, today: dt.date) -> str:
    """Return the secret of a new link to a released result; an earlier link ends.

    Only its hash is kept: whoever reads the database has no link, and nobody can show it again.
    """
    lock(session, team)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = session.get(SharedLink, team.id) or SharedLink(round_team_id=team.id)
    link.secret_hash, link.made_on = _hash(secret), today
    session.add(link)
    return secret


def withdraw(session: Session, team: RoundTeam) -> None:
    """End the link to a result, if there is one; nothing is left that tells it from no link."""
    lock(session, team)
    if link := session.get(SharedLink, team.id):
        session.delete(link)


def shared_since(session: Session, team: RoundTeam) -> dt.date | None:
    """Return the day on which the link that works was made; None if there is none."""
    link = session.get(SharedLink, team.id)
    return link.made_on if link else None


def shared_result(session: Session, secret: str) -> RoundTeam | None:
    """Return the result behind a link; None if it was withdrawn, or never was one."""
    return agreements.shared_result(session, _hash(secret))


def team_sees_from(team: RoundTeam) -> dt.date | None:
    """Return the day from which on a team sees its result by itself; None before the release."""
    return team.released_on + LEADER_FIRST if team.released_on else None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
