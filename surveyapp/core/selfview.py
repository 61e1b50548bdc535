"""The leader's own view against the team's: where they differ, and in which direction.

The leader answers the questionnaire's own items about themselves and is scored like a person of
the team; a difference is no verdict on who is right.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from surveyapp.core.position import TOLERANCE
from surveyapp.core.publication import FINE_STEPS, PublishedScale
from surveyapp.core.questionnaire import BY_ID, FORM_ORDER, UNCHECKED, Item, score_person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveyapp.core.publication import Withheld
    from surveyapp.core.questionnaire import Answers

# Design choice: half a point of five, on 0 to 1. A smaller gap is no difference, however sure.
SMALLEST_GAP: Final = 0.125

# The compared scales, in the order in which a difference is the more worth talking about: whether
# people can do the work alone decides how closely to follow it, and trust that is meant but not
# felt is what being micro-managed often is.
COMPARED: Final = ("e", "t", "p", "s", "a")

# The leader's own form, in the same order as the employee's, without its comments.
OWN_FORM: Final[tuple[Item, ...]] = tuple(BY_ID[name] for name in FORM_ORDER if name in BY_ID)


class OwnView(StrEnum):
    """How the leader sees a scale, set against the team."""

    HIGHER = "higher"
    SIMILAR = "similar"
    LOWER = "lower"


def own_choices(item: Item) -> tuple[str, ...]:
    """Return the values that the leader's own form offers: one's own checks are never unknown."""
    return tuple(choice for choice in item.choices if choice != UNCHECKED)


def own_view(own: float, team: float, team_range: tuple[float, float]) -> OwnView:
    """Set one score beside the team's mean and the range of that mean; all from 0 to 1.

    It differs only if the gap is .125 or more and the own score lies outside the range.
    """
    low, high = team_range
    if own - team >= SMALLEST_GAP - TOLERANCE and own > high + TOLERANCE:
        return OwnView.HIGHER
    if team - own >= SMALLEST_GAP - TOLERANCE and own < low - TOLERANCE:
        return OwnView.LOWER
    return OwnView.SIMILAR


def own_views(
    answers: Answers, scales: Mapping[str, PublishedScale | Withheld], *, all_bands: bool
) -> dict[str, OwnView]:
    """Compare the leader's raw own answers with the team's published scales.

    Nothing but what is published takes part, so it tells nothing more. Of few people only a band
    is published: the own score then has to lie that far beyond it, wherever in it the mean may be.
    `all_bands` says whether the outer bands are not merged with their neighbours. Scales that
    either side lacks are left out.
    """
    own = score_person(answers)
    return {
        scale: own_view(mine, *_mean_and_range(mine, theirs, all_bands=all_bands))
        for scale in COMPARED
        if (mine := getattr(own, scale)) is not None
        and isinstance(theirs := scales.get(scale), PublishedScale)
    }


def _mean_and_range(
    own: float, team: PublishedScale, *, all_bands: bool
) -> tuple[float, tuple[float, float]]:
    if team.twentieths is not None and team.range is not None:
        return team.twentieths / FINE_STEPS, team.range
    low, high = team.band_ends(all_bands=all_bands)
    return min(max(own, low), high), (low, high)
