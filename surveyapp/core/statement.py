"""What may be said in one sentence about where a team places its leader, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from surveyapp.core.agreement import MAX_AD_SOME_DIFFERENCES, ad_m
from surveyapp.core.position import NEUTRAL, TOLERANCE, Zone, placed, position, zone
from surveyapp.core.questionnaire import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveyapp.core.questionnaire import Person

# Design choices. From these probabilities of the dot's zone on it is named as "mostly", "leaning".
MOSTLY, LEANING = 0.80, 0.60
# Share of the invited; if fewer answered, no zone is named.
ENOUGH_ANSWERED: Final = 0.5
# Two camps: people on each side of the midpoint; how far from it, on 0 to 1, nobody stands.
FEWEST_IN_CAMP, EMPTY_MIDDLE = 3, 0.1
# Closeness below which somebody stands at the top of the map, whatever they say it is for.
LITTLE_CLOSENESS: Final = 0.25


class Statement(StrEnum):
    """What may be said in one sentence about where a team places its leader."""

    MOSTLY = "mostly"
    LEANING = "leaning"
    UNCLEAR = "unclear"
    """Between two zones."""
    TWO_CAMPS = "two_camps"
    """People stand on both sides and nobody between: the mean describes none of them."""
    FEW_ANSWERED = "few_answered"
    NO_POSITION = "no_position"


@dataclass(frozen=True)
class Finding:
    """The statement and the zones it names: one, two for `UNCLEAR` (the dot's first), or none."""

    statement: Statement
    zones: tuple[Zone, ...] = ()


def find(
    persons: Sequence[Person], invited: int, probabilities: Mapping[Zone, float] | None
) -> Finding:
    """Return what may be said of all who answered; no probabilities stand for no position.

    `probabilities` are those of `uncertainty.zone_probabilities`. The zone that is named is always
    the dot's own; only how surely follows from the draws.
    """
    dot = position(persons)
    if dot is None or probabilities is None:
        return Finding(Statement.NO_POSITION)
    if len(persons) < ENOUGH_ANSWERED * invited:
        return Finding(Statement.FEW_ANSWERED)
    if two_camps(persons):
        return Finding(Statement.TWO_CAMPS)
    own = zone(dot)
    likely = sorted(Zone, key=lambda pole: (pole is own, probabilities[pole]), reverse=True)
    if own is None or probabilities[own] < LEANING:
        return Finding(Statement.UNCLEAR, tuple(likely[:2]))
    mostly = probabilities[own] >= MOSTLY
    return Finding(Statement.MOSTLY if mostly else Statement.LEANING, (own,))


def two_camps(persons: Sequence[Person]) -> bool:
    """Return whether, in closeness or in how it is meant, people stand in two camps.

    Only who has both, and so a position, is looked at. Whose work is hardly followed is in no camp
    on how that is meant, and stands between them: it moves nobody there on the map.
    """
    points = placed(persons)
    meant = [m if s >= LITTLE_CLOSENESS - TOLERANCE else NEUTRAL for s, m in points]
    return _split([s for s, _ in points]) or _split(meant)


def _split(scores: Sequence[float]) -> bool:
    aside = [score - NEUTRAL for score in scores]
    below, above = sum(x < 0 for x in aside), sum(x > 0 for x in aside)
    if min(below, above) < FEWEST_IN_CAMP or min(map(abs, aside)) <= EMPTY_MIDDLE + TOLERANCE:
        return False
    points = (max(LABELS) - min(LABELS)) * np.array(scores)
    return ad_m(points) > MAX_AD_SOME_DIFFERENCES + TOLERANCE
