"""Rounding: the displayed value that stands for an exact one, and for many others.

Ends are merged far enough that nobody's answer becomes certain, not even to a colleague who knows
their own: where everybody else is at one end, somebody could always be one step away from it.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from surveyapp.anonymity.thresholds import FEWEST_FOR_ALL_BANDS
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.position import TOLERANCE, Zone
from surveyapp.core.publication import (
    BAND_BORDERS,
    COARSE_STEPS,
    FINE_STEPS,
    HIGHEST_HALF_POINT,
    HIGHEST_QUARTER,
    HIGHEST_TENTH,
    HIGHEST_TWENTIETH,
    LOWEST_HALF_POINT,
    LOWEST_QUARTER,
    LOWEST_TWENTIETH,
    Participation,
    PublishedPosition,
    PublishedScale,
)
from surveyapp.core.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from surveyapp.core.position import Shares
    from surveyapp.core.region import Ellipse
    from surveyapp.core.statement import Finding

LEAST_WITHIN, WITHIN_AT_ENDS = 2, 3
"""Design choices, in twentieths: narrower ranges would tell that all answered, and nearly alike;
at the merged ends they are as wide as they get, from ten people on."""
TENTHS, HALF_POINTS, QUARTERS = 10, 2, 4
QUARTER, HALF, THREE_QUARTERS = 0.25, 0.5, 0.75


def participation(answered: int, invited: int) -> Participation:
    """Return the band that n of N falls into; 25, 50 % belong to the band above, 75 % below."""
    share = answered / invited
    if share < QUARTER:
        return Participation.UNDER_A_QUARTER
    if share < HALF:
        return Participation.UNDER_HALF
    if share <= THREE_QUARTERS:
        return Participation.OVER_HALF
    return Participation.OVER_THREE_QUARTERS


def rounded_position(
    shares: Shares, finding: Finding, probability: float, region: Ellipse | None, *, fine: bool
) -> PublishedPosition:
    """Say what may be said of a place; its zones and statement were decided before rounding.

    `probability`, 0 to 1, is that of the first zone that is named; only if `fine` it is shown.
    """
    steps = FINE_STEPS if fine else COARSE_STEPS
    parts = rounded_shares(shares, steps)
    tenths = min(HIGHEST_TENTH, math.floor(probability * TENTHS + TOLERANCE))
    return PublishedPosition(
        parts=parts,
        steps=steps,
        statement=finding.statement,
        zones=finding.zones if fine else _coarse_zones(finding, parts),
        tenths=tenths if fine and finding.zones else None,
        region=region,
    )


def _coarse_zones(finding: Finding, parts: tuple[int, int, int]) -> tuple[Zone, ...]:
    """Name the zones of few people: an unclear place lies between the two largest displayed parts.

    Which zone is the likelier second would tell more than the parts do; only where these are
    equal, it decides.
    """
    if finding.statement is not Statement.UNCLEAR:
        return finding.zones
    pulls = dict(zip(Zone, parts, strict=True))
    return tuple(sorted(Zone, key=lambda pole: (-pulls[pole], pole not in finding.zones))[:2])


def rounded_agreement(word: AgreementWord, *, fine: bool) -> AgreementWord:
    """Say how far people see alike; of few people, who is split sees it very differently."""
    split = word is AgreementWord.SPLIT
    return AgreementWord.VERY_DIFFERENT if split and not fine else word


def rounded_shares(shares: Shares, steps: int) -> tuple[int, int, int]:
    """Round shares to steps (10 or 20 from 0 to 1), ends merged, without leaving their zone.

    The nearest composition of `steps` (least squares, which is what the largest remainder
    gives) among those that the same zone leads, or the same zones if they tie; then 0 counts as
    1 and all steps as one less. No such composition has three equal parts: that tie is shown
    as three thirds, each rounded.
    """
    exact = [share * steps for share in shares.as_tuple()]
    leaders = {place for place, x in enumerate(exact) if max(exact) - x <= steps * TOLERANCE}
    if len(leaders) == len(exact):
        third = round(steps / len(exact))
        return third, third, third
    hands_off, leading, managing = min(
        (parts for parts in _compositions_near(exact, steps) if _leaders(parts) == leaders),
        key=lambda parts: (
            round(sum((part - x) ** 2 for part, x in zip(parts, exact, strict=True)), 9),
            parts,
        ),
    )
    low, high = 1, steps - 1
    return (
        _clipped(hands_off, low, high),
        _clipped(leading, low, high),
        _clipped(managing, low, high),
    )


def _compositions_near(exact: Sequence[float], steps: int) -> Iterator[tuple[int, int, int]]:
    """Yield the compositions within two steps, among which the nearest of the same zone is."""
    first, second = (range(math.floor(x) - 1, math.floor(x) + 3) for x in exact[:2])
    for a, b in product(first, second):
        if min(a, b, steps - a - b) >= 0:
            yield a, b, steps - a - b


def _leaders(parts: tuple[int, int, int]) -> set[int]:
    return {place for place, part in enumerate(parts) if part == max(parts)}


def rounded_scale(
    mean: float, contributors: int, *, fine: bool, half_width: float | None = None
) -> PublishedScale:
    """Round a scale's mean, 0 to 1: to one of five bands; if `fine`, to a twentieth as well.

    Then the half-width of its range is rounded as well, up. At the merged ends it is the same for
    everybody: there the narrowest one would tell that all said the same.
    """
    # A mean on a border belongs to the band nearer to the middle.
    band = 1 + sum(mean >= border - TOLERANCE for border in BAND_BORDERS[:2])
    band += sum(mean > border + TOLERANCE for border in BAND_BORDERS[2:])
    if contributors < FEWEST_FOR_ALL_BANDS:
        band = _clipped(band, 2, 4)
    if not fine:
        return PublishedScale(band)
    nearest = _clipped(_nearest(mean * FINE_STEPS), LOWEST_TWENTIETH, HIGHEST_TWENTIETH)
    if half_width is None:
        return PublishedScale(band, nearest)
    at_end = nearest in {LOWEST_TWENTIETH, HIGHEST_TWENTIETH}
    within = max(LEAST_WITHIN, math.ceil(half_width * FINE_STEPS - TOLERANCE))
    return PublishedScale(band, nearest, WITHIN_AT_ENDS if at_end else within)


def rounded_item(mean: float) -> int:
    """Round an item's mean, 1 to 5, to half points (3 stands for 1.5 or less)."""
    return _clipped(_nearest(mean * HALF_POINTS), LOWEST_HALF_POINT, HIGHEST_HALF_POINT)


def rounded_part(part: float) -> int:
    """Round a part of the people, 0 to 1, to quarters (1 stands for a quarter or less)."""
    return _clipped(_nearest(part * QUARTERS), LOWEST_QUARTER, HIGHEST_QUARTER)


def _nearest(value: float) -> int:
    return math.floor(value + 0.5 + TOLERANCE)


def _clipped(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)
