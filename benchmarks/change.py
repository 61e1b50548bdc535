"""How often two rounds are said to differ: without any change, and with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.coverage import (
    FEW,
    MANY,
    SHAPES,
    Crowd,
    print_rows,
    scores,
    shares_of,
    shown_place,
    shown_region,
)
from surveyapp.core.change import Change, DisplayedPlace, change
from surveyapp.core.publication import COARSE_STEPS, FINE_STEPS

if TYPE_CHECKING:
    from numpy.random import Generator

    from benchmarks.coverage import Row

MOVE: Final = np.array([-1.0, -1.0])
"""A real change: everybody leans towards less closeness that is meant less well, in points."""


def displayed(crowd: Crowd, n: int, chance: Generator) -> DisplayedPlace:
    """Return what is displayed of one round in which n of them, at random, answer."""
    invited = len(crowd.leanings)
    fine = (n, invited) in MANY
    steps = FINE_STEPS if fine else COARSE_STEPS
    answers = chance.permutation(crowd.answer(chance))[:n]
    center = shown_place(shares_of(*scores(answers)), steps)
    return DisplayedPlace(center, shown_region(answers, invited, chance, fine=fine), steps)


def measure_change(trials: int = 40) -> list[Row]:
    """Ask the same people twice, and once more after they moved; how often what is said."""
    rows: list[Row] = []
    for name, shape in SHAPES.items():
        for tier, pairs in (("coarse", FEW), ("fine", MANY)):
            chance = np.random.default_rng([len(name), len(tier)])
            still, moved = [], []
            for n, invited in pairs * (trials):
                crowd = Crowd(shape, invited, shape.error, chance)
                before = displayed(crowd, n, chance)
                still.append(change(before, displayed(crowd, n, chance)))
                crowd.leanings += MOVE
                moved.append(change(before, displayed(crowd, n, chance)))
            rows.append(
                {
                    "what": name,
                    "tier": tier,
                    "pairs": len(still),
                    "false_alarms": round(still.count(Change.LIKELY_REAL) / len(still), 3),
                    "possible": round(still.count(Change.POSSIBLE) / len(still), 3),
                    "seen_if_real": round(moved.count(Change.LIKELY_REAL) / len(moved), 3),
                }
            )
    return rows


if __name__ == "__main__":
    print_rows(measure_change())
