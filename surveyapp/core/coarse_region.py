"""The region that is shown of few people: a circle that says no more than is displayed already."""

from __future__ import annotations

from typing import Final

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.publication import Participation

# Columns of the tables below.
_BANDS: Final = (
    Participation.UNDER_A_QUARTER,
    Participation.UNDER_HALF,
    Participation.OVER_HALF,
    Participation.OVER_THREE_QUARTERS,
)
_WIDEST: Final = (0.21, 0.20, 0.16, 0.13)

# Design choice. Made by `benchmarks.coverage.measure_radii`: 300,000 teams of nine shapes and three
# sizes of error, of which five to nine people answered. In each cell nine of ten true places are
# held, for the number of answers with which that is hardest; some radii are larger, for places at
# merged ends and for four answers of five.
_RADII: Final[dict[AgreementWord | None, tuple[float, ...]]] = {
    AgreementWord.ALIKE: (0.13, 0.12, 0.08, 0.08),
    AgreementWord.SOME_DIFFERENCES: (0.17, 0.14, 0.12, 0.11),
}


def coarse_radius(agreement: AgreementWord | None, participation: Participation) -> float:
    """Return the circle's radius in sides of the triangle.

    It holds the true place of all who were invited in nine of ten teams of which these words are
    displayed. Of few people nobody is told from who sees it very differently that they are split;
    nor is who has no word at all.
    """
    return _RADII.get(agreement, _WIDEST)[_BANDS.index(participation)]
