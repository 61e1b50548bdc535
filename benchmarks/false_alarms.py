"""How often fit and own view name a difference that is none, and how often one that is.

F1: each person has a leaning in steps of F1, an answer is that and an error, rounded. The truth is
the mean of all who were invited, each at what they would answer again and again; people need
different amounts if the leanings of enough on each side are. Own view: a leader whose leaning is
the mean of the team's answers the same items with the same error.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.coverage import ERRORS, FEW, MANY, SHAPES, Crowd, print_rows
from surveyapp.anonymity.rounding import rounded_scale
from surveyapp.core.analysis import SCALE_ITEMS
from surveyapp.core.fit import (
    FEWEST_ON_A_SIDE,
    NARROW,
    WIDE,
    Tolerance,
    Verdict,
    people_reading,
)
from surveyapp.core.questionnaire import Person, reverse
from surveyapp.core.selfview import OwnView, own_views
from surveyapp.core.uncertainty import mean_half_width, simulate_needs

if TYPE_CHECKING:
    from numpy.random import Generator

    from benchmarks.coverage import Floats, Row

NEEDS: Final = {
    "just right": ((0.0,), 0.3),
    "each elsewhere": ((0.0,), 1.0),
    "nearly too little": ((-0.4,), 0.5),
    "nearly too much": ((0.4,), 0.5),
    "two needs": ((1.5, -1.5), 0.3),
}
"""Centres and deviation of leanings, in steps of F1, from -3 to 3."""
NEED_MOVE: Final = -1.0
"""A real need: everybody a step further towards too little."""
OWN_GAP: Final = 1.0
"""A real difference, in points: the leader leans so much higher."""
STEPS: Final = 3
ITEMS: Final = [item for scale in "stpa" for item in SCALE_ITEMS[scale]]
"""In the order of `Crowd.answer`."""
NOBODY: Final = Person(**dict.fromkeys(("s", "t", "p", "e", "a", "m", "b")))


def measure_false_alarms(trials: int = 100) -> list[Row]:
    """Draw teams of each kind in both tiers: how often what is said of them is not so.

    Of fit, a false alarm is too little, too much or different amounts; beside it stands how often
    "about right" is not so.
    """
    return [*fit_rows(trials), *own_rows(trials)]


def fit_rows(trials: int) -> list[Row]:
    """Draw what teams say of the amount, before and after everybody needs a step more."""
    rows: list[Row] = []
    for name, (centers, deviation) in NEEDS.items():
        for tier, pairs in (("coarse", FEW), ("fine", MANY)):
            chance = np.random.default_rng([len(name), len(tier)])
            wrong, seen = [], []
            for n, invited in pairs * trials:
                around = np.resize(centers, invited) + chance.normal(0, deviation, invited)
                leanings, error = chance.permutation(around), float(chance.choice(ERRORS))
                allowed = (WIDE, NARROW)[chance.integers(2)]
                said = _verdict(leanings, n, error, allowed, chance)
                wrong.append(None if _is_so(said, leanings, error, allowed, chance) else said)
                said = _verdict(leanings + NEED_MOVE, n, error, allowed, chance)
                seen.append(said is Verdict.TOO_LITTLE)
            wrongly_right = [said is Verdict.ABOUT_RIGHT for said in wrong]
            alarms = [said not in {None, Verdict.ABOUT_RIGHT} for said in wrong]
            row = _row("fit", name, tier, alarms, seen)
            rows.append(row | {"wrongly_right": round(float(np.mean(wrongly_right)), 3)})
    return rows


def _is_so(
    said: Verdict, leanings: Floats, error: float, allowed: Tolerance, chance: Generator
) -> bool:
    """Return whether a verdict is that of the truth; unclear always is."""
    low, high = allowed.need
    again = leanings + chance.normal(0, error, (400, len(leanings)))
    true = float((np.rint(again).clip(-STEPS, STEPS) / STEPS).mean())
    sides = [int((side * np.rint(leanings) > 0).sum()) for side in (-1, 1)]
    return {
        Verdict.TOO_LITTLE: true <= low,
        Verdict.TOO_MUCH: true >= high,
        Verdict.ABOUT_RIGHT: low < true < high,
        Verdict.DIFFERENT_AMOUNTS: min(sides) >= FEWEST_ON_A_SIDE,
    }.get(said, True)


def _verdict(
    leanings: Floats, n: int, error: float, allowed: Tolerance, chance: Generator
) -> Verdict:
    answers = np.rint(leanings[:n] + chance.normal(0, error, n)).clip(-STEPS, STEPS) / STEPS
    persons = [replace(NOBODY, b=b) for b in answers.tolist()]
    needs = simulate_needs(persons, len(leanings), chance, draws=1_000)
    assert needs is not None
    reading = people_reading(persons, needs, allowed)
    assert reading is not None
    return reading.verdict


def own_rows(trials: int) -> list[Row]:
    """Let leaders answer who see it as their team does, and such as see it one point higher."""
    rows: list[Row] = []
    for name, shape in SHAPES.items():
        for tier, pairs in (("coarse", FEW), ("fine", MANY)):
            chance = np.random.default_rng([len(name), len(tier), 1])
            alarms: list[bool] = []
            seen: list[bool] = []
            for n, invited in pairs * trials:
                crowd = Crowd(shape, invited, shape.error, chance)
                team = crowd.answer(chance)[:n]
                mean = crowd.leanings.mean(axis=0)
                fine = (n, invited) in MANY
                for gap, found in ((0.0, alarms), (OWN_GAP, seen)):
                    crowd.leanings = (mean + gap)[np.newaxis]
                    found.extend(_differs(crowd.answer(chance)[0], team, invited, fine=fine))
            rows.append(_row("own view", name, tier, alarms, seen) | {"wrongly_right": ""})
    return rows


def _differs(own: Floats, team: Floats, invited: int, *, fine: bool) -> list[bool]:
    """Return of each scale whether the leader is said to see it differently."""
    raw = {
        item.id: reverse(int(x)) if item.reversed else int(x)
        for item, x in zip(ITEMS, own, strict=True)
    }
    scales = {}
    for scale in "stpa":
        columns = [place for place, item in enumerate(ITEMS) if item.scale == scale]
        scores = ((team[:, columns].mean(axis=1) - 1) / 4).tolist()
        half_width = mean_half_width(scores, invited - len(scores), len(columns))
        mean = float(np.mean(scores))
        scales[scale] = rounded_scale(mean, len(scores), fine=fine, half_width=half_width)
    views = own_views(raw, scales, all_bands=True)
    return [view is not OwnView.SIMILAR for view in views.values()]


def _row(what: str, crowd: str, tier: str, alarms: list[bool], seen: list[bool]) -> Row:
    return {
        "what": what,
        "crowd": crowd,
        "tier": tier,
        "cases": len(alarms),
        "false_alarms": round(float(np.mean(alarms)), 3),
        "seen_if_real": round(float(np.mean(seen)), 3),
    }


if __name__ == "__main__":
    print_rows(measure_false_alarms())
