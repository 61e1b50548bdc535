"""How often a region holds the place that it is about, exact and as displayed.

What is simulated: a team of N people, each with leanings of their own. An item's answer is the
leaning plus an error, rounded to the five options; n people at random answer. The place to be
covered is that of all N, each at their true scores: the mean of what they would answer if asked
again and again. Beside it: the place of all N as they would have answered this once.

Check-ins enter the published word of agreement but not the place. They are answered by the leaning
on which people are the more alike, so that the word flatters the place as much as it can.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from surveyapp.anonymity.rounding import participation, rounded_agreement, rounded_shares
from surveyapp.core.agreement import AgreementWord, agreement
from surveyapp.core.coarse_region import coarse_radius
from surveyapp.core.position import Shares, square_shares, triangle_point
from surveyapp.core.publication import (
    COARSE_STEPS,
    FINE_STEPS,
    Participation,
    PublishedPosition,
)
from surveyapp.core.questionnaire import Person
from surveyapp.core.region import NORMAL_QUANTILE, Ellipse, fine_region
from surveyapp.core.statement import Statement
from surveyapp.core.uncertainty import (
    region,
    simulate,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    Row = dict[str, object]
    Floats = NDArray[np.float64]

FEW: Final = ((4, 5), (5, 6), (5, 8), (6, 8), (7, 8), (6, 10), (8, 10), (6, 12), (9, 12))
MANY: Final = ((10, 12), (10, 14), (12, 15), (10, 20), (15, 20), (10, 40))
ERRORS: Final = (0.5, 0.7, 0.9)
"""Standard deviations of an item's error, in points; the last one is what the urn reckons with."""


@dataclass(frozen=True)
class Shape:
    """How people's leanings lie: around centres (s, m), in points of 1 to 5, with deviations.

    Leanings beyond the options are those of people who nearly always choose the last one.
    """

    centers: tuple[tuple[float, float], ...]
    deviations: tuple[float, float]
    error: float = ERRORS[-1]

    @property
    def alike(self) -> int:
        """0 if people are more alike on s, 1 on m."""
        of_s, of_m = self.deviations
        return 0 if of_s < of_m else 1


USUAL: Final = {
    "middle": Shape(((3.0, 3.0),), (0.7, 0.7)),
    "ceiling": Shape(((4.7, 4.7),), (0.5, 0.5)),
    "polarised": Shape(((4.2, 4.2), (1.8, 1.8)), (0.3, 0.3)),
    "near-consensus": Shape(((3.6, 3.8),), (0.15, 0.15), ERRORS[0]),
}
SHAPES: Final = USUAL | {
    "s alone varies": Shape(((3.2, 3.8),), (1.0, 0.2)),
    "m alone varies": Shape(((3.8, 3.2),), (0.2, 1.0)),
    "hands-off pole": Shape(((0.4, 3.4),), (0.3, 0.3)),
    "leading pole": Shape(((5.6, 5.6),), (0.3, 0.3)),
    "managing pole": Shape(((5.6, 0.4),), (0.3, 0.3)),
}


class _Cell(NamedTuple):
    """What a coarse radius follows from, and whether one of the parts is at a merged end."""

    word: AgreementWord
    band: Participation
    at_end: bool


class Crowd:
    """N people with their leanings."""

    def __init__(self, shape: Shape, people: int, error: float, chance: Generator) -> None:
        """Draw them."""
        centers = np.resize(np.array(shape.centers), (people, 2))
        around = chance.normal(0, shape.deviations, (people, 2))
        self.leanings = chance.permutation(centers + around)
        self.error = error
        self.items = [0] * 4 + [1] * 7 + [shape.alike] * 2

    def true_place(self) -> Floats:
        """Return the place of all at their true scores."""
        grid, scores = true_scores(self.error)
        s, m = np.interp(self.leanings, grid, scores).T
        return place(s, m)

    def answer(self, chance: Generator) -> Floats:
        """Return answers, (N, 13): closeness 4, trust 3, purpose 4, check-ins 2."""
        items = self.leanings[:, self.items]
        return np.rint(items + chance.normal(0, self.error, items.shape)).clip(1, 5)


@cache
def true_scores(error: float) -> tuple[Floats, Floats]:
    """Return leanings in points, and the mean score, 0 to 1, of an item at each of them."""
    grid = np.linspace(-3, 9, 1201)
    above = [
        [1 - NormalDist(leaning, error).cdf(border) for border in (1.5, 2.5, 3.5, 4.5)]
        for leaning in grid.tolist()
    ]
    return grid, np.mean(above, axis=1)


def scores(answers: Floats) -> tuple[Floats, Floats]:
    """Return each person's s and m, 0 to 1."""
    x = (answers - 1) / 4
    return x[:, :4].mean(axis=1), (x[:, 4:7].mean(axis=1) + x[:, 7:11].mean(axis=1)) / 2


def as_persons(s: Floats, m: Floats) -> list[Person]:
    """Return persons with these scores alone."""
    pairs = zip(s.tolist(), m.tolist(), strict=True)
    return [Person(s=s, t=None, p=None, e=None, a=None, m=m, b=None) for s, m in pairs]


def shares_of(s: Floats, m: Floats) -> Shares:
    """Return a team's shares."""
    closeness = s.mean()
    return square_shares(float(closeness), float((s * m).mean() / max(closeness, 1e-12)))


def place(s: Floats, m: Floats) -> Floats:
    """Return a team's point in the triangle."""
    return np.array(triangle_point(shares_of(s, m)))


def shown_place(shares: Shares, steps: int) -> Shares:
    """Return the place that is drawn."""
    return PublishedPosition(rounded_shares(shares, steps), steps, Statement.UNCLEAR, ()).shares


def holds(center: Floats, covariance: Floats, quantile: float, point: Floats) -> bool:
    """Return whether an ellipse holds a point."""
    d = point - center
    return bool(d @ np.linalg.solve(covariance, d) <= quantile)


def coarse_word(answers: Floats) -> AgreementWord:
    """Return the word of agreement that is displayed of few people."""
    found = agreement(answers, 5)
    assert found
    return rounded_agreement(found.word, fine=False)


def shown_region(answers: Floats, invited: int, chance: Generator, *, fine: bool) -> Ellipse:
    """Return the region that is displayed of these answers."""
    s, m = scores(answers)
    if not fine:
        radius = coarse_radius(coarse_word(answers), participation(len(answers), invited))
        return Ellipse(radius, radius, 0)
    draws = simulate(as_persons(s, m), invited, chance, draws=1_000)
    assert draws
    exact = region(draws, shares_of(s, m))
    return fine_region(exact.covariance, exact.quantile)


def measure_coverage(trials: int = 200) -> list[Row]:
    """Draw teams of each shape and size; coverage of exact and displayed 90 % regions."""
    rows: list[Row] = []
    for name, shape in SHAPES.items():
        for n, invited in (*FEW, *MANY):
            chance = np.random.default_rng([n, invited, len(name)])
            tried = [_trial(shape, n, invited, chance) for _ in range(trials)]
            hits = np.array(tried, dtype=np.float64).mean(axis=0)
            columns = ("true", "answers", "displayed", "half_axis")
            rows.append({"what": name, "answered": n, "invited": invited})
            rows[-1] |= {
                column: round(float(x), 3) for column, x in zip(columns, hits, strict=True)
            }
    return rows


def _trial(shape: Shape, n: int, invited: int, chance: Generator) -> tuple[bool, bool, bool, float]:
    crowd = Crowd(shape, invited, shape.error, chance)
    answers = crowd.answer(chance)
    true, answered = crowd.true_place(), place(*scores(answers))
    s, m = scores(answers[:n])
    draws = simulate(as_persons(s, m), invited, chance, draws=1_000)
    assert draws
    exact = region(draws, shares_of(s, m))
    fine, center = (n, invited) in MANY, np.array(triangle_point(exact.center))
    covariance = np.array(exact.covariance)
    shown = shown_region(answers[:n], invited, chance, fine=fine)
    shares = shown_place(exact.center, FINE_STEPS if fine else COARSE_STEPS)
    drawn = np.array(triangle_point(shares))
    return (
        holds(center, covariance, exact.quantile, true),
        holds(center, covariance, exact.quantile, answered),
        holds(drawn, shown.covariance, NORMAL_QUANTILE, true),
        math.sqrt(exact.quantile * np.linalg.eigvalsh(covariance)[-1]),
    )


def measure_radii(trials: int = 60_000) -> list[Row]:
    """Draw teams that are shown coarsely; the distance that holds 90 % for each radius.

    Every shape, error, band and number of five to nine answers comes as often as any other. What
    is reported is that of the number of answers with which it is worst: the words leave it open.
    """
    chance = np.random.default_rng(1)
    cells: dict[_Cell, dict[int, list[float]]] = {}
    for _ in range(trials):
        n, band = int(chance.integers(5, 10)), list(Participation)[chance.integers(4)]
        invited = int(chance.choice(_invited(n)[band]))
        shape = list(SHAPES.values())[chance.integers(len(SHAPES))]
        crowd = Crowd(shape, invited, ERRORS[chance.integers(len(ERRORS))], chance)
        answers = crowd.answer(chance)[:n]
        parts = rounded_shares(shares := shares_of(*scores(answers)), COARSE_STEPS)
        drawn = triangle_point(shown_place(shares, COARSE_STEPS))
        distance = math.dist(drawn, crowd.true_place().tolist())
        at_end = not {1, COARSE_STEPS - 1}.isdisjoint(parts)
        cell = _Cell(coarse_word(answers), band, at_end)
        cells.setdefault(cell, {}).setdefault(n, []).append(distance)
    return [_radius_row(cell, list(found.values())) for cell, found in sorted(cells.items())]


def _radius_row(cell: _Cell, distances: list[list[float]]) -> Row:
    radius = coarse_radius(cell.word, cell.band)
    return {
        "what": cell.word.value,
        "participation": cell.band.value,
        "at_merged_end": cell.at_end,
        "teams": sum(map(len, distances)),
        "holds_90": round(max(float(np.quantile(some, 0.9)) for some in distances), 3),
        "radius": radius,
        "coverage": round(min(float(np.mean(np.array(some) <= radius)) for some in distances), 3),
    }


@cache
def _invited(n: int) -> dict[Participation, list[int]]:
    """Return for each band how many may have been invited, to ten times as many."""
    bands: dict[Participation, list[int]] = {}
    for invited in range(n, 10 * n):
        bands.setdefault(participation(n, invited), []).append(invited)
    return bands


def print_rows(rows: Sequence[Row]) -> None:
    """Print a table."""
    print("\n" + "".join(f"{name:>20}" for name in rows[0]))
    for row in rows:
        print("".join(f"{value!s:>20}" for value in row.values()))


def summary(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the mean coverage of each shape, of each tier, and of the usual shapes and all."""
    chosen = {name: [row for row in rows if row["what"] == name] for name in SHAPES}
    chosen["coarse"] = [row for row in rows if (row["answered"], row["invited"]) in FEW]
    chosen["fine"] = [row for row in rows if (row["answered"], row["invited"]) in MANY]
    chosen["first four"] = [row for row in rows if row["what"] in USUAL]
    for name, some in (chosen | {"all": list(rows)}).items():
        means: Row = {
            column: round(float(np.mean([float(str(row[column])) for row in some])), 3)
            for column in ("true", "answers", "displayed")
        }
        yield {"what": name, **means}


if __name__ == "__main__":
    print_rows(coverage := measure_coverage())
    print_rows(list(summary(coverage)))
    print_rows(measure_radii())
