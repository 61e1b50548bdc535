"""Agreement within one group of raters: rwg, rwg(J), r*wg(J), AD and a_wg.

Ratings are on options 1 to A, as raw points. An item is the array of the ratings given to it, shape
(n,); who left it blank is not in the array, so the items of one group may differ in length.
Turning an item round changes none of these figures but in the last digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from surveyapp.core.position import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Item: TypeAlias = NDArray[np.float64]

# The variance of a slight skew on five options: LeBreton and Senter (2008), Organizational Research
# Methods 11, table 2. Other numbers of options have their own.
SLIGHT_SKEW_VARIANCE: Final = 1.34

# Design choice: fewer ratings of an item than this say nothing of how far people agree.
MIN_RATINGS: Final = 4

# Design choice: the largest mean distance from the mean, in points of five options, that leaders
# are told of in these words. The second is the practical cut of `ad_cut`, as it is printed.
MAX_AD_ALIKE: Final = 0.55
MAX_AD_SOME_DIFFERENCES: Final = 0.83


class AgreementWord(StrEnum):
    """How far a group sees things alike, as leaders are told."""

    ALIKE = "alike"
    SOME_DIFFERENCES = "some_differences"
    VERY_DIFFERENT = "very_different"
    SPLIT = "split"
    """Ratings lie further apart than if everybody had chosen blindly."""


@dataclass(frozen=True)
class Agreement:
    """How far one group's raters agree over J items; see the functions of the same names."""

    rwg_j: float
    r_star_wg_j: float
    ad_m_j: float

    @property
    def word(self) -> AgreementWord:
        """What leaders are told, for ratings on five options."""
        if self.r_star_wg_j < -TOLERANCE:
            return AgreementWord.SPLIT
        if self.ad_m_j <= MAX_AD_ALIKE + TOLERANCE:
            return AgreementWord.ALIKE
        if self.ad_m_j <= MAX_AD_SOME_DIFFERENCES + TOLERANCE:
            return AgreementWord.SOME_DIFFERENCES
        return AgreementWord.VERY_DIFFERENT


def agreement(ratings: NDArray[np.float64], options: int) -> Agreement | None:
    """Return a group's agreement against the uniform null; None if there are too few ratings.

    `ratings` has shape (n, J), one row per rater; NaN is a blank. Each item counts the ratings it
    has; one with fewer than `MIN_RATINGS` leaves the group without figures, since figures over
    other items than the next group's could not be compared.
    """
    items = [column[~np.isnan(column)] for column in ratings.T]
    if min(map(len, items), default=0) < MIN_RATINGS:
        return None
    r_star = r_star_wg_j(items, uniform_variance(options))
    return Agreement(_stepped_up(r_star, len(items)), r_star, ad_m_j(items))


def uniform_variance(options: int) -> float:
    """Return (A² - 1)/12 points², the variance if each of A options is chosen equally often."""
    return (options**2 - 1) / 12


def rwg(item: Item, null_variance: float) -> float:
    """Return 1 - s²/V0, s² with n - 1; at most 1 and negative if ratings are split.

    James, Demaree and Wolf (1984), Journal of Applied Psychology 69. ValueError for fewer than two
    ratings.
    """
    return 1 - _variance(_deviations(item)) / null_variance


def r_star_wg_j(items: Sequence[Item], null_variance: float) -> float:
    """Return 1 - q, q the mean of the items' s²/V0; not cut, so a split stays visible.

    Lindell, Brandt and Whitney (1999), Applied Psychological Measurement 23. ValueError for no
    items, or an item with fewer than two ratings.
    """
    return _mean([rwg(item, null_variance) for item in items])


def rwg_j(items: Sequence[Item], null_variance: float) -> float:
    """Return J(1 - q)/(J(1 - q) + q), q the mean of the J items' s²/V0, cut at 1; 0 to 1.

    James, Demaree and Wolf (1984). ValueError for no items, or an item with fewer than two
    ratings.
    """
    return _stepped_up(r_star_wg_j(items, null_variance), len(items))


def ad_m(item: Item) -> float:
    """Return the mean distance of the ratings from their mean, in points; 0 is full agreement.

    Burke, Finkelstein and Dusig (1999), Organizational Research Methods 2. ValueError for fewer
    than two ratings.
    """
    return _mean([abs(deviation) for deviation in _deviations(item)])


def ad_m_j(items: Sequence[Item]) -> float:
    """Return the mean of the items' `ad_m`, in points.

    Burke, Finkelstein and Dusig (1999). ValueError for no items, or an item with fewer than two
    ratings.
    """
    return _mean([ad_m(item) for item in items])


def ad_cut(options: int) -> float:
    """Return A/6 points, up to which AD counts as agreement in practice.

    Burke and Dunlap (2002), Organizational Research Methods 5.
    """
    return options / 6


def a_wg(item: Item, options: int) -> float | None:
    """Return agreement, -1 to 1, against the largest variance that is possible at this mean.

    1 - 2s²/{[(H + L)M - M² - HL]·n/(n - 1)}, L = 1, H = A; None for n < A - 1. Brown and Hauenstein
    (2005), Organizational Research Methods 8; they would not interpret it for means beyond
    (L(n - 1) + H)/n and its mirror, where one rating more or less at an end decides it. ValueError
    for fewer than two ratings.
    """
    spread = _variance(_deviations(item))
    n, mean = len(item), _mean(item.tolist())
    if n < options - 1:
        return None
    if not spread:
        return 1.0
    largest = ((options + 1) * mean - mean**2 - options) * n / (n - 1)
    return 1 - 2 * spread / largest


def _stepped_up(r_star: float, items: int) -> float:
    agreed = max(0.0, r_star)
    return items * agreed / (items * agreed + 1 - agreed)


def _deviations(item: Item) -> list[float]:
    if len(item) < 2:  # noqa: PLR2004  (two, as the message says)
        message = "agreement needs at least two ratings"
        raise ValueError(message)
    ratings = item.tolist()  # a team's few are faster without numpy
    mean = _mean(ratings)
    return [rating - mean for rating in ratings]


def _variance(deviations: Sequence[float]) -> float:
    return math.fsum(x * x for x in deviations) / (len(deviations) - 1)


def _mean(values: Sequence[float]) -> float:
    if not values:
        message = "agreement needs at least one item"
        raise ValueError(message)
    return math.fsum(values) / len(values)
