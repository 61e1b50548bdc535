"""Guessing between two possibilities: learning from known cases, and what a coin would reach."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence

GUESSES = 30
"""Enough to tell a coin from knowledge, few enough to run at each change."""
LESSONS = 10
SIGMAS = 5


def lean(looks: Iterable[Hashable], known: Collection[tuple[set[Hashable], bool]]) -> float:
    """Return how far a case looks more like the known true ones (> 0) or false ones (< 0).

    Each look counts, there or missing, by how much more common it is among the ones than among
    the others.
    """
    common: defaultdict[Hashable, float] = defaultdict(float)
    cases = Counter(truth for _looks, truth in known)
    for known_looks, truth in known:
        for look in known_looks:
            common[look] += (1 if truth else -1) / cases[truth]
    here = set(looks)
    return sum(weight if look in here else -weight for look, weight in common.items())


def coins(number: int) -> list[bool]:
    """Toss coins, the same ones in each run."""
    return [random.Random(toss).random() < 0.5 for toss in range(number)]


def count_right(clues: Sequence[float], truths: Sequence[bool]) -> int:
    """Count right guesses: a clue above 0 says true, below 0 false; without one a coin guesses."""
    chance = random.Random("guess")
    said = [(clue or chance.random() - 0.5) > 0 for clue in clues]
    return sum(guess == truth for guess, truth in zip(said, truths, strict=True))


def like_a_coin(right: int, number: int = GUESSES) -> bool:
    """Whether so many right guesses are no more than luck: false for one coin in a million.

    Whoever is always wrong knows as much as who is always right.
    """
    return abs(right - number / 2) < SIGMAS * math.sqrt(number) / 2
