import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.change import Change, DisplayedPlace, change, probability
from surveyapp.core.position import TRIANGLE, Shares, Zone, triangle_point
from surveyapp.core.region import HALF_AXES, Ellipse

CIRCLE = Ellipse(0.10, 0.10, 0)


def place(h: float, led: float, region: Ellipse = CIRCLE, steps: int = 20) -> DisplayedPlace:
    return DisplayedPlace(Shares(h, led, 1 - h - led), region, steps)


regions = st.builds(
    lambda a, b, turn: Ellipse(max(a, b), min(a, b), turn if a != b else 0),
    st.sampled_from(HALF_AXES),
    st.sampled_from(HALF_AXES),
    st.integers(0, 11),
)
places = st.builds(
    lambda parts, region, steps: place(parts[0] / 20, parts[1] / 20, region, steps),
    st.tuples(st.integers(0, 10), st.integers(0, 10)),
    regions,
    st.sampled_from([10, 20]),
)


def test_the_probability_is_that_of_two_normal_places() -> None:
    # Along one side of the triangle by .2; each place has the variance of its circle, .1²/4.60517,
    # and that of a hexagon of twentieths, 5/72 · .05².
    variance = 2 * (0.01 / 4.605170 + 5 / 72 * 0.0025)
    expected = 1 - math.exp(-(0.2**2) / variance / 2)
    assert probability(place(0.2, 0.2), place(0.2, 0.4)) == pytest.approx(expected)


def test_coarser_shares_hide_more() -> None:
    fine = probability(place(0.2, 0.2, steps=20), place(0.2, 0.4, steps=20))
    coarse = probability(place(0.2, 0.2, steps=10), place(0.2, 0.4, steps=10))
    assert coarse < fine


def test_the_hexagons_variance_is_that_of_shares_rounded_to_a_lattice() -> None:
    chance = np.random.default_rng(3)
    shares = chance.dirichlet([6, 6, 6], 40_000) * 20
    rounded = np.floor(shares)
    left = (shares - rounded).argsort(axis=1)[:, ::-1]
    missing = np.rint(20 - rounded.sum(axis=1)).astype(int)
    for rank in range(3):
        rounded[np.arange(len(left)), left[:, rank]] += missing > rank
    hidden = (shares - rounded) / 20 @ np.array([TRIANGLE[pole] for pole in Zone])
    expected = np.eye(2) * 5 / 72 / 20**2
    assert np.cov(hidden.T) == pytest.approx(expected, abs=0.02 * expected[0, 0])


@pytest.mark.parametrize(
    ("led", "expected"),
    [
        (0.20, Change.NO_CLEAR_CHANGE),
        (0.30, Change.NO_CLEAR_CHANGE),
        (0.340, Change.NO_CLEAR_CHANGE),
        (0.342, Change.POSSIBLE),
        (0.367, Change.POSSIBLE),
        (0.368, Change.LIKELY_REAL),
        (0.60, Change.LIKELY_REAL),
    ],
)
def test_words_follow_from_the_probability(led: float, expected: Change) -> None:
    # The variance is .00469: .88 is reached .1411 away, .95 from .1676 on, sqrt(-2 ln(1 - P) · it).
    assert change(place(0.2, 0.2), place(0.2, led)) is expected


def test_a_small_change_is_not_worth_a_word_however_sure() -> None:
    tiny = Ellipse(0.01, 0.01, 0)
    assert probability(place(0.2, 0.2, tiny), place(0.2, 0.295, tiny)) > 0.99
    assert change(place(0.2, 0.2, tiny), place(0.2, 0.295, tiny)) is Change.NO_CLEAR_CHANGE
    # A tenth is enough, whichever way floating point leans.
    assert change(place(0.2, 0.2, tiny), place(0.2, 0.3, tiny)) is Change.LIKELY_REAL
    assert change(place(0.2, 0.3, tiny), place(0.2, 0.2, tiny)) is Change.LIKELY_REAL


def test_a_change_along_the_short_axis_is_surer_than_along_the_long_one() -> None:
    flat = Ellipse(0.20, 0.05, 0)
    sideways = probability(place(0.2, 0.2, flat), place(0.2, 0.4, flat))
    upwards = probability(place(0.2, 0.2, flat), place(0.4, 0.1, flat))
    assert sideways < 0.9
    assert upwards > 0.98


@given(places, places)
def test_there_and_back_are_the_same(before: DisplayedPlace, after: DisplayedPlace) -> None:
    assert probability(before, after) == pytest.approx(probability(after, before), abs=1e-12)
    assert 0 <= probability(before, after) <= 1


@given(places)
def test_the_same_place_twice_is_no_change(shown: DisplayedPlace) -> None:
    assert probability(shown, shown) == 0
    assert change(shown, shown) is Change.NO_CLEAR_CHANGE


def test_without_any_change_one_pair_in_twenty_is_called_likely() -> None:
    # Two rounds of the same place, each as uncertain as its displayed region says.
    region, steps, chance = Ellipse(0.20, 0.10, 2), 20, np.random.default_rng(1)
    covariance = region.covariance + np.eye(2) * 5 / 72 / steps**2
    corners = np.column_stack([np.array([TRIANGLE[pole] for pole in Zone]), np.ones(3)])
    middle = triangle_point(Shares(1 / 3, 1 / 3, 1 / 3))
    points = chance.multivariate_normal(middle, covariance, (2, 3_000))
    shares = np.concatenate([points, np.ones((2, 3_000, 1))], axis=2) @ np.linalg.inv(corners)
    likely = [
        probability(*(DisplayedPlace(Shares(*one), region, steps) for one in pair)) >= 0.95
        for pair in shares.transpose(1, 0, 2).tolist()
    ]
    assert np.mean(likely) == pytest.approx(0.05, abs=0.012)
