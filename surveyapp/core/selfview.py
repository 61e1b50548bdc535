"""The leader's own view against the team's: where they differ, and in which direction.

The leader answers the questionnaire's own items about themselves and is scored like a person of
the team; a difference is no verdict on who is right.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from surveyapp.core.analysis import SCALE_ITEMS
from surveyapp.core.position import TOLERANCE
from surveyapp.core.publication import FINE_STEPS, PublishedScale
from surveyapp.core.questionnaire import FORM_ITEMS, UNCHECKED, Item, score_person
from surveyapp.core.uncertainty import mean_half_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveyapp.core.publication import Withheld
    from surveyapp.core.questionnaire import Answers

# Design choice: half a point of five, on 0 to 1. A smaller gap is no difference, however sure. (One
# person's own errors are larger, so that today no gap ends here.)
SMALLEST_GAP: Final = 0.125

# The compared scales, in the order in which a difference is the more worth talking about: whether
# people can do the work alone decides how closely to follow it, and trust that is meant but not
# felt is what being micro-managed often is.
COMPARED: Final = ("e", "t", "p", "s", "a")

# The leader's own form, in the same order as the employee's, without its comments.
OWN_FORM: Final[tuple[Item, ...]] = FORM_ITEMS


class OwnView(StrEnum):
    """How the leader sees a scale, set against the team."""

    HIGHER = "higher"
    SIMILAR = "similar"
    LOWER = "lower"


def own_choices(item: Item) -> tuple[str, ...]:
    """Return the values that the leader's own form offers: one's own checks are never unknown."""
    return tuple(choice for choice in item.choices if choice != UNCHECKED)


def own_view(own: float, team: float, team_range: tuple[float, float], within: float) -> OwnView:
    """Set one score beside the team's mean and the range of that mean; all from 0 to 1.

    `within` is how far, at most, nine of ten scores of one person are from what they would say
    again and again. It differs only if the gap is .125 or more, and more than both errors together
    explain in nine of ten cases: the root of the sum of their squares.
    """
    for side, end, view in zip((-1, 1), team_range, (OwnView.LOWER, OwnView.HIGHER), strict=True):
        chance = math.hypot(end - team, within)
        if side * (own - team) >= max(SMALLEST_GAP - TOLERANCE, chance + TOLERANCE):
            return view
    return OwnView.SIMILAR


def own_views(
    answers: Answers, scales: Mapping[str, PublishedScale | Withheld], *, all_bands: bool
) -> dict[str, OwnView]:
    """Compare the leader's raw own answers with the team's published scales.

    Nothing but what is published takes part, so it tells nothing more. Of few people only a band
    is published: the gap is then that to its nearer end, wherever in it the mean may be.
    `all_bands` says whether the outer bands are not merged with their neighbours. Scales that
    either side lacks are left out.
    """
    own = score_person(answers)
    return {
        scale: own_view(
            mine,
            *_mean_and_range(mine, theirs, all_bands=all_bands),
            mean_half_width([mine], 0, answered),
        )
        for scale in COMPARED
        if (mine := getattr(own, scale)) is not None
        and (answered := sum(answers.get(item.id) is not None for item in SCALE_ITEMS[scale]))
        and isinstance(theirs := scales.get(scale), PublishedScale)
    }


def _mean_and_range(
    own: float, team: PublishedScale, *, all_bands: bool
) -> tuple[float, tuple[float, float]]:
    if team.twentieths is not None and team.range is not None:
        return team.twentieths / FINE_STEPS, team.range
    low, high = team.band_ends(all_bands=all_bands)
    return min(max(own, low), high), (low, high)
