"""The publication: everything that is ever shown of a group's answers.

Machine words and displayed values only, already rounded; no sentences, so that it can be read
in any language. What is withheld is a type with a reason, never a missing value.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import product
from typing import Any

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.change import Change
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.position import Shares, Zone
from surveyapp.core.region import Ellipse
from surveyapp.core.statement import Statement

FORMAT, HUNDREDTHS = 3, 100
COARSE_STEPS, FINE_STEPS = 10, 20
"""Steps from 0 to 1 in which shares are displayed: tenths for few people, twentieths for more."""
MIDDLE_OF_NONE = 0.25
"""Design choice, in steps: a part that is rounded to none lies between none and half a step."""
BAND_BORDERS = (0.25, 0.4, 0.6, 0.75)
"""Between the five bands of a scale's mean, which runs from 0 to 1. Design choice: fifths would
tell of four people that each said 1, if the fifth said the least that is more than 0."""
SECOND_BAND, SECOND_BAND_FROM_ABOVE = 2, 4
LOWEST_TWENTIETH, HIGHEST_TWENTIETH = 2, 18
"""Ends of a scale's mean are merged: 2 means "a tenth or less", 18 "nine tenths or more"."""
LOWEST_HALF_POINT, HIGHEST_HALF_POINT = 3, 9
"""Ends of an item's mean are merged: 3 means "1.5 or less", 9 "4.5 or more"."""
HIGHEST_TENTH = 9
"""A probability's upper end is merged: 9 means "nine of ten likely cases or more"."""
LOWEST_QUARTER, HIGHEST_QUARTER = 1, 3
"""Ends of a part of the people are merged: 1 means "a quarter or less"."""


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
    MEMBERSHIP = "membership"
    """A few people joined or left between two rounds; a change would tell of them."""


class Participation(StrEnum):
    """Share of the invited who answered, in bands."""

    UNDER_A_QUARTER = "under_a_quarter"
    UNDER_HALF = "under_half"
    OVER_HALF = "over_half"
    OVER_THREE_QUARTERS = "over_three_quarters"


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
    zones: tuple[Zone, ...]
    """Decided before rounding, as in `statement.Finding`: one for mostly and leaning, two or
    none for unclear, otherwise none."""
    tenths: int | None = None
    """The first zone's probability, rounded down, for many people only; the end is merged."""
    region: Ellipse | None = None
    """Where 90 % of the likely places are, around the displayed one; None for totals."""

    @property
    def zone(self) -> Zone | None:
        """The one zone that is named."""
        return self.zones[0] if len(self.zones) == 1 else None

    @property
    def shares(self) -> Shares:
        """The place to draw: the mean of all whose rounding is displayed as these parts.

        Where ends are merged, more than one may be; a part of none is half a step at most, and
        drawn as half of that. Three thirds are no rounding, and are closed.
        """
        hidden = {1: (0, 1), self.steps - 1: (self.steps - 1, self.steps)}
        rounded = product(*(hidden.get(part, (part,)) for part in self.parts))
        alike = [parts for parts in rounded if sum(parts) == self.steps] or [self.parts]
        total = sum(map(sum, alike))
        middles = map(_middle, alike)
        return Shares(*(sum(column) / total for column in zip(*middles, strict=True)))


def _middle(parts: tuple[int, ...]) -> list[float]:
    """Return the middle of what is rounded to parts, some of which may be none."""
    taken = MIDDLE_OF_NONE * parts.count(0) / (len(parts) - parts.count(0))
    return [part - taken if part else MIDDLE_OF_NONE for part in parts]


@dataclass(frozen=True)
class PublishedScale:
    """A group's mean on a scale as it may be shown."""

    band: int
    """1 (clearly at the low end) to 5 (clearly at the high end)."""
    twentieths: int | None = None
    """The mean from 0 to 1 in twentieths, for many people only; ends are merged."""
    within: int | None = None
    """How many twentieths away 90 % of the likely means of all who were invited are at most, for
    many people of one team only; of merged ends the same for everybody."""

    def band_ends(self, *, all_bands: bool) -> tuple[float, float]:
        """Return where the band begins and ends, from 0 to 1.

        Without `all_bands` the outer bands are merged with their neighbours.
        """
        borders = (0.0, *BAND_BORDERS, 1.0)
        low, high = borders[self.band - 1], borders[self.band]
        if not all_bands:
            low = 0.0 if self.band <= SECOND_BAND else low
            high = 1.0 if self.band >= SECOND_BAND_FROM_ABOVE else high
        return low, high

    def middle(self, *, all_bands: bool) -> float:
        """Return what stands for the mean, from 0 to 1: the middle of the band, or the mean."""
        if self.twentieths is not None:
            return self.twentieths / FINE_STEPS
        return sum(self.band_ends(all_bands=all_bands)) / 2

    @property
    def range(self) -> tuple[float, float] | None:
        """Where 90 % of the likely means are, from 0 to 1."""
        if self.twentieths is None or self.within is None:
            return None
        low, high = self.twentieths - self.within, self.twentieths + self.within
        if self.twentieths <= LOWEST_TWENTIETH:
            low = 0
        if self.twentieths >= HIGHEST_TWENTIETH:
            high = FINE_STEPS
        return max(low, 0) / FINE_STEPS, min(high, FINE_STEPS) / FINE_STEPS


@dataclass(frozen=True)
class PublishedFit:
    """Whether people get the amount of supervision that they need, as it may be shown."""

    people: Verdict | Withheld
    """People's own word."""
    bars: tuple[int, int, int] | None
    """How many say too little, just right, too much: in quarters, for many people only; ends are
    merged, so the three need not sum to 4."""
    rule: Verdict | Withheld
    """The rule of thumb's."""
    hands_off: HandsOffKind | Withheld | None
    """None unless hands-off is the one zone that is named."""


@dataclass(frozen=True)
class PublishedChange:
    """What may be said of the way from an earlier round to this one."""

    since: str
    """The public id of the same leader's team in the earlier round."""
    change: Change | Withheld


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
    """S1 to A2r, and K1, K2 where asked -> mean from 1 to 5 as worded (not reversed) in half
    points, ends merged; empty unless it is a team of many people."""
    agreement: AgreementWord | Withheld | None = None
    """How far people see alike what they say about the leader; None for totals."""
    fit: PublishedFit | None = None
    """None for totals."""
    change: PublishedChange | None = None
    """None for totals, and where no earlier round has a place on the map."""

    def to_json(self) -> str:
        """Write as JSON with sorted keys: the same result is always the same bytes."""
        document = {"format": FORMAT} | asdict(self, dict_factory=as_plain)
        return json.dumps(document, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Publication:
        """Read what `to_json` wrote."""
        document = json.loads(text)
        return cls(
            participation=or_withheld(document["participation"], Participation),
            position=or_withheld(document["position"], _position),
            scales={
                name: or_withheld(scale, lambda read: PublishedScale(**read))
                for name, scale in document["scales"].items()
            },
            comments={
                name: or_withheld(texts, tuple) for name, texts in document["comments"].items()
            },
            items={name: or_withheld(mean, int) for name, mean in document["items"].items()},
            agreement=or_withheld(document["agreement"], AgreementWord),
            fit=or_withheld(document["fit"], _fit),
            change=or_withheld(document["change"], _change),
        )


@dataclass(frozen=True)
class Outline:
    """What a list of many leaders needs of each one's publication: half as long to read."""

    position: PublishedPosition | Withheld
    agreement: AgreementWord | Withheld | None
    fit: PublishedFit | None
    change: PublishedChange | None

    @classmethod
    def from_json(cls, text: str) -> Outline:
        """Read a part of what `Publication.to_json` wrote."""
        document = json.loads(text)
        return cls(
            or_withheld(document["position"], _position),
            or_withheld(document["agreement"], AgreementWord),
            or_withheld(document["fit"], _fit),
            or_withheld(document["change"], _change),
        )


def _change(read: dict[str, Any]) -> PublishedChange:
    return PublishedChange(read["since"], or_withheld(read["change"], Change))


def _position(read: dict[str, Any]) -> PublishedPosition:
    return PublishedPosition(
        parts=tuple(read["parts"]),
        steps=read["steps"],
        statement=Statement(read["statement"]),
        zones=tuple(map(Zone, read["zones"])),
        tenths=read["tenths"],
        region=None if read["region"] is None else _ellipse(*read["region"]),
    )


def _fit(read: dict[str, Any]) -> PublishedFit:
    return PublishedFit(
        people=or_withheld(read["people"], Verdict),
        bars=None if read["bars"] is None else tuple(read["bars"]),
        rule=or_withheld(read["rule"], Verdict),
        hands_off=or_withheld(read["hands_off"], HandsOffKind),
    )


def as_plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Write what is withheld as its reason, and half-axes in hundredths: no number is exact.

    For `dataclasses.asdict`.
    """
    written = dict(pairs)
    if region := written.get("region"):
        a, b, turn = region
        written["region"] = [round(a * HUNDREDTHS), round(b * HUNDREDTHS), turn]
    return {"withheld": written["reason"]} if set(written) == {"reason"} else written


def _ellipse(a: int, b: int, turn: int) -> Ellipse:
    return Ellipse(a / HUNDREDTHS, b / HUNDREDTHS, turn)


def or_withheld(value: Any, reader: Any) -> Any:  # noqa: ANN401  (JSON in, any published value out)
    """Read what `as_plain` wrote: a reason, None, or what `reader` makes of it."""
    if value is None:
        return None
    if isinstance(value, dict) and "withheld" in value:
        return Withheld(Reason(value["withheld"]))
    return reader(value)
