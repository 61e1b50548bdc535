"""The region that is shown of few people: a circle that says no more than is displayed already."""

from __future__ import annotations

from typing import Final

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.publication import COARSE_STEPS, Participation

# Columns of the tables below.
_BANDS: Final = (
    Participation.UNDER_A_QUARTER,
    Participation.UNDER_HALF,
    Participation.OVER_HALF,
    Participation.OVER_THREE_QUARTERS,
)
_WIDEST: Final = (0.21, 0.20, 0.17, 0.13)

# Design choice. Made by `benchmarks.coverage.measure_radii`: 500,000 teams of nine shapes and three
# sizes of error, of which five to nine people answered. In each cell nine of ten true places are
# held, for the number of answers with which that is hardest; radii are then rounded up, further so
# where one of the shapes alone asks for it.
_RADII: Final = {
    AgreementWord.ALIKE: (0.13, 0.12, 0.10, 0.09),
    AgreementWord.SOME_DIFFERENCES: (0.15, 0.14, 0.12, 0.10),
}
# Merged ends hide the way to the pole: everybody at it is drawn .157 away. So with one of them the
# radius is this at least.
_AT_ENDS: Final = (0.19, 0.18, 0.16, 0.16)


def coarse_radius(
    agreement: AgreementWord | None, participation: Participation, parts: tuple[int, int, int]
) -> float:
    """Return the circle's radius in sides of the triangle.

    It holds the true place of all who were invited in nine of ten teams of which this is displayed:
    the words, and whether one of the `parts`, in tenths, is at a merged end. Of few people nobody
    is told from who sees it very differently that they are split; nor is who has no word at all.
    """
    band = _BANDS.index(participation)
    radius = _WIDEST[band] if agreement not in _RADII else _RADII[agreement][band]
    at_end = not {1, COARSE_STEPS - 1}.isdisjoint(parts)
    return max(radius, _AT_ENDS[band]) if at_end else radius
