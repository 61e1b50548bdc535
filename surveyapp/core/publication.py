"""The publication: everything that is ever shown of a team's answers.

Machine words and displayed values only, already rounded; no sentences, so that it can be read
in any language. What is withheld is a type with a reason, never a missing value.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from surveyapp.core.position import Shares, Zone

FORMAT = 1
TENTHS = 10
LOWEST_TENTH, HIGHEST_TENTH = 1, 9
"""Ends are merged: 1 means "a tenth or less", 9 "nine tenths or more"."""
CLOSE_SECOND = 1
"""Tenths by which the second pull may lie behind the first and still has to be named with it."""


class Reason(StrEnum):
    """Why something is not shown."""

    TOO_FEW = "too_few"
    """Fewer people contributed than the round's threshold."""
    NO_POSITION = "no_position"
    """Enough people answered, but too few of them said enough for a place on the map."""
    NOT_ASKED = "not_asked"
    """The question was not put to a team of this size."""


class Participation(StrEnum):
    """Share of the invited who answered, in bands."""

    UNDER_A_QUARTER = "under_a_quarter"
    UNDER_HALF = "under_half"
    OVER_HALF = "over_half"
    OVER_THREE_QUARTERS = "over_three_quarters"


class Statement(StrEnum):
    """What may be said in one sentence about where a leader is placed."""

    NEAREST = "nearest"
    """One zone's share is the largest; how sure that is, is not said."""
    BETWEEN = "between"
    """The displayed shares name no single zone."""
    FEW_ANSWERED = "few_answered"
    """Fewer than half of the invited answered: no zone is named."""


@dataclass(frozen=True)
class Withheld:
    """Something that is not shown, and why."""

    reason: Reason


@dataclass(frozen=True)
class PublishedPosition:
    """A team's place as it may be shown."""

    tenths: tuple[int, int, int]
    """Hands-off, micro-leading, micro-managing in steps of a tenth; 1 means "a tenth or less"
    and 9 "nine tenths or more", so the three need not sum to ten."""
    statement: Statement
    zone: Zone | None
    """Decided before rounding; none unless the statement is `NEAREST`."""

    @property
    def close_second(self) -> Zone | None:
        """The zone that is displayed almost as strongly as the one that is named."""
        if self.zone is None:
            return None
        pulls = dict(zip(Zone, self.tenths, strict=True))
        leading = pulls.pop(self.zone)
        second = max(pulls, key=pulls.__getitem__)
        return second if leading - pulls[second] <= CLOSE_SECOND else None

    @property
    def shares(self) -> Shares:
        """The place to draw: the displayed tenths, closed to a sum of one."""
        total = sum(self.tenths)
        return Shares(*(tenth / total for tenth in self.tenths))


@dataclass(frozen=True)
class Publication:
    """One team's result."""

    participation: Participation | Withheld
    position: PublishedPosition | Withheld
    scales: dict[str, int | Withheld]
    """s, t, p, a -> band 1 (lowest fifth) to 5 (highest fifth)."""
    comments: dict[str, tuple[str, ...] | Withheld]
    """C1, C2 -> texts in an order that says nothing."""

    def to_json(self) -> str:
        """Write as JSON with sorted keys: the same result is always the same bytes."""
        document = {"format": FORMAT} | asdict(self, dict_factory=_with_withheld)
        return json.dumps(document, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Publication:
        """Read what `to_json` wrote."""
        document = json.loads(text)
        position = document["position"]
        return cls(
            participation=_read(document["participation"], Participation),
            position=_read(
                position,
                lambda read: PublishedPosition(
                    tenths=tuple(read["tenths"]),
                    statement=Statement(read["statement"]),
                    zone=Zone(read["zone"]) if read["zone"] else None,
                ),
            ),
            scales={name: _read(band, int) for name, band in document["scales"].items()},
            comments={name: _read(texts, tuple) for name, texts in document["comments"].items()},
        )


def _with_withheld(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    return {"withheld": read["reason"]} if set(read) == {"reason"} else read


def _read(value: Any, reader: Any) -> Any:  # noqa: ANN401  (JSON in, any published value out)
    if isinstance(value, dict) and "withheld" in value:
        return Withheld(Reason(value["withheld"]))
    return reader(value)
