"""A team of a round, as far as taking an answer needs it.

Read as columns: each answer reads its team five times, and objects with all that they could be
asked for take twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import bindparam, select

from surveyapp.storage.models import Organisation, Round, RoundTeam

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Asker:
    """The columns of `Organisation` that its questionnaire names."""

    name: str
    contact: str | None
    time_zone: str


@dataclass(frozen=True)
class AskedRound:
    """The columns of `Round` that say what was promised."""

    organisation: Asker
    public_id: str
    state: str
    closes_on: dt.date
    releases_on: dt.date | None
    threshold: int
    comment_threshold: int
    questionnaire_version: int
    team_sees: str


@dataclass(frozen=True)
class AskedTeam:
    """The columns of `RoundTeam` that a box is sealed with, and a page shows."""

    round: AskedRound
    id: int
    public_id: str
    round_id: int
    parent_id: int | None
    leader_name: str
    invited: int
    joined_late: int
    public_key: bytes
    private_key: bytes | None
    fingerprint: str
    agreement: str | None

    # As decided at opening, alike in both.
    agreed = cast("property", RoundTeam.agreed)
    asks_agreement = cast("property", RoundTeam.asks_agreement)
    asks_comments = cast("property", RoundTeam.asks_comments)


def find(session: Session, team_id: str) -> AskedTeam | None:
    """Return the team with this public id, as it stands in the database now."""
    found = session.execute(TEAM, {"team_id": team_id}).one_or_none()
    if found is None:
        return None
    row: list[Any] = list(found)
    asker = Asker(*row[-ASKER_COLUMNS:])
    asked = AskedRound(asker, *row[TEAM_COLUMNS:-ASKER_COLUMNS])
    return AskedTeam(asked, *row[:TEAM_COLUMNS])


def _columns(kind: type, table: type) -> list[ColumnElement[object]]:
    names = [field.name for field in fields(kind) if field.name not in {"round", "organisation"}]
    return [getattr(table, name) for name in names]


TEAM_COLUMNS: Final = len(fields(AskedTeam)) - 1
ASKER_COLUMNS: Final = len(fields(Asker))
# Put together once: each answer runs it several times.
TEAM: Final = (
    select(
        *_columns(AskedTeam, RoundTeam),
        *_columns(AskedRound, Round),
        *_columns(Asker, Organisation),
    )
    .join(RoundTeam.round)
    .join(Round.organisation)
    .where(RoundTeam.public_id == bindparam("team_id"))
)
