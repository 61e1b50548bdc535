"""Moments: sums over many answers, from which no single one can be read.

They are what is kept for a later validation of the questionnaire: how its items go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from surveyapp.core.questionnaire import LABELS, RATED
from surveyapp.core.reliability import covariance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float64]
    Ratings: TypeAlias = NDArray[np.int64]

FEWEST_FOR_MOMENTS: Final = 200
"""Complete answers that the sums need."""
FEWEST_APART: Final = 10
"""Design choice: so many must differ wherever almost all could be alike."""


@dataclass(frozen=True)
class Moments:
    """Exact sums over complete answers, for the rated items in the questionnaire's order.

    Points run from 1 to 5; reversed items are turned round, so that all speak for their scale.
    """

    n: int
    sums: tuple[int, ...]
    """Shape (16,): Σx."""
    products: tuple[tuple[int, ...], ...]
    """Shape (16, 16): Σxx'."""

    def covariance(self, scale: str) -> Matrix:
        """Return the covariance of one scale's items, shape (J, J), in squared points."""
        items = [place for place, item in enumerate(RATED) if item.scale == scale]
        sums = np.array(self.sums, dtype=np.float64)[items]
        products = np.array(self.products, dtype=np.float64)[np.ix_(items, items)]
        return covariance(self.n, sums, products)


def moments(aligned: Ratings) -> Moments:
    """Sum up complete answers, shape (n, 16), 1 to 5, reversed items turned round."""
    wide = aligned.astype(np.int64)
    return Moments(
        n=len(wide),
        sums=tuple(wide.sum(axis=0).tolist()),
        products=tuple(map(tuple, (wide.T @ wide).tolist())),
    )


def singles_out_few(aligned: Ratings) -> bool:
    """Return whether sums over these answers, as for `moments`, would show what a few said.

    Where all but one say 5, the products with 5 - x are that one's answers to all other items,
    exactly. The same holds of any sum of items that is the same for almost all; looked at are one
    item at a time, and the sum and the difference of any two.
    """
    small = aligned.astype(np.int8)  # 80,000 answers are compared 240 times
    columns = list(small.T)
    for one, other in combinations(small.T, 2):
        columns += [one + other, one - other]
    values = np.arange(-max(LABELS), 2 * max(LABELS) + 1)
    most = max(np.bincount(column - values[0]).max() for column in columns)
    return bool(len(aligned) - most < FEWEST_APART)
