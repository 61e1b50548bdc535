"""The region that is shown of few people: a circle that says no more than two words already do."""

from __future__ import annotations

from typing import Final

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.publication import Participation

# Columns of the table below.
_BANDS: Final = (
    Participation.UNDER_A_QUARTER,
    Participation.UNDER_HALF,
    Participation.OVER_HALF,
    Participation.OVER_THREE_QUARTERS,
)
_WIDEST: Final = (0.21, 0.20, 0.17, 0.13)

# Design choice. Made by `benchmarks.coverage.measure_radii`: 60,000 teams of four shapes and three
# sizes of error, of which five to nine people answered; how far from the displayed centre 90 % of
# the true places are, for the number of answers with which that is farthest, rounded up to .01.
# Who is split is seldom told from who sees it very differently, and shares their radius.
_RADII: Final = {
    AgreementWord.ALIKE: (0.08, 0.08, 0.08, 0.08),
    AgreementWord.SOME_DIFFERENCES: (0.15, 0.14, 0.12, 0.09),
    AgreementWord.VERY_DIFFERENT: _WIDEST,
    AgreementWord.SPLIT: _WIDEST,
}


def coarse_radius(agreement: AgreementWord | None, participation: Participation) -> float:
    """Return the circle's radius in sides of the triangle.

    It holds the true place of all who were invited in nine of ten teams that are told these words;
    of those that are told no word of agreement, in more.
    """
    radii = _WIDEST if agreement is None else _RADII[agreement]
    return radii[_BANDS.index(participation)]
