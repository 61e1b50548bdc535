import pytest

from benchmarks.coverage import measure_coverage, measure_radii, summary
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.coarse_region import coarse_radius
from surveyapp.core.publication import Participation

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
    radii = [coarse_radius(word, band) for band in RISING]
    assert radii == sorted(radii, reverse=True)


@pytest.mark.parametrize("band", Participation)
def test_the_less_people_agree_the_larger_the_circle(band: Participation) -> None:
    radii = [coarse_radius(word, band) for word in UNALIKE]
    assert radii == sorted(set(radii))
    assert coarse_radius(None, band) == radii[-1]


@pytest.mark.parametrize("word", AgreementWord)
@pytest.mark.parametrize("band", Participation)
def test_a_circle_holds_at_least_what_rounding_to_tenths_hides(
    word: AgreementWord, band: Participation
) -> None:
    # The corner of the hexagon around a place in tenths is this far from it.
    assert coarse_radius(word, band) > 0.1 / 3**0.5


@pytest.mark.parametrize(
    ("word", "band", "radius"),
    [
        (AgreementWord.ALIKE, Participation.OVER_THREE_QUARTERS, 0.08),
        (AgreementWord.SOME_DIFFERENCES, Participation.OVER_HALF, 0.12),
        (AgreementWord.VERY_DIFFERENT, Participation.UNDER_A_QUARTER, 0.21),
    ],
)
def test_radii_are_those_of_the_simulation(
    word: AgreementWord, band: Participation, radius: float
) -> None:
    assert coarse_radius(word, band) == radius


def test_the_simulation_finds_nine_of_ten_places_in_the_circle() -> None:
    rows = [row for row in measure_radii(6_000) if int(str(row["teams"])) > 400]
    assert len(rows) > 4
    for row in rows:
        assert float(str(row["coverage"])) > 0.85, row


def test_displayed_regions_hold_nine_of_ten_places_and_not_all() -> None:
    overall = {row["what"]: float(str(row["displayed"])) for row in summary(measure_coverage(12))}
    assert 0.88 <= overall["first four"] <= 0.95
    assert min(overall.values()) >= 0.88
