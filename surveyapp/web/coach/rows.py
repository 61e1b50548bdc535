"""A coach's leaders in one round as rows: what a list, a map and a filter need of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import request

from surveyapp.core.attention import DATED, Attention, attention
from surveyapp.core.publication import Outline, PublishedPosition
from surveyapp.storage import results as stored
from surveyapp.storage.database import db
from surveyapp.web.access import scope
from surveyapp.web.listing import folded
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from surveyapp.storage.models import Round
    from surveyapp.storage.results import CoachedTeam

NEEDS_ME: Final = "needs-me"


@dataclass(frozen=True)
class Row:
    """One leader in one round."""

    team: CoachedTeam
    publication: Outline
    department: str
    reasons: tuple[Attention, ...]

    @property
    def position(self) -> PublishedPosition | None:
        """The place, if one is published."""
        position = self.publication.position
        return position if isinstance(position, PublishedPosition) else None

    @property
    def is_due(self) -> bool:
        """Whether the follow-up date is a reason, being near or past."""
        return not DATED.isdisjoint(self.reasons)


@dataclass(frozen=True)
class Selection:
    """Which leaders somebody asked for, and in which order."""

    name: str
    """A part of the name; case and accents do not matter."""
    department: str
    needs_me: bool

    @classmethod
    def asked(cls) -> Selection:
        """Read it from the address."""
        given = request.args
        return cls(
            " ".join(given.get("name", "").split()),
            given.get("department", ""),
            given.get("show") == NEEDS_ME,
        )

    def among(self, rows: Iterable[Row]) -> list[Row]:
        """Return the leaders who fit name and department, whether or not they need somebody."""
        if not (self.name or self.department):
            return list(rows)
        part = folded(self.name)
        return [
            row
            for row in rows
            if part in folded(row.team.leader_name) and self.department in ("", row.department)
        ]

    def address(self, **changes: str | int) -> dict[str, str | int]:
        """Return the parts of an address that ask for this selection, with some changed."""
        asked = {
            "name": self.name,
            "department": self.department,
            "show": NEEDS_ME if self.needs_me else "",
        }
        return {name: value for name, value in (asked | changes).items() if value}


def rows_of(asked: Round) -> list[Row]:
    """Return the leaders of a round whom this coach coaches, by name."""
    department = stored.departments(db.session, asked)
    now = today()
    rows = []
    for team in stored.coached_teams(db.session, scope(), asked):
        publication = Outline.from_json(team.document)
        reasons = attention(
            publication, released=team.released, follow_up=team.follow_up_on, today=now
        )
        rows.append(Row(team, publication, department[team.id], reasons))
    return sorted(rows, key=lambda row: (folded(row.team.leader_name), row.team.public_id))


def needing_me(rows: Iterable[Row]) -> list[Row]:
    """Return who has a reason, those with a date first, the earliest day on top.

    Otherwise the order stays: nobody comes earlier for more reasons, or for what they are.
    """
    return sorted((row for row in rows if row.reasons), key=_day)


def placed(rows: Sequence[Row]) -> list[tuple[str, PublishedPosition]]:
    """Return names and places of those who have a place on the map."""
    return [(row.team.leader_name, row.position) for row in rows if row.position]


def _day(row: Row) -> dt.date:
    return (row.is_due and row.team.follow_up_on) or dt.date.max
