"""Reliability: of groups' means (ICC), of a sum of items (alpha, omega), of one mean.

Groups are given as arrays, one per group, each holding one value per rater. What is said of items
is computed from their covariance matrix alone, which sums over all raters are enough for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from surveyapp.core.position import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[np.float64]
    Matrix: TypeAlias = NDArray[np.float64]

# Mean squares are squares of differences, so what tells nothing apart is smaller here.
SQUARE_TOLERANCE: Final = TOLERANCE**2

# Design choice: minres stops when no loading moves by more than the first in a sweep; a fit that
# still moves after so many sweeps has no single best factor.
STILL: Final = 1e-10
MAX_SWEEPS: Final = 20_000

MIN_ITEMS_FOR_FACTOR: Final = 3
"""Two items have one correlation, which any two loadings with that product reproduce."""


@dataclass(frozen=True)
class OneWay:
    """A one-way analysis of variance over groups of any sizes.

    `between` and `within` are mean squares, in squared points. Two sizes k stand for the unequal
    groups: `n0` is the textbook's, (N - Σn²/N)/(K - 1): Snedecor and Cochran (1989), Statistical
    Methods. `mean_size` is N/K, as R's package multilevel has it.
    """

    between: float
    within: float
    n0: float
    mean_size: float

    def icc1(self, k: float) -> float | None:
        """Return (MSB - MSW)/(MSB + (k - 1)MSW), the share of variance that is between groups.

        Negative if groups differ less than chance would have it; None if nothing varies. Shrout and
        Fleiss (1979), Psychological Bulletin 86: ICC(1,1); Bliese (2000) calls it ICC(1).
        """
        total = self.between + (k - 1) * self.within
        return (self.between - self.within) / total if total > SQUARE_TOLERANCE else None

    @property
    def icc2(self) -> float | None:
        """(MSB - MSW)/MSB, the reliability of a group's mean; None if the means do not vary.

        Stepping ICC(1) up to groups of k gives this for every k. Shrout and Fleiss (1979):
        ICC(1,k); Bliese (2000) calls it ICC(2).
        """
        if self.between <= SQUARE_TOLERANCE:
            return None
        return (self.between - self.within) / self.between


def one_way(groups: Sequence[Vector]) -> OneWay | None:
    """Analyse groups of values; None for fewer than two groups, or for groups of one alone."""
    sizes = np.array([len(group) for group in groups if len(group)], dtype=np.float64)
    n, count = float(sizes.sum()), len(sizes)
    if count < 2 or n == count:  # noqa: PLR2004  (a variance between groups needs two)
        return None
    means = np.array([group.mean() for group in groups if len(group)])
    grand = float(sizes @ means) / n
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups if len(group))
    return OneWay(
        between=float(sizes @ (means - grand) ** 2) / (count - 1),
        within=within / (n - count),
        n0=(n - float(sizes @ sizes) / n) / (count - 1),
        mean_size=n / count,
    )


def covariance(n: int, sums: Vector, products: Matrix) -> Matrix:
    """Return the (J, J) covariance, with n - 1, of n raters from moments, in squared points.

    `sums` has shape (J,), `products` (J, J): Σx and Σxx' over the raters who rated every item.
    ValueError for fewer than two raters.
    """
    if n < 2:  # noqa: PLR2004  (n - 1 divides)
        message = "a covariance needs at least two raters"
        raise ValueError(message)
    spread: Matrix = (products - np.outer(sums, sums) / n) / (n - 1)
    return spread


def alpha(covariance: Matrix) -> float | None:
    """Return coefficient alpha of J items' sum, J/(J - 1)·(1 - Σs²/s² of the sum), at most 1.

    None for fewer than two items, or if the sum does not vary. Cronbach (1951), Psychometrika 16,
    equation 2.
    """
    items = len(covariance)
    if items < 2 or not _sum_varies(covariance):  # noqa: PLR2004  (one item has no covariance)
        return None
    return items / (items - 1) * (1 - float(np.trace(covariance) / covariance.sum()))


def omega(covariance: Matrix) -> float | None:
    """Return omega of J items' sum under one factor, (Σλ)²/((Σλ)² + Σθ), 0 to 1.

    λ are the items' loadings in points, fitted by `minres_loadings` to the correlations; θ = s² -
    λ² is what is left of an item. None for fewer than three items, an item or a sum that does not
    vary, or no convergence. McDonald (1999), Test Theory: A Unified Treatment, equation 6.20b.
    """
    variances = np.diag(covariance)
    if len(covariance) < MIN_ITEMS_FOR_FACTOR or variances.min() <= SQUARE_TOLERANCE:
        return None
    if not _sum_varies(covariance):
        return None
    deviations = np.sqrt(variances)
    loadings = minres_loadings(covariance / np.outer(deviations, deviations))
    if loadings is None:
        return None
    explained = float(loadings @ deviations) ** 2
    left = float((1 - loadings**2) @ variances)
    return explained / (explained + left)


def minres_loadings(correlations: Matrix) -> Vector | None:
    """Return one factor's (J,) loadings, -1 to 1, by minimum residuals; None if they never settle.

    Minimises the squared residuals off the diagonal by setting one loading after the other to its
    best value, λi = Σ rij·λj/Σ λj² over j ≠ i, starting from the first principal component: Harman
    and Jones (1966), Psychometrika 31. A loading over 1 is set to 1, which is its best value under
    that bound: Harman and Fukuda (1966), ibid.
    """
    between = correlations - np.eye(len(correlations))
    roots, components = np.linalg.eigh(correlations)
    loadings: Vector = components[:, -1] * math.sqrt(roots[-1])
    for _ in range(MAX_SWEEPS):
        before = loadings.copy()
        for i, row in enumerate(between):
            others = float(loadings @ loadings) - loadings[i] ** 2
            best = float(row @ loadings) / others if others > SQUARE_TOLERANCE else 0.0
            loadings[i] = min(1.0, max(-1.0, best))
        if np.abs(loadings - before).max() < STILL:
            return loadings
    return None


def standard_error(values: Vector, invited: int) -> float:
    """Return s/√n·√(1 - n/N), the standard error of the mean of n values out of N, in their unit.

    0 once everybody has answered: then the mean is the group's own. Cochran (1977), Sampling
    Techniques, chapter 2. ValueError for fewer than two values, or more than were invited.
    """
    n = len(values)
    if not 2 <= n <= invited:  # noqa: PLR2004  (n - 1 divides)
        message = "a standard error needs two values or more, and no more than were invited"
        raise ValueError(message)
    return float(np.std(values, ddof=1)) / math.sqrt(n) * math.sqrt(1 - n / invited)


def _sum_varies(covariance: Matrix) -> bool:
    return bool(covariance.sum() > TOLERANCE * np.trace(covariance))
