"""How sure a team's position is: what the silent might have answered, and how steady answers are.

A team is finite: N were invited, n answered. A Pólya urn draws what the other N - n would have
said (Lo 1988, "A Bayesian bootstrap for a finite population", Annals of Statistics 16, 1684-1695),
with a base beside the answers, so that few answers alike do not make a team sure of itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
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
COLUMNS: Final = ("s", "m", "e", "b")
LOWEST: Final = np.array([0, 0, 0, -1], dtype=np.float32).reshape(-1, 1, 1)
HIGHEST: Final = np.float32(1)

# Design choices.
DRAWS: Final = 4_000
# A silent person who is like nobody so far answers on this many levels, each as likely.
LEVELS: Final = len(LABELS)
# Standard error of one person's s (four items) and m (seven): about one point of five per item.
ANSWER_ERRORS: Final = np.array([0.12, 0.10], dtype=np.float32).reshape(-1, 1, 1)
REGION_LEVEL: Final = 0.90

# People times draws that are held at once: it fits a processor's cache, however large the team.
AT_ONCE: Final = 2**17


@dataclass(frozen=True)
class Draws:
    """What the whole team might have answered, one row per draw, around the answers' own means."""

    shares: NDArray[np.float64]
    """(draws, 3) in the order of `Zone`; near an edge some lie outside the triangle."""
    e: NDArray[np.float64] | None
    """(draws,) the mean of experience; None if nobody has it."""
    b: NDArray[np.float64] | None
    """(draws,) the mean of fit, -1 to 1; None if nobody has it."""


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
    silent = invited - len(persons)
    if silent < 0:
        message = f"{len(persons)} answered, but {invited} were invited"
        raise ValueError(message)
    block = max(1, AT_ONCE // invited)
    sizes = [min(block, draws - start) for start in range(0, draws, block)]
    single = answered.astype(np.float32)
    means = np.concatenate([_means(single, silent, size, chance) for size in sizes], axis=1)
    closeness, leading, e, b = means
    pulls = (1 - closeness, CENTRING * leading, CENTRING * (closeness - leading))
    shares = np.column_stack(pulls) / sum(pulls)[:, np.newaxis]
    return Draws(
        shares=_around(shares, np.array(dot.as_tuple())),
        e=_around_mean(e, answered[2]),
        b=_around_mean(b, answered[3]),
    )


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
    each = np.arange(draws)
    for place in range(n, n + silent):
        # At the place itself waits the new vector: to pick that is to pick the base.
        people[:, place] = people[:, chance.integers(place + 1, size=draws), each]
    return people


def region(draws: Draws, center: Shares) -> Region:
    """Return the ellipse around the team's own position that holds 90 % of the draws."""
    points = (draws.shares - center.as_tuple()) @ np.array([TRIANGLE[pole] for pole in Zone])
    covariance = np.cov(points, rowvar=False)
    distances = np.einsum("ij,ij->i", points @ np.linalg.inv(covariance), points)
    (xx, xy), (_, yy) = covariance.tolist()
    return Region(center, ((xx, xy), (xy, yy)), float(np.quantile(distances, REGION_LEVEL)))


def zone_probabilities(draws: Draws) -> dict[Zone, float]:
    """Return for each zone the share of draws in which its share is the largest."""
    largest = np.bincount(draws.shares.argmax(axis=1), minlength=len(Zone)) / len(draws.shares)
    return dict(zip(Zone, largest.tolist(), strict=True))


def _vectors(persons: Sequence[Person]) -> NDArray[np.float64]:
    """Return (4, n) in the order of `COLUMNS`; s and m are there together or not at all.

    People are sorted by what they said: in whatever order they come, the draws are the same.
    """
    rows = [[getattr(person, name) for person in persons] for name in COLUMNS]
    vectors = np.array(rows, dtype=np.float64)
    vectors[:2, np.isnan(vectors[:2]).any(axis=0)] = np.nan
    return vectors[:, np.lexsort(vectors)]


def _means(
    answered: NDArray[np.float32], silent: int, draws: int, chance: Generator
) -> NDArray[np.float64]:
    """Return (4, draws): mean s, s·m, e and b of the whole team; 0 where nobody has a score."""
    people = urn(answered, silent, draws, chance)
    n = answered.shape[1]
    said = people[:2, :n]
    said += ANSWER_ERRORS * chance.standard_normal((2, n, draws), dtype=np.float32)
    np.clip(said, 0, 1, out=said)
    people[1] *= people[0]
    known = ~np.isnan(people)
    sums = np.where(known, people, 0).sum(axis=1, dtype=np.float64)
    means: NDArray[np.float64] = sums / known.sum(axis=1, dtype=np.uint32).clip(min=1)
    return means


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
