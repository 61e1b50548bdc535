import math

import pytest

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.coarse_region import coarse_radius
from surveyapp.core.position import Shares, triangle_point
from surveyapp.core.publication import Participation

INSIDE = (3, 4, 3)

UNALIKE = [
    AgreementWord.ALIKE,
    AgreementWord.SOME_DIFFERENCES,
    AgreementWord.VERY_DIFFERENT,
]
RISING = [
    Participation.UNDER_A_QUARTER,
    Participation.UNDER_HALF,
    Participation.OVER_HALF,
    Participation.OVER_THREE_QUARTERS,
]


@pytest.mark.parametrize("word", AgreementWord)
def test_the_more_answered_the_smaller_the_circle(word: AgreementWord) -> None:
    radii = [coarse_radius(word, band, INSIDE) for band in RISING]
    assert radii == sorted(radii, reverse=True)


@pytest.mark.parametrize("band", Participation)
def test_the_less_people_agree_the_larger_the_circle(band: Participation) -> None:
    radii = [coarse_radius(word, band, INSIDE) for word in UNALIKE]
    assert radii == sorted(set(radii))
    assert coarse_radius(None, band, INSIDE) == radii[-1]


@pytest.mark.parametrize("parts", [(9, 1, 1), (1, 8, 1), (4, 5, 1)])
@pytest.mark.parametrize("band", Participation)
@pytest.mark.parametrize("word", [*AgreementWord, None])
def test_where_an_end_is_merged_the_circle_holds_the_pole_behind_it(
    word: AgreementWord | None, band: Participation, parts: tuple[int, int, int]
) -> None:
    pole, drawn = (triangle_point(Shares(h, (1 - h) / 2, (1 - h) / 2)) for h in (1, 9 / 11))
    assert coarse_radius(word, band, parts) >= max(
        math.dist(pole, drawn), coarse_radius(word, band, INSIDE)
    )


@pytest.mark.parametrize("word", AgreementWord)
@pytest.mark.parametrize("band", Participation)
def test_a_circle_holds_at_least_what_rounding_to_tenths_hides(
    word: AgreementWord, band: Participation
) -> None:
    # The corner of the hexagon around a place in tenths is this far from it.
    assert coarse_radius(word, band, INSIDE) > 0.1 / 3**0.5


@pytest.mark.parametrize(
    ("word", "band", "radius"),
    [
        (AgreementWord.ALIKE, Participation.OVER_THREE_QUARTERS, 0.09),
        (AgreementWord.SOME_DIFFERENCES, Participation.OVER_HALF, 0.12),
        (AgreementWord.VERY_DIFFERENT, Participation.UNDER_A_QUARTER, 0.21),
    ],
)
def test_radii_are_those_of_the_simulation(
    word: AgreementWord, band: Participation, radius: float
) -> None:
    assert coarse_radius(word, band, INSIDE) == radius
