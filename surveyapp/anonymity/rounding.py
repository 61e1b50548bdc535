"""Rounding: the displayed value that stands for an exact one, and for many others.

Ends are merged far enough that nobody's answer becomes certain, not even to a colleague who knows
their own: where everybody else is at one end, somebody could always be one step away from it.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from surveyapp.core.position import TOLERANCE, zone
from surveyapp.core.publication import (
    COARSE_STEPS,
    FINE_STEPS,
    HIGHEST_HALF_POINT,
    HIGHEST_TWENTIETH,
    LOWEST_HALF_POINT,
    LOWEST_TWENTIETH,
    Participation,
    PublishedPosition,
    PublishedScale,
    Statement,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from surveyapp.core.position import Shares

# Design choice: fifths would tell of four people that each said 1, if the fifth said the least
# that is more than 0. Means on a border belong to the band nearer to the middle.
LOW_BORDERS, HIGH_BORDERS = (0.25, 0.4), (0.6, 0.75)
FEWEST_FOR_ALL_BANDS = 5
"""Contributors; of fewer the outer bands are merged with their neighbours, for the same reason."""
TWENTIETHS, HALF_POINTS = 20, 2
ENOUGH_ANSWERED = 0.5
"""Share of the invited; of fewer, no zone is named."""
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
    shares: Shares, *, answered: int, invited: int, fine: bool
) -> PublishedPosition:
    """Say what may be said of a place; its zone is decided before rounding."""
    named = zone(shares)
    if answered < ENOUGH_ANSWERED * invited:
        statement, named = Statement.FEW_ANSWERED, None
    else:
        statement = Statement.BETWEEN if named is None else Statement.NEAREST
    steps = FINE_STEPS if fine else COARSE_STEPS
    return PublishedPosition(rounded_shares(shares, steps), steps, statement, named)


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


def rounded_scale(mean: float, contributors: int, *, fine: bool) -> PublishedScale:
    """Round a scale's mean, 0 to 1: to one of five bands; if `fine`, to a twentieth as well."""
    band = 1 + sum(mean >= border - TOLERANCE for border in LOW_BORDERS)
    band += sum(mean > border + TOLERANCE for border in HIGH_BORDERS)
    if contributors < FEWEST_FOR_ALL_BANDS:
        band = _clipped(band, 2, 4)
    nearest = _clipped(_nearest(mean * TWENTIETHS), LOWEST_TWENTIETH, HIGHEST_TWENTIETH)
    return PublishedScale(band, nearest if fine else None)


def rounded_item(mean: float) -> int:
    """Round an item's mean, 1 to 5, to half points (3 stands for 1.5 or less)."""
    return _clipped(_nearest(mean * HALF_POINTS), LOWEST_HALF_POINT, HIGHEST_HALF_POINT)


def _nearest(value: float) -> int:
    return math.floor(value + 0.5 + TOLERANCE)


def _clipped(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)
