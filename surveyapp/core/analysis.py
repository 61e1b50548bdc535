"""Everything exact about one team's answers, before any disclosure rule: not to be shown as is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from surveyapp.core.agreement import MIN_RATINGS, Agreement, agreement
from surveyapp.core.fit import Fit, fit
from surveyapp.core.position import Team, Zone, score_team, scores_of
from surveyapp.core.questionnaire import LABELS, RATED, Item
from surveyapp.core.statement import Finding, find
from surveyapp.core.uncertainty import (
    Draws,
    Region,
    mean_half_width,
    region,
    simulate,
    simulate_needs,
    zone_probabilities,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from surveyapp.core.questionnaire import Answers, Person

ABOUT_THE_LEADER: Final = ("s", "t", "p", "a")
"""What people can see alike or not; e they say of themselves."""
SCALE_ITEMS: Final[dict[str, tuple[Item, ...]]] = {
    scale: tuple(item for item in RATED if item.scale == scale) for scale in "stpea"
}
ENOUGH_ITEMS: Final = 0.5
"""Design choice: from this part of the items on, those that too few answered may be left out."""


@dataclass(frozen=True)
class Certainty:
    """What a team's draws say."""

    draws: Draws
    probabilities: dict[Zone, float]
    region: Region


@dataclass(frozen=True)
class Analysis:
    """One team's answers in figures."""

    team: Team
    finding: Finding
    certainty: Certainty | None
    """None if nobody has a position."""
    half_widths: dict[str, float]
    """s, t, p, e, a -> the half-width of the mean's range, 0 to 1; absent if nobody has it."""
    fit: Fit


def analyse(persons: Sequence[Person], invited: int, chance: Generator) -> Analysis:
    """Return what a team's answers say, `invited` people, of whom `persons` answered."""
    team = score_team(persons)
    certainty = _certainty(persons, team, invited, chance)
    finding = find(persons, invited, certainty.probabilities if certainty else None)
    half_widths = {
        scale: mean_half_width(scores, _silent(len(scores), len(persons), invited), len(items))
        for scale, items in SCALE_ITEMS.items()
        if (scores := scores_of(persons, scale))
    }
    needs = certainty.draws.b if certainty else simulate_needs(persons, invited, chance)
    return Analysis(team, finding, certainty, half_widths, fit(persons, team.zone, needs))


def seen_alike(
    answers: Sequence[Answers], items: Sequence[Item], least: int = MIN_RATINGS
) -> Agreement | None:
    """Return how far people agree on `items`; those that fewer than `least` rated are left out.

    None if fewer than half of the items are left. `answers` are raw, one per person.
    """
    ratings = ratings_of(answers, items)
    rated = (~np.isnan(ratings)).sum(axis=0) >= max(least, MIN_RATINGS)
    if rated.sum() < ENOUGH_ITEMS * len(items):
        return None
    return agreement(ratings[:, rated], len(LABELS))


def ratings_of(answers: Sequence[Answers], items: Sequence[Item]) -> NDArray[np.float64]:
    """Return raw answers as (people, items), in points; NaN is a blank."""
    rows = [[given.get(item.id) for item in items] for given in answers]
    return np.array(rows, dtype=np.float64).reshape(len(answers), len(items))


def _certainty(
    persons: Sequence[Person], team: Team, invited: int, chance: Generator
) -> Certainty | None:
    draws = simulate(persons, invited, chance)
    if draws is None or team.shares is None:
        return None
    return Certainty(draws, zone_probabilities(draws), region(draws, team.shares))


def _silent(having: int, answered: int, invited: int) -> float:
    """Return how many more would have a score if all had answered, in the proportion seen."""
    return (invited - answered) * having / answered
