"""The region around a team's position as it may be shown: an ellipse of a few sizes and turns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from surveyapp.core.position import TOLERANCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from surveyapp.core.uncertainty import Covariance

# Design choice: the half-axes that are shown, in sides of the triangle; the last means "or more".
HALF_AXES: Final = (0.05, 0.10, 0.15, 0.20)
# Design choice: a half-turn in steps of 15 degrees.
TURNS: Final = 12

# A normal distribution in the plane holds 90 % within this squared Mahalanobis distance: the
# quantile of chi-squared with two degrees of freedom, -2 ln(1 - .9).
NORMAL_QUANTILE: Final = -2 * math.log(0.1)

# Shares that are rounded to steps of w form a lattice of triangles with sides w; what is displayed
# as one of its points is a hexagon around it, with this variance along each axis, in w².
HEXAGON_VARIANCE: Final = 5 / 72
# What rounding the centre to twentieths hides, as a squared half-axis of 90 %.
HIDDEN: Final = NORMAL_QUANTILE * HEXAGON_VARIANCE / 20**2
# Design choice: the next larger size is shown from this part beyond a size on. Any sooner and nine
# of ten places would be far more than nine of ten; any later, and for some teams fewer than eight.
BEYOND: Final = 1 / 6


class Ellipse(NamedTuple):
    """A region as displayed: half-axes in sides of the triangle, the longer one first."""

    a: float
    b: float
    turn: int
    """Twelfths of a half-turn, 0 to 11, anticlockwise from the x axis to `a`; 0 for a circle."""

    @property
    def covariance(self) -> NDArray[np.float64]:
        """The (2, 2) covariance of the normal distribution of which this is the 90 % region."""
        angle = math.pi * self.turn / TURNS
        cos, sin = math.cos(angle), math.sin(angle)
        axes = np.array([[cos * self.a, -sin * self.b], [sin * self.a, cos * self.b]])
        covariance: NDArray[np.float64] = axes @ axes.T / NORMAL_QUANTILE
        return covariance


def fine_region(covariance: Covariance, quantile: float) -> Ellipse:
    """Return what is shown, of many people, of a region in the triangle's plane.

    Half-axes are the roots of quantile times the eigenvalues and of what the rounding of the
    centre hides, rounded up from `BEYOND` a size on. The turn is rounded to the nearest step.
    """
    (minor, major), axes = np.linalg.eigh(np.array(covariance))
    b, a = (_shown(math.sqrt(quantile * max(spread, 0) + HIDDEN)) for spread in (minor, major))
    x, y = axes[:, 1].tolist()
    turn = round(math.atan2(y, x) / math.pi * TURNS) % TURNS
    return Ellipse(a, b, turn if a > b else 0)


def _shown(half_axis: float) -> float:
    enough = half_axis / (1 + BEYOND) - TOLERANCE
    return next((size for size in HALF_AXES if enough <= size), HALF_AXES[-1])
