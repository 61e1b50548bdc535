"""What somebody learns who tries all sets of answers against a result of few people.

The model is that of `answer_sets`; nobody answers an A item, since then the word of agreement tells
the most. Every set counts once, in however many orders people could have given it. The attacker
knows how many answered and were invited, and each set's probabilities as these draws have them: the
real ones are drawn from a seed that nobody has, and so tell a little less near a cut. Left out are
experience and fit, other answers, and the rule of thumb, which follows from what is shown.

Counted are the sets from whose display some (s, m) is certain to be somebody's: it is in every set
that is displayed alike. Whose it is, is not known even then.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.answer_sets import (
    CODES,
    DRAWS,
    LEVELS,
    PROFILES,
    TOP,
    WORDS,
    agreement,
    answer_sets,
    finding,
    findings,
    two_camps,
    zone_probabilities,
)
from surveyapp.anonymity.rounding import rounded_agreement, rounded_position, rounded_scale
from surveyapp.core.agreement import MIN_RATINGS
from surveyapp.core.position import CENTRING, Shares, square_shares
from surveyapp.core.statement import Finding, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from numpy.typing import NDArray

    from surveyapp.core.agreement import AgreementWord

    Row = dict[str, object]
    Numbers = NDArray[np.int64]
    """Of each set a number: the same where the same is displayed."""


def coarse_place(shares: Shares, finding: Finding) -> Hashable:
    """Display a place as the product does for few people."""
    return rounded_position(shares, finding, 0.0, None, fine=False)


def coarse_scale(mean: float, people: int) -> Hashable:
    """Display a scale's mean as the product does for few people."""
    return rounded_scale(mean, people, fine=False)


def coarse_agreement(word: AgreementWord) -> Hashable:
    """Display how far people see alike as the product does for few people."""
    return rounded_agreement(word, fine=False)


@dataclass(frozen=True)
class Display:
    """What is shown of a set; as it stands, what the product shows."""

    place: Callable[[Shares, Finding], Hashable] = coarse_place
    scale: Callable[[float, int], Hashable] = coarse_scale
    agreement: Callable[[AgreementWord], Hashable] = coarse_agreement


SHOWN: Final = Display()
OTHERS: Final = {
    "no statement": Display(
        place=lambda shares, _: coarse_place(shares, Finding(Statement.UNCLEAR))
    ),
    "no agreement": Display(agreement=lambda _: None),
    "every word": Display(
        place=lambda shares, found: (coarse_place(shares, found), found),
        agreement=lambda word: word,
    ),
    "twentieths": Display(
        place=lambda shares, found: rounded_position(shares, found, 0.0, None, fine=True),
        scale=lambda mean, _: rounded_scale(mean, PROFILES, fine=True),
        agreement=lambda word: word,
    ),
    "exact shares": Display(place=lambda shares, found: (shares, found)),
}
"""What would tell less, and what would tell more."""


class Enumeration:
    """All sets of answers of so many people, of whom `invited` were asked."""

    def __init__(self, people: int, invited: int, draws: int = DRAWS, seed: int = 1) -> None:
        self.people = people
        self.sets = answer_sets(people)
        levels = np.divmod(self.sets, np.uint8(LEVELS))
        closeness, meant = (level.sum(axis=1, dtype=np.int64) for level in levels)
        products = sum(
            s.astype(np.int64) * m for s, m in zip(levels[0].T, levels[1].T, strict=True)
        )
        self.sums: Final = {"s": closeness, "m": meant, "sm": products}
        self.agreement = agreement(*levels)
        self.probabilities = zone_probabilities(people, invited, self.dots, draws, seed)
        self.findings = findings(self.dots, self.probabilities, two_camps(*levels))

    @property
    def dots(self) -> NDArray[np.float64]:
        """The sets' places, (sets, 3), in the order of `Zone`."""
        s = self.sums["s"] / (TOP * self.people)
        sm = self.sums["sm"] / (TOP * TOP * self.people)
        pulls = np.column_stack([1 - s, CENTRING * sm, CENTRING * (s - sm)])
        places: NDArray[np.float64] = pulls / pulls.sum(axis=1, keepdims=True)
        return places

    def displayed(self, display: Display = SHOWN) -> Numbers:
        """Return a number for each set: the same where the same is displayed."""
        people, most = self.people, TOP * TOP * self.people + 1

        def place(value: int) -> Hashable:
            pair, found = divmod(value, CODES)
            closeness, product = divmod(pair, most)
            meant = product / (TOP * closeness) if closeness else 0.0
            return display.place(square_shares(closeness / (TOP * people), meant), finding(found))

        pairs = self.sums["s"] * most + self.sums["sm"]
        known = _numbered(pairs * CODES + self.findings, place)
        for sums in (self.sums["s"], self.sums["m"]):
            bands = _numbered(sums, lambda total: display.scale(total / (TOP * people), people))
            known = known * (TOP * people + 1) + bands
        if people < MIN_RATINGS:
            return known
        words = _numbered(self.agreement, lambda word: display.agreement(WORDS[word]))
        return known * len(WORDS) + words

    def share_certain(self, display: Display = SHOWN) -> float:
        """Return the share of sets that make somebody's (s, m) certain."""
        return _certain(self.displayed(display), _present(self.sets)) / len(self.sets)

    def share_certain_from_moments(self) -> float:
        """Return the share if the exact means, and those of squares and products, were shown."""
        known = np.zeros(len(self.sets), dtype=np.int64)
        s, m = (level.astype(np.int64) for level in np.divmod(self.sets, LEVELS))
        for product in (s, m, s * m, s**2, m**2, (s * m) ** 2):
            known = known * (1 + TOP**4 * self.people) + product.sum(axis=1)
            known = np.unique(known, return_inverse=True)[1]
        return _certain(known, _present(self.sets)) / len(self.sets)

    def share_certain_to_one(self) -> float:
        """Return the same share for a leader whom one of the people tells their own (s, m)."""
        known = self.displayed()
        told = [
            (
                known * PROFILES + self.sets[:, teller],
                _present(np.delete(self.sets, teller, axis=1)),
            )
            for teller in range(self.people)
        ]
        alike, present = (np.concatenate(column) for column in zip(*told, strict=True))
        return _certain(alike, present) / len(alike)


def _numbered(values: Numbers, display: Callable[[int], Hashable]) -> Numbers:
    """Replace values by the numbers of what they are displayed as."""
    numbers: dict[Hashable, int] = {}
    return _each(values, lambda value: numbers.setdefault(display(value), len(numbers)))


def _each(values: Numbers, number: Callable[[int], int]) -> Numbers:
    different, which = np.unique(values, return_inverse=True)
    return np.array([number(value) for value in different.tolist()], dtype=np.int64)[which]


def _present(sets: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return which profiles are in each set, as bits."""
    present = np.zeros(len(sets), dtype=np.int32)
    for column in sets.T.astype(np.int32):
        present |= 1 << column
    return present


def _certain(known: Numbers, present: NDArray[np.int32]) -> float:
    """Count the rows of which a profile is in every row that is displayed alike."""
    order = np.argsort(known, kind="stable")
    starts = np.flatnonzero(np.diff(known[order], prepend=-1))
    always = np.bitwise_and.reduceat(present[order], starts)
    sizes = np.diff(starts, append=len(known))
    return float(sizes[always != 0].sum())


def measure_enumeration(people: int) -> list[Row]:
    """Enumerate a team that is shown coarsely; of each display the largest share of all N."""
    start = time.perf_counter()
    shares: dict[str, dict[int, float]] = {}
    for invited in sorted({people, people + 1, 2 * people - 1, 2 * people}):
        found = Enumeration(people, invited)
        measured = {"shown": found.share_certain(), "to one of them": found.share_certain_to_one()}
        for name, display in OTHERS.items():
            measured[name] = found.share_certain(display)
        measured["exact moments"] = found.share_certain_from_moments()
        for name, share in measured.items():
            shares.setdefault(name, {})[invited] = share
    seconds = round(time.perf_counter() - start, 1)
    return [
        {
            "what": name,
            "people": people,
            "certain": f"{max(of.values()):.2%}",
            "invited": max(of, key=of.__getitem__),
            "seconds": seconds,
        }
        for name, of in shares.items()
    ]


def measure_enumerations() -> list[Row]:
    """Enumerate five to seven people; at most 2 % of what is shown may make anybody certain."""
    rows: list[Row] = []
    for people in (5, 6, 7):
        rows += (measured := measure_enumeration(people))
        for row in measured:
            print("  " + "".join(f"{value!s:>24}" for value in row.values()), flush=True)
    return rows


if __name__ == "__main__":
    measure_enumerations()
