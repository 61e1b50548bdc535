"""The publication: everything that is ever shown of a group's answers.

Machine words and displayed values only, already rounded; no sentences, so that it can be read
in any language. What is withheld is a type with a reason, never a missing value.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from surveyapp.core.position import Shares, Zone

FORMAT = 2
COARSE_STEPS, FINE_STEPS = 10, 20
"""Steps from 0 to 1 in which shares are displayed: tenths for few people, twentieths for more."""
CLOSE_SECOND = 0.1
"""How far the second pull may lie behind the first and still has to be named with it."""
LOWEST_TWENTIETH, HIGHEST_TWENTIETH = 2, 18
"""Ends of a scale's mean are merged: 2 means "a tenth or less", 18 "nine tenths or more"."""
LOWEST_HALF_POINT, HIGHEST_HALF_POINT = 3, 9
"""Ends of an item's mean are merged: 3 means "1.5 or less", 9 "4.5 or more"."""


class Reason(StrEnum):
    """Why something is not shown."""

    TOO_FEW = "too_few"
    """Fewer people contributed than the round's threshold."""
    NO_POSITION = "no_position"
    """Enough people answered, but too few of them said enough for a place on the map."""
    NOT_ASKED = "not_asked"
    """The question was not put to a team of this size."""
    OVERLAP = "overlap"
    """People in this team answer about another leader too; both results would tell of few."""


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
    """A group's place as it may be shown."""

    parts: tuple[int, int, int]
    """Hands-off, micro-leading, micro-managing in steps; ends are merged: 1 means "one step or
    less", the last but one "that or more", so the three need not sum to `steps`."""
    steps: int
    """`COARSE_STEPS` or `FINE_STEPS`."""
    statement: Statement
    zone: Zone | None
    """Decided before rounding; none unless the statement is `NEAREST`."""

    @property
    def close_second(self) -> Zone | None:
        """The zone that is displayed almost as strongly as the one that is named."""
        if self.zone is None:
            return None
        pulls = dict(zip(Zone, self.parts, strict=True))
        leading = pulls.pop(self.zone)
        second = max(pulls, key=pulls.__getitem__)
        return second if leading - pulls[second] <= CLOSE_SECOND * self.steps else None

    @property
    def shares(self) -> Shares:
        """The place to draw: the displayed parts, closed to a sum of one."""
        total = sum(self.parts)
        return Shares(*(part / total for part in self.parts))


@dataclass(frozen=True)
class PublishedScale:
    """A group's mean on a scale as it may be shown."""

    band: int
    """1 (clearly at the low end) to 5 (clearly at the high end)."""
    twentieths: int | None
    """The mean from 0 to 1 in twentieths, for many people only; ends are merged."""


@dataclass(frozen=True)
class Publication:
    """One group's result: a team's, or a leader's total."""

    participation: Participation | Withheld
    position: PublishedPosition | Withheld
    scales: dict[str, PublishedScale | Withheld]
    """s, t, p, a; e for teams."""
    comments: dict[str, tuple[str, ...] | Withheld]
    """C1, C2 -> texts in an order that says nothing; empty for totals."""
    items: dict[str, int | Withheld] = field(default_factory=dict)
    """S1 to A2r -> mean from 1 to 5 as worded (not reversed) in half points, ends merged; empty
    unless it is a team of many people."""

    def to_json(self) -> str:
        """Write as JSON with sorted keys: the same result is always the same bytes."""
        document = {"format": FORMAT} | asdict(self, dict_factory=_with_withheld)
        return json.dumps(document, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Publication:
        """Read what `to_json` wrote, in this format or the first."""
        document = json.loads(text)
        if document["format"] == 1:
            document = _from_first(document)
        return cls(
            participation=_read(document["participation"], Participation),
            position=_read(
                document["position"],
                lambda read: PublishedPosition(
                    parts=tuple(read["parts"]),
                    steps=read["steps"],
                    statement=Statement(read["statement"]),
                    zone=Zone(read["zone"]) if read["zone"] else None,
                ),
            ),
            scales={
                name: _read(scale, lambda read: PublishedScale(**read))
                for name, scale in document["scales"].items()
            },
            comments={name: _read(texts, tuple) for name, texts in document["comments"].items()},
            items={name: _read(mean, int) for name, mean in document["items"].items()},
        )


def _from_first(document: dict[str, Any]) -> dict[str, Any]:
    """Bring a document of the first format, which had the coarse tier alone, into this one."""
    position, scales = document["position"], document["scales"]
    if "tenths" in position:
        position = position | {"parts": position["tenths"], "steps": COARSE_STEPS}
    return document | {
        "position": position,
        "scales": {
            name: {"band": scale, "twentieths": None} if isinstance(scale, int) else scale
            for name, scale in scales.items()
        },
        "items": {},
    }


def _with_withheld(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    return {"withheld": read["reason"]} if set(read) == {"reason"} else read


def _read(value: Any, reader: Any) -> Any:  # noqa: ANN401  (JSON in, any published value out)
    if isinstance(value, dict) and "withheld" in value:
        return Withheld(Reason(value["withheld"]))
    return reader(value)
