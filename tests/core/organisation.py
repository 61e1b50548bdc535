"""An organisation whose answers are drawn, for what is said of all answers together."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from surveyapp.core.assessment import assess
from surveyapp.core.counted import CountedTeam
from surveyapp.core.questionnaire import RATED, score_person

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from surveyapp.core.quality import Quality
    from surveyapp.core.questionnaire import Answers


def answered(invited: int, answers: Sequence[Answers], people: Collection[int] = ()) -> CountedTeam:
    """Make a team; `people` are those who are in other teams as well."""
    persons = [score_person(given) for given in answers]
    return CountedTeam("", None, invited, persons, answers, {}, people, asks_comments=False)


def aligned(level: float, chance: random.Random, spread: float = 0.8) -> dict[str, int]:
    """Draw somebody whose answers all lie around one level, reversed items turned round."""
    drawn = {item: min(5, max(1, round(chance.gauss(level, spread)))) for item in RATED}
    return {item.id: 6 - x if item.reversed else x for item, x in drawn.items()}


def organisation(
    teams: int = 12, size: int = 6, *, seed: int = 1, apart: float = 0.5
) -> list[CountedTeam]:
    chance = random.Random(seed)
    made = []
    for _ in range(teams):
        level = chance.gauss(3, apart)
        answers = [aligned(chance.gauss(level, 0.7), chance) for _ in range(size)]
        made.append(answered(2 * size, answers))
    return made


def assessed(teams: Sequence[CountedTeam], threshold: int = 5, asked: int = 1_000) -> Quality:
    return assess(teams, threshold=threshold, asked=asked)


def matrix(teams: Sequence[CountedTeam]) -> list[list[int]]:
    return [
        [6 - (given[item.id] or 0) if item.reversed else given[item.id] or 0 for item in RATED]
        for team in teams
        for given in team.answers
    ]
