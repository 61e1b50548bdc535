"""Disclosure control at scale: random organisations, all answer sets, a large tree."""

from __future__ import annotations

import random
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from surveyapp.anonymity.auditor import audit, results_of
from surveyapp.anonymity.disclosure import publish_round
from surveyapp.anonymity.rounding import rounded_position, rounded_scale
from surveyapp.core.position import Shares, square_shares
from tests.anonymity import organisations

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

LEVELS = 5
PROFILES = LEVELS * LEVELS
Row = dict[str, object]


def measure_organisations(count: int = 2_000) -> Row:
    """Publish random organisations and audit them."""
    start, results, findings = time.perf_counter(), 0, 0
    for seed in range(count):
        teams = organisations.organisation(seed)
        published = publish_round(teams, threshold=5, comment_threshold=10)
        results += sum(1 for _ in results_of(published))
        findings += len(audit(teams, published, threshold=5))
    return {
        "what": "organisations",
        "count": count,
        "results": results,
        "findings": findings,
        "seconds": round(time.perf_counter() - start, 1),
    }


def measure_tree(teams: int = 10_000, below: int = 8) -> Row:
    """Publish and audit a tree in which every leader leads `below` leaders."""
    chance = random.Random(1)
    counted = [
        organisations.drawn_team(
            chance,
            f"T{place}",
            f"T{(place - 1) // below}" if place else None,
            set(range(place * below, place * below + chance.randint(3, 16))),
            answering=0.8,
        )
        for place in range(teams)
    ]
    start = time.perf_counter()
    published = publish_round(counted, threshold=5, comment_threshold=10)
    between = time.perf_counter()
    findings = audit(counted, published, threshold=5)
    return {
        "what": "tree",
        "count": teams,
        "publish_s": round(between - start, 2),
        "audit_s": round(time.perf_counter() - between, 2),
        "findings": len(findings),
    }


def answer_sets(people: int) -> NDArray[np.uint8]:
    """Return all answer sets (rows) of people on a 5 x 5 grid of (s, m), without their order.

    An entry is a profile: 5 times the level of s plus the level of m.
    """
    sets = np.arange(PROFILES, dtype=np.uint8)[:, np.newaxis]
    for _ in range(people - 1):
        last = sets[:, -1].astype(np.int64)
        more = PROFILES - last
        which = np.repeat(np.arange(len(sets)), more)
        step = np.arange(len(which)) - np.repeat(np.cumsum(more) - more, more)
        sets = np.column_stack([sets[which], (last[which] + step).astype(np.uint8)])
    return sets


def coarse_place(shares: Shares) -> Hashable:
    """Display a place as the product does for few people."""
    return rounded_position(shares, answered=1, invited=1, fine=False)


def coarse_scale(mean: float, people: int) -> Hashable:
    """Display a scale's mean as it is displayed of few people."""
    return rounded_scale(mean, people, fine=False)


def share_certain(
    sets: NDArray[np.uint8],
    place: Callable[[Shares], Hashable] = coarse_place,
    scale: Callable[[float, int], Hashable] = coarse_scale,
    also: Sequence[NDArray[np.int64]] = (),
) -> float:
    """Return the share of answer sets from whose display somebody's (s, m) is certain.

    That is: some profile is in every set that is displayed alike. Of trust and purpose, which
    are displayed as well, m is what can be told here. `also`: what else each set would show.
    """
    known = _displays(sets, place, scale)
    for more in also:
        known = _numbered(known * (more.max() + 1) + more, int)
    return _share_certain(known, _present(sets))


def share_certain_to_one(sets: NDArray[np.uint8]) -> float:
    """Return the same share for a leader whom one of the people tells their own (s, m)."""
    displays = _displays(sets, coarse_place, coarse_scale)
    told = [
        (displays * PROFILES + sets[:, teller], _present(np.delete(sets, teller, axis=1)))
        for teller in range(sets.shape[1])
    ]
    known, present = (np.concatenate(column) for column in zip(*told, strict=True))
    return _share_certain(known, present)


def _displays(
    sets: NDArray[np.uint8],
    place: Callable[[Shares], Hashable],
    scale: Callable[[float, int], Hashable],
) -> NDArray[np.int64]:
    """Return a number for each set: the same where the same is displayed."""
    people, top = sets.shape[1], LEVELS - 1
    s, m, sm = np.zeros((3, len(sets)), dtype=np.int64)
    for column in sets.T.astype(np.int16):
        s += column // LEVELS
        m += column % LEVELS
        sm += (column // LEVELS) * (column % LEVELS)

    def shares(pair: int) -> Shares:
        closeness, product = divmod(pair, top * top * people + 1)
        meant = product / (top * closeness) if closeness else 0.0
        return square_shares(closeness / (top * people), meant)

    places = _numbered(s * (top * top * people + 1) + sm, lambda pair: place(shares(pair)))
    for sums in (s, m):
        bands = _numbered(sums, lambda total: scale(total / (top * people), people))
        places = places * (top * people + 1) + bands
    return places


def _numbered(values: NDArray[np.int64], display: Callable[[int], Hashable]) -> NDArray[np.int64]:
    """Replace values by the numbers of what they are displayed as."""
    different, which = np.unique(values, return_inverse=True)
    numbers: dict[Hashable, int] = {}
    shown = [numbers.setdefault(display(value), len(numbers)) for value in different.tolist()]
    return np.array(shown, dtype=np.int64)[which]


def _present(sets: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return which profiles are in each set, as bits."""
    present = np.zeros(len(sets), dtype=np.int32)
    for column in sets.T.astype(np.int32):
        present |= 1 << column
    return present


def _share_certain(known: NDArray[np.int64], present: NDArray[np.int32]) -> float:
    order = np.argsort(known, kind="stable")
    starts = np.flatnonzero(np.diff(known[order], prepend=-1))
    always = np.bitwise_and.reduceat(present[order], starts)
    sizes = np.diff(starts, append=len(known))
    return float(sizes[always != 0].sum() / len(known))


def measure_answer_sets(people: int) -> Row:
    """Enumerate the answer sets of a team that is shown coarsely."""
    start = time.perf_counter()
    sets = answer_sets(people)
    return {
        "what": "answer sets",
        "people": people,
        "sets": len(sets),
        "certain": f"{share_certain(sets):.2%}",
        "one_tells": f"{share_certain_to_one(sets):.2%}",
        "seconds": round(time.perf_counter() - start, 1),
    }


def measure_disclosure() -> list[Row]:
    """Measure everything, and print each row; at most 2 % may make anybody certain."""
    measures: list[Callable[[], Row]] = [
        *(partial(measure_answer_sets, people) for people in (5, 6, 7)),
        measure_tree,
        measure_organisations,
    ]
    rows = []
    for measure in measures:
        rows.append(row := measure())
        print("  " + "  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    return rows


if __name__ == "__main__":
    measure_disclosure()
