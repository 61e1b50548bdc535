"""Shrinkage: groups' means drawn towards their common mean, by as much as they are chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from surveyapp.core.reliability import SQUARE_TOLERANCE, one_way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Shrunken:
    """Groups' means without most of the chance in them, in the unit of their values."""

    common: float
    """The mean of all groups, each as heavy as it is sure."""
    deviation: float
    """The estimated standard deviation of the groups' true means; 0 if chance explains all."""
    means: Vector
    """One per group, shape (K,), in the order in which they came."""


def shrink(groups: Sequence[Vector]) -> Shrunken | None:
    """Return groups' empirical Bayes means; None where `one_way` finds nothing to analyse.

    `groups` are values of one rater each, none of them empty. With σ² = MSW and τ² = (MSB -
    MSW)/n0, at least 0, a mean of n values is τ²/(τ² + σ²/n) of the way from the common mean to
    the group's own: Efron and Morris (1975), Journal of the American Statistical Association 70;
    Raudenbush and Bryk (2002), Hierarchical Linear Models, equations 3.9 and 3.10.
    """
    found = one_way(groups)
    if found is None:
        return None
    sizes = np.array([len(group) for group in groups], dtype=np.float64)
    own = np.array([group.sum() for group in groups]) / sizes
    true = max(0.0, (found.between - found.within) / found.n0)
    of_mean = true + found.within / sizes
    if float(of_mean.max()) <= SQUARE_TOLERANCE:  # nothing varies
        common = float(own.mean())
        return Shrunken(common, 0.0, np.full_like(own, common))
    weights = 1 / of_mean
    common = float(weights @ own / weights.sum())
    means: Vector = common + true / of_mean * (own - common)
    return Shrunken(common, math.sqrt(true), means)
