"""How sure a team's position is: what the silent might have answered, and how steady answers are.

A team is finite: N were invited, n answered. A Pólya urn draws what the other N - n would have
said (Lo 1988, "A Bayesian bootstrap for a finite population", Annals of Statistics 16, 1684-1695),
with a base beside the answers, so that few answers alike do not make a team sure of itself.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from surveyapp.core.position import CENTRING, TRIANGLE, Shares, Zone, position
from surveyapp.core.questionnaire import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from surveyapp.core.questionnaire import Person

Covariance: TypeAlias = tuple[tuple[float, float], tuple[float, float]]

# What the urn holds of a person, and where each of these scores ends.
COLUMNS: Final = ("s", "m", "b", "e")
LOWEST: Final = np.array([0, 0, -1, 0], dtype=np.float32).reshape(-1, 1, 1)
HIGHEST: Final = np.float32(1)

# Design choices.
DRAWS: Final = 4_000
# A silent person who is like nobody so far answers on this many levels, each as likely.
LEVELS: Final = len(LABELS)
LEVEL_MEAN: Final = float(np.linspace(0, 1, LEVELS).mean())
LEVEL_SQUARE: Final = float((np.linspace(0, 1, LEVELS) ** 2).mean())
# Standard error of one person's s (four items), m (seven) and b (one): about one point of five per
# item; on b, which has seven options from -1 to 1, .72 of a step.
ANSWER_ERRORS: Final = np.array([0.12, 0.10, 0.24], dtype=np.float32).reshape(-1, 1, 1)
REGION_LEVEL: Final = 0.90
# The same of one item, so that a scale's is the smaller the more items it has.
ITEM_ERROR: Final = 0.24
# Standard errors on each side of a mean that hold 90 % of a normal distribution.
RANGE_FACTOR: Final = NormalDist().inv_cdf((1 + REGION_LEVEL) / 2)

# A normal error is one of so many quantiles, each as likely: that costs a quarter of drawing from
# the density, and its standard deviation is less than a ten-thousandth too small.
NORMAL_RANKS: Final = 2**16

# People times draws that are held at once: it fits a processor's cache, however large the team.
AT_ONCE: Final = 2**17


@dataclass(frozen=True)
class Draws:
    """What everybody might have answered, one row per draw, around the answers' own means."""

    shares: NDArray[np.float64]
    """(draws, 3) in the order of `Zone`; near an edge some lie outside the triangle."""
    means: NDArray[np.float64]
    """(2, draws) the means of s and of s·m that the shares are made of, before their shift."""
    e: NDArray[np.float64] | None = None
    """(draws,) the mean of experience; None if nobody has it, and for several teams."""
    b: NDArray[np.float64] | None = None
    """(draws,) the mean of fit, -1 to 1; None if nobody has it, and for several teams."""


@dataclass(frozen=True)
class Region:
    """The points (x, y) with (x - center)' covariance⁻¹ (x - center) <= quantile: 90 % of draws.

    It is an ellipse in the triangle's plane, of which only what lies in the triangle counts.
    """

    center: Shares
    covariance: Covariance
    quantile: float


def generator(seed: int, team: str) -> Generator:
    """Return a team's own source of chance, the same whatever other teams are computed with it.

    The seed has to stay as secret as the answers: with it candidates could be replayed.
    """
    name = int.from_bytes(hashlib.sha256(team.encode()).digest())
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(name,)))


def simulate(
    persons: Sequence[Person], invited: int, chance: Generator, draws: int = DRAWS
) -> Draws | None:
    """Draw what all `invited` might have answered; None if nobody has a position.

    Who lacks a score stays without it, and so does whoever is drawn as their like: each mean is
    over those who have it. The draws are shifted so that their mean is that of the answers, since
    clipping and the base would move it. ValueError if more answered than were invited.
    """
    dot = position(persons)
    if dot is None:
        return None
    answered = _vectors(persons)
    means = _all_means(answered, invited, chance, draws)
    return Draws(
        shares=_shares(means[:2], dot),
        means=means[:2],
        b=_around_mean(means[2], answered[2]),
        e=_around_mean(means[3], answered[3]),
    )


def simulate_needs(
    persons: Sequence[Person], invited: int, chance: Generator, draws: int = DRAWS
) -> NDArray[np.float64] | None:
    """Draw what the mean of b over all `invited` might be, (draws,); None if nobody has it.

    For teams in which nobody has a position: in others it is drawn together with that.
    """
    answered = _vectors(persons)
    return _around_mean(_all_means(answered, invited, chance, draws)[2], answered[2])


def together(means: NDArray[np.float64], dot: Shares) -> Draws:
    """Return the draws of several teams: each team is drawn by itself and counts as it is large.

    `means` is (2, draws), the teams' own `Draws.means` weighted by how many were invited; `dot`
    is the place of all who answered.
    """
    return Draws(_shares(means, dot), means)


def mean_half_width(scores: Sequence[float], silent: float, items: int) -> float:
    """Return how far, at most, nine of ten likely means over all invited are from the answers'.

    For a scale from 0 to 1 of so many `items`. The same urn in closed form: of n scores y and a
    base of mass 1, with A = n + 1, M the silent (a fraction if some who answered lack the score),
    N = n + M, V = (Σy² + E0[y²])/A - μ² and μ = (Σy + μ0)/A, the variance is
    (M/N)²·V·(A + M)/(M·(A + 1)), beside that of the answers' own errors. The base's μ0 and E0 are
    those of `LEVELS` levels from 0 to 1.
    """
    n = len(scores)
    everybody, mass = n + silent, n + 1
    mu = (math.fsum(scores) + LEVEL_MEAN) / mass
    spread = (math.fsum(score * score for score in scores) + LEVEL_SQUARE) / mass - mu**2
    drawn = silent * spread * (mass + silent) / (mass + 1) / everybody**2
    errors = ITEM_ERROR**2 / items * n / everybody**2
    return RANGE_FACTOR * math.sqrt(drawn + errors)


def urn(
    answered: NDArray[np.float32], silent: int, draws: int, chance: Generator
) -> NDArray[np.float32]:
    """Return what all people say, (4, n + silent, draws): the n who answered, then the silent.

    `answered` is (4, n) in the order of `COLUMNS`. Each silent person is a copy of one before them
    or, with the weight of one more person, new: each score on one of `LEVELS` levels, all alike.
    """
    columns, n = answered.shape
    people = np.empty((columns, n + silent, draws), dtype=np.float32)
    people[:, :n] = answered[:, :, np.newaxis]
    levels = chance.integers(LEVELS, size=(columns, silent, draws), dtype=np.uint8)
    people[:, n:] = LOWEST + (HIGHEST - LOWEST) / np.float32(LEVELS - 1) * levels
    in_a_row, each = people.reshape(columns, -1), np.arange(draws)
    for place in range(n, n + silent):
        # At the place itself waits the new vector: to pick that is to pick the base.
        picked = chance.integers(place + 1, size=draws)
        people[:, place] = in_a_row.take(picked * draws + each, axis=1)
    return people


def region(draws: Draws, center: Shares) -> Region:
    """Return the ellipse around the team's own position that holds 90 % of the draws."""
    corners = np.array([TRIANGLE[pole] for pole in Zone])
    points = corners.T @ (draws.shares - center.as_tuple()).T
    around = points - points.mean(axis=1, keepdims=True)
    covariance = around @ around.T / (points.shape[1] - 1)
    distances = (np.linalg.inv(covariance) @ points * points).sum(axis=0)
    (xx, xy), (_, yy) = covariance.tolist()
    return Region(center, ((xx, xy), (xy, yy)), _quantile(distances, REGION_LEVEL))


def zone_probabilities(draws: Draws) -> dict[Zone, float]:
    """Return for each zone the share of draws in which its share is the largest."""
    hands_off, leading, managing = draws.shares.T
    first = (hands_off >= leading) & (hands_off >= managing)
    second = ~first & (leading >= managing)
    counts = [int(np.count_nonzero(led)) for led in (first, second, ~(first | second))]
    return {pole: count / len(first) for pole, count in zip(Zone, counts, strict=True)}


def _vectors(persons: Sequence[Person]) -> NDArray[np.float64]:
    """Return (4, n) in the order of `COLUMNS`; s and m are there together or not at all.

    People are sorted by what they said: in whatever order they come, the draws are the same.
    """
    rows = [[getattr(person, name) for person in persons] for name in COLUMNS]
    vectors = np.array(rows, dtype=np.float64)
    vectors[:2, np.isnan(vectors[:2]).any(axis=0)] = np.nan
    return vectors[:, np.lexsort(vectors)]


def _all_means(
    answered: NDArray[np.float64], invited: int, chance: Generator, draws: int
) -> NDArray[np.float64]:
    """Return `_means` of so many draws, some at a time."""
    n = answered.shape[1]
    if invited < n:
        message = f"{n} answered, but {invited} were invited"
        raise ValueError(message)
    block = max(1, AT_ONCE // max(1, invited))
    sizes = [min(block, draws - start) for start in range(0, draws, block)]
    single = answered.astype(np.float32)
    parts = [_means(single, invited - n, size, chance) for size in sizes]
    return np.concatenate(parts, axis=1)


def _means(
    answered: NDArray[np.float32], silent: int, draws: int, chance: Generator
) -> NDArray[np.float64]:
    """Return (4, draws): mean s, s·m, b and e of the whole team; 0 where nobody has a score."""
    people = urn(answered, silent, draws, chance)
    n = answered.shape[1]
    said = people[: len(ANSWER_ERRORS), :n]
    ranks = chance.integers(NORMAL_RANKS, size=said.shape, dtype=np.uint16)
    said += ANSWER_ERRORS * _normal_quantiles().take(ranks)
    np.clip(said, LOWEST[: len(said)], HIGHEST, out=said)
    people[1] *= people[0]
    having: NDArray[np.uint32] | int = people.shape[1]
    if np.isnan(answered).any():
        unknown = np.isnan(people)
        people[unknown] = 0
        having = (~unknown).sum(axis=1, dtype=np.uint32).clip(min=1)
    means: NDArray[np.float64] = people.sum(axis=1, dtype=np.float64) / having
    return means


@cache
def _normal_quantiles() -> NDArray[np.float32]:
    """Return the standard normal's quantiles in the middle of `NORMAL_RANKS` equal steps."""
    inverse, half = NormalDist().inv_cdf, NORMAL_RANKS // 2
    lower = np.array([inverse((rank + 0.5) / NORMAL_RANKS) for rank in range(half)])
    return np.concatenate([lower, -lower[::-1]]).astype(np.float32)


def _shares(means: NDArray[np.float64], dot: Shares) -> NDArray[np.float64]:
    closeness, leading = means
    pulls = np.stack([1 - closeness, CENTRING * leading, CENTRING * (closeness - leading)])
    # Each share's draws lie side by side in memory: sums over them are many times faster so.
    return _around((pulls / pulls.sum(axis=0)).T, np.array(dot.as_tuple()))


def _quantile(values: NDArray[np.float64], level: float) -> float:
    """Return what np.quantile does for a level below 1, in half the time."""
    place = level * (len(values) - 1)
    below = int(place)
    low, high = np.partition(values, (below, below + 1))[below : below + 2].tolist()
    return float(low + (place - below) * (high - low))


def _around_mean(
    draws: NDArray[np.float64], answered: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    known = answered[~np.isnan(answered)]
    return _around(draws, known.mean()) if known.size else None


def _around(
    draws: NDArray[np.float64], mean: NDArray[np.float64] | np.float64
) -> NDArray[np.float64]:
    shifted: NDArray[np.float64] = draws + (mean - draws.mean(axis=0))
    return shifted
