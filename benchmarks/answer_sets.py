"""All sets of answers that a few people can give on a grid, and what is found of each of them.

Everybody stands on a 5 x 5 grid of (s, m), answers all S items with their s, all T and P items with
their m, and no A item. What the product finds of one team is worked out here of all sets at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from surveyapp.core.agreement import (
    MAX_AD_ALIKE,
    MAX_AD_SOME_DIFFERENCES,
    AgreementWord,
    uniform_variance,
)
from surveyapp.core.analysis import SCALE_ITEMS
from surveyapp.core.position import CENTRING, NEUTRAL, TOLERANCE, Zone
from surveyapp.core.statement import (
    EMPTY_MIDDLE,
    FEWEST_IN_CAMP,
    LEANING,
    LITTLE_CLOSENESS,
    MOSTLY,
    Finding,
    Statement,
)
from surveyapp.core.uncertainty import ANSWER_ERRORS, urn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Numbers = NDArray[np.int64]

LEVELS: Final = 5
TOP: Final = LEVELS - 1
PROFILES: Final = LEVELS * LEVELS
GRID: Final = np.divmod(np.arange(PROFILES), LEVELS)
DRAWS: Final = 1_000
ROWS_AT_ONCE: Final = 128
ITEMS: Final = (len(SCALE_ITEMS["s"]), len(SCALE_ITEMS["t"]) + len(SCALE_ITEMS["p"]))
"""How many are answered with s, and how many with m."""
POLES: Final = tuple(Zone)
PAIRS: Final = len(POLES) ** 2
SAID: Final = (Statement.MOSTLY, Statement.LEANING, Statement.UNCLEAR, Statement.TWO_CAMPS)
CODES: Final = len(SAID) * PAIRS
WORDS: Final = tuple(AgreementWord)


def answer_sets(people: int) -> NDArray[np.uint8]:
    """Return all sets of profiles, (sets, people), in ascending order.

    A profile is 5 times the level of s plus the level of m.
    """
    sets = np.arange(PROFILES, dtype=np.uint8)[:, np.newaxis]
    for _ in range(people - 1):
        last = sets[:, -1].astype(np.int64)
        more = PROFILES - last
        which = np.repeat(np.arange(len(sets)), more)
        step = np.arange(len(which)) - np.repeat(np.cumsum(more) - more, more)
        sets = np.column_stack([sets[which], (last[which] + step).astype(np.uint8)])
    return sets


def zone_probabilities(
    people: int, invited: int, dots: NDArray[np.float64], draws: int = DRAWS, seed: int = 1
) -> Floats:
    """Return the zones' probabilities of all sets, (sets, 3), in the order of `answer_sets`.

    They are those of `uncertainty.simulate`, only that all sets share the same draws: what a draw
    makes of a profile at a place is worked out once, and a set adds up its profiles. Standard error
    at most .5/√draws.
    """
    drawn = _drawn(people, invited, draws, np.random.default_rng(seed))
    last = people // 2
    first, second = answer_sets(people - last), answer_sets(last)
    ends = drawn[:, np.arange(people - last, people), second].sum(axis=2)
    starts = np.searchsorted(second[:, 0], first[:, -1])
    found = np.empty((len(dots), len(POLES)), dtype=np.float32)
    place = 0
    for profiles, start in zip(first, starts.tolist(), strict=True):
        begun = drawn[:, np.arange(people - last), profiles].sum(axis=1)[:, np.newaxis]
        for row in range(start, len(second), ROWS_AT_ONCE):
            means = begun + ends[:, row : row + ROWS_AT_ONCE]
            after = place + means.shape[1]
            found[place:after] = _won(means, dots[place:after])
            place = after
    return found


def _drawn(people: int, invited: int, draws: int, chance: np.random.Generator) -> Floats:
    """Return what a profile at a place adds to the means of s and sm: (2, people, 25, draws).

    The urn is the product's own: whoever answered is in it as a number beyond all levels, so that
    copies can be counted. What the new ones say is added at the first place.
    """
    names = np.broadcast_to(np.arange(people, dtype=np.float32) + LEVELS, (4, people))
    s_new, m_new = urn(names, invited - people, draws, chance)[:2, people:]
    new = s_new < LEVELS
    errors = ANSWER_ERRORS[:2] * chance.standard_normal((2, people, draws), dtype=np.float32)
    s, m = (np.array(x, dtype=np.float32)[:, np.newaxis] / TOP for x in GRID)
    drawn = np.empty((2, people, PROFILES, draws), dtype=np.float32)
    for place, name in enumerate(names[0]):
        copies = (s_new == name).sum(axis=0, dtype=np.float32)
        said_s, said_m = (np.clip(x + errors[i, place], 0, 1) for i, x in enumerate((s, m)))
        drawn[0, place] = said_s + copies * s
        drawn[1, place] = said_s * said_m + copies * (s * m)
    drawn[0, 0] += np.where(new, s_new, 0).sum(axis=0)
    drawn[1, 0] += np.where(new, s_new * m_new, 0).sum(axis=0)
    return drawn / np.float32(invited)


def _won(means: Floats, dots: NDArray[np.float64]) -> Floats:
    """Return how often each zone leads, (rows, 3), with the draws shifted to the dots."""
    closeness, led = means
    scale = 1 / (1 + closeness)
    hands_off, leading = 2 * scale - 1, np.float32(CENTRING) * led * scale
    hands_off += (dots[:, :1] - hands_off.mean(axis=1, keepdims=True)).astype(np.float32)
    leading += (dots[:, 1:2] - leading.mean(axis=1, keepdims=True)).astype(np.float32)
    managing = 1 - hands_off - leading
    first = hands_off >= np.maximum(leading, managing)
    second = (leading >= managing) & ~first
    won = np.column_stack([first.mean(axis=1), second.mean(axis=1)])
    return np.column_stack([won, 1 - won.sum(axis=1)]).astype(np.float32)


def findings(dots: NDArray[np.float64], probabilities: Floats, camps: NDArray[np.bool_]) -> Numbers:
    """Return what `statement.find` finds of each set, as a number that `finding` reads."""
    each = np.arange(len(dots))
    dots_zone, ascending = dots.argmax(axis=1), np.sort(dots, axis=1)
    tied = ascending[:, 2] - ascending[:, 1] <= TOLERANCE
    ranked = probabilities.copy()
    ranked[each[~tied], dots_zone[~tied]] += 1
    first, second = np.argsort(-ranked, axis=1, kind="stable")[:, :2].T
    sure = np.where(tied, 0, probabilities[each, dots_zone])
    statements = np.select([camps, sure >= MOSTLY, sure >= LEANING], [3, 0, 1], 2)
    second = np.where(statements == SAID.index(Statement.UNCLEAR), second, first)
    zones = np.where(camps, 0, first * len(POLES) + second)
    return (statements * PAIRS + zones).astype(np.int64)


def finding(number: int) -> Finding:
    """Return what a number of `findings` stands for."""
    statement, zones = divmod(number, PAIRS)
    first, second = (POLES[place] for place in divmod(zones, len(POLES)))
    match SAID[statement]:
        case Statement.TWO_CAMPS:
            return Finding(Statement.TWO_CAMPS)
        case Statement.UNCLEAR:
            return Finding(Statement.UNCLEAR, (first, second))
        case said:
            return Finding(said, (first,))


def two_camps(s: NDArray[np.uint8], m: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return what `statement.two_camps` finds of each set."""
    found = np.zeros(len(s), dtype=bool)
    meant = np.where(s / TOP < LITTLE_CLOSENESS - TOLERANCE, TOP / 2, m)
    for level in (s, meant):
        below, above = (side.sum(axis=1) for side in (level < TOP / 2, level > TOP / 2))
        far = np.abs(level / TOP - NEUTRAL).min(axis=1) > EMPTY_MIDDLE + TOLERANCE
        apart = _distance(level) > MAX_AD_SOME_DIFFERENCES + TOLERANCE
        found |= (np.minimum(below, above) >= FEWEST_IN_CAMP) & far & apart
    return found


def agreement(*levels: NDArray[np.uint8]) -> Numbers:
    """Return the place in `WORDS` of each set's word of agreement over the items of s and m."""
    distance = np.average([_distance(level) for level in levels], axis=0, weights=ITEMS)
    spread = np.average([level.var(axis=1, ddof=1) for level in levels], axis=0, weights=ITEMS)
    cuts = (MAX_AD_ALIKE + TOLERANCE, MAX_AD_SOME_DIFFERENCES + TOLERANCE)
    words = np.digitize(distance, cuts, right=True)
    words[spread > uniform_variance(LEVELS) * (1 + TOLERANCE)] = WORDS.index(AgreementWord.SPLIT)
    numbers: Numbers = words.astype(np.int64)
    return numbers


def _distance(level: NDArray[np.uint8] | NDArray[np.float64]) -> NDArray[np.float64]:
    mean = level.mean(axis=1, dtype=np.float64)[:, np.newaxis]
    distance: NDArray[np.float64] = np.abs(level - mean).mean(axis=1)
    return distance
