"""Change between two rounds, from what was displayed of each: single answers are gone by then."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from surveyapp.core.position import TOLERANCE, triangle_point
from surveyapp.core.region import HEXAGON_VARIANCE

if TYPE_CHECKING:
    from surveyapp.core.position import Shares
    from surveyapp.core.region import Ellipse

# Design choices: how likely it has to be that there is a change at all, and how far the places
# have to lie apart, in sides of the triangle, to be worth a word.
LIKELY_REAL, POSSIBLE = 0.95, 0.88
SMALLEST_CHANGE: Final = 0.10


class Change(StrEnum):
    """What may be said of two rounds in one sentence."""

    LIKELY_REAL = "likely_real"
    POSSIBLE = "possible"
    NO_CLEAR_CHANGE = "no_clear_change"


@dataclass(frozen=True)
class DisplayedPlace:
    """A team's place in one round as it was shown: centre, region, and the step of the shares."""

    center: Shares
    region: Ellipse
    steps: int
    """From 0 to 1, as in `PublishedPosition`."""


def change(before: DisplayedPlace, after: DisplayedPlace) -> Change:
    """Return whether a team has moved from one round to another.

    Whether anything may be said at all, because few joined or left, is not decided here.
    """
    far = math.dist(triangle_point(before.center), triangle_point(after.center))
    likely = probability(before, after)
    if far < SMALLEST_CHANGE - TOLERANCE or likely < POSSIBLE:
        return Change.NO_CLEAR_CHANGE
    return Change.LIKELY_REAL if likely >= LIKELY_REAL else Change.POSSIBLE


def probability(before: DisplayedPlace, after: DisplayedPlace) -> float:
    """Return how likely it is, 0 to 1, that the difference is not just chance.

    Each place is taken as normal around its centre, wider by what the rounding of its shares
    hides; so their difference d is normal with the sum S of the covariances. The ellipse around d
    on whose edge lies no change holds 1 - exp(-d'S⁻¹d/2) of it: chi-squared with two degrees of
    freedom, in whatever direction the team moved. Without any change it is .95 or more in 5 % of
    pairs of rounds.
    """
    d = np.subtract(triangle_point(after.center), triangle_point(before.center))
    spread = sum(_covariance(place) for place in (before, after))
    return 1 - math.exp(-float(d @ np.linalg.solve(spread, d)) / 2)


def _covariance(place: DisplayedPlace) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return place.region.covariance + np.eye(2) * HEXAGON_VARIANCE / place.steps**2
