"""How good a round's answers are: of the whole organisation, never of one team or leader.

Why this tells nothing of few people. Teams with fewer answers than the threshold are left out of
everything, and of a scale's figures also those with fewer contributors to it. So all that is here
is about unions of teams whose own results are published, and taking these away leaves nothing, or
whole teams of that size. It is said of `FEWEST_ANSWERS` or more, and rounded, with its ends merged;
a team's published values are rounded as well, so that neither can be taken away from the other
exactly. How many answered is a lower bound: nobody is known for certain to be among them. Somebody
with several leaders counts once for each: these are answers, not people.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from surveyapp.core.moments import FEWEST_FOR_MOMENTS, Moments, moments, singles_out_few
from surveyapp.core.position import TOLERANCE, mean, position, scores_of, zone
from surveyapp.core.publication import (
    FINE_STEPS,
    HIGHEST_TWENTIETH,
    HUNDREDTHS,
    LOWEST_TWENTIETH,
    Reason,
    Withheld,
)
from surveyapp.core.quality import (
    COMPARED,
    CONSISTENT,
    FEWEST_ANSWERS,
    FEWEST_TEAMS,
    HIGHEST_HUNDREDTH,
    LEVELS,
    LOWEST_HUNDREDTH,
    MOST_SHOWN,
    Consistency,
    Level,
    Quality,
    Reliability,
    Sensitivity,
    Spread,
    StraightLining,
)
from surveyapp.core.questionnaire import LABELS, RATED
from surveyapp.core.reliability import alpha, omega, one_way
from surveyapp.core.shrinkage import shrink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from surveyapp.core.counted import CountedTeam
    from surveyapp.core.questionnaire import Person

    Vector: TypeAlias = NDArray[np.float64]

STEP: Final = 10
"""How many answered, and in how many teams, is shown in tens, rounded down."""
FEWEST_LEFT: Final = 10
"""Answers besides the straight-lined ones, so that the result can be compared with theirs."""
# Design choices. Parts of the answers that are straight-lined, from which the next band begins.
STRAIGHT_BORDERS: Final = (0.05, 0.10, 0.25)
# By this much, one step of the fine tier, a mean has to move without them.
MOVED: Final = 0.05
# From these standard deviations of true team means on, 0 to 1, teams differ somewhat, clearly.
SOMEWHAT_APART, CLEARLY_APART = 0.05, 0.10

TOO_FEW = Withheld(Reason.TOO_FEW)
MIDDLE, ENDS = (min(LABELS) + max(LABELS)) / 2, min(LABELS) + max(LABELS)
REVERSED = np.array([item.reversed for item in RATED])


def assess(teams: Sequence[CountedTeam], *, threshold: int, asked: int) -> Quality:
    """Say how good a round's answers are; the order of answers and of teams plays no part.

    `asked` is how many people, at least, were invited when they were promised what is kept: from
    200 on.
    """
    counted = [team for team in teams if len(team.persons) >= threshold]
    persons = [person for team in counted for person in team.persons]
    raw = _raw(counted)
    complete = ~np.isnan(raw).any(axis=1)
    straight = complete & (raw == raw[:, :1]).all(axis=1) & (raw[:, 0] != MIDDLE)
    enough = len(persons) >= FEWEST_ANSWERS
    aligned = np.where(REVERSED, ENDS - raw[complete], raw[complete]).astype(np.int64)
    summed = moments(aligned) if _people(counted) >= FEWEST_FOR_MOMENTS else None
    kept = summed and asked >= FEWEST_FOR_MOMENTS and not singles_out_few(aligned)
    return Quality(
        answers=_shown(len(persons), sum(team.invited for team in counted)) if enough else TOO_FEW,
        teams=_in_tens(len(counted)) if enough and len(counted) >= FEWEST_TEAMS else TOO_FEW,
        straight_lining=_band(float(straight.mean())) if enough else TOO_FEW,
        sensitivity=_sensitivity(persons, straight) if enough else TOO_FEW,
        reliabilities={name: _reliability(_groups(counted, name, threshold)) for name in COMPARED},
        levels={name: _level(_groups(counted, name, threshold)) for name in LEVELS},
        consistencies={
            name: _consistency(summed, name) if summed else TOO_FEW for name in CONSISTENT
        },
        moments=summed if summed and kept else TOO_FEW,
    )


def _raw(teams: Sequence[CountedTeam]) -> Vector:
    """Return all raw answers, shape (n, 16), not reversed; NaN is a blank."""
    rows = [[given.get(item.id) for item in RATED] for team in teams for given in team.answers]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(RATED))


def _people(teams: Sequence[CountedTeam]) -> int:
    """Return how many people, at least, left nothing out: some may have answered several times."""
    memberships = Counter(person for team in teams for person in team.people)
    pairs = [
        (
            sum(all(given.get(item.id) is not None for item in RATED) for given in team.answers),
            sum(memberships[person] > 1 for person in team.people),
        )
        for team in teams
    ]
    alone = sum(max(0, answers - shared) for answers, shared in pairs)
    return alone + max((min(answers, shared) for answers, shared in pairs), default=0)


def _groups(teams: Sequence[CountedTeam], name: str, threshold: int) -> list[Vector]:
    """Return one score of everybody who has it, by team; sorted, since sums depend on the order.

    Empty if these are too few teams or answers to say anything of them.
    """
    scores = (sorted(scores_of(team.persons, name)) for team in teams)
    groups = sorted(group for group in scores if len(group) >= threshold)
    if len(groups) < FEWEST_TEAMS or sum(map(len, groups)) < FEWEST_ANSWERS:
        return []
    return [np.array(group) for group in groups]


def _reliability(groups: Sequence[Vector]) -> Reliability | Withheld:
    found = one_way(groups)
    if found is None:
        return TOO_FEW
    return Reliability(_hundredths(found.icc1(found.mean_size)), _hundredths(found.icc2))


def _level(groups: Sequence[Vector]) -> Level | Withheld:
    found = shrink(groups)
    if found is None:
        return TOO_FEW
    nearest = math.floor(float(found.means.mean()) * FINE_STEPS + 0.5 + TOLERANCE)
    spread = Spread.HARDLY
    if found.deviation >= SOMEWHAT_APART - TOLERANCE:
        clearly = found.deviation >= CLEARLY_APART - TOLERANCE
        spread = Spread.CLEARLY if clearly else Spread.SOMEWHAT
    return Level(min(max(nearest, LOWEST_TWENTIETH), HIGHEST_TWENTIETH), spread)


def _consistency(summed: Moments, scale: str) -> Consistency:
    spread = summed.covariance(scale)
    return Consistency(_hundredths(alpha(spread)), _hundredths(omega(spread)))


def _sensitivity(persons: Sequence[Person], straight: NDArray[np.bool_]) -> Sensitivity | Withheld:
    """Say whether the zone of all answers together, or a scale's mean, hangs on unusual ones."""
    kept = [person for person, unusual in zip(persons, straight, strict=True) if not unusual]
    before, after = position(persons), position(kept)
    if len(kept) < FEWEST_LEFT or before is None or after is None:
        return TOO_FEW
    moved = zone(before) is not zone(after) or any(
        _moved(scores_of(persons, name), scores_of(kept, name)) for name in COMPARED
    )
    return Sensitivity.DEPENDS if moved else Sensitivity.STABLE


def _moved(before: Sequence[float], after: Sequence[float]) -> bool:
    if len(after) < FEWEST_LEFT:
        return False
    return abs(mean(before) - mean(after)) >= MOVED - TOLERANCE


def _shown(answers: int, invited: int) -> int:
    """Return how many answered at least; that nearly all did is nobody's business."""
    return max(FEWEST_ANSWERS, _in_tens(min(answers, math.floor(MOST_SHOWN * invited))))


def _in_tens(count: int) -> int:
    return count // STEP * STEP


def _band(part: float) -> StraightLining:
    return list(StraightLining)[sum(part >= border - TOLERANCE for border in STRAIGHT_BORDERS)]


def _hundredths(value: float | None) -> int | None:
    if value is None:
        return None
    return min(max(round(value * HUNDREDTHS), LOWEST_HUNDREDTH), HIGHEST_HUNDREDTH)
