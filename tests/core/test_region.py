import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveyapp.core.region import HALF_AXES, NORMAL_QUANTILE, TURNS, Ellipse, fine_region
from surveyapp.core.uncertainty import Covariance


def covariance_of(a: float, b: float, degrees: float, quantile: float = 1.0) -> Covariance:
    """Return the covariance whose ellipse at this quantile has these half-axes."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    xx, yy = (a * cos) ** 2 + (b * sin) ** 2, (a * sin) ** 2 + (b * cos) ** 2
    xy = (a**2 - b**2) * sin * cos
    return (xx / quantile, xy / quantile), (xy / quantile, yy / quantile)


@pytest.mark.parametrize(
    ("a", "b", "shown"),
    [
        (0.09, 0.04, (0.10, 0.05)),
        (0.113, 0.051, (0.10, 0.05)),  # √(.113² + .028²) is 7/6 of .10
        (0.114, 0.052, (0.15, 0.10)),
        (0.2, 0.15, (0.20, 0.15)),
        (0.7, 0.001, (0.20, 0.05)),
    ],
)
def test_half_axes_are_rounded_up_from_a_sixth_beyond_a_size_and_end_at_a_fifth(
    a: float, b: float, shown: tuple[float, float]
) -> None:
    found = fine_region(covariance_of(a, b, 30, quantile=4.2), 4.2)
    assert (found.a, found.b) == shown


@pytest.mark.parametrize(
    ("degrees", "turn"),
    [(0, 0), (7.4, 0), (7.6, 1), (45, 3), (90, 6), (135, 9), (172, 11), (173, 0), (-30, 10)],
)
def test_the_turn_is_the_nearest_step_from_the_x_axis_to_the_long_one(
    degrees: float, turn: int
) -> None:
    assert fine_region(covariance_of(0.14, 0.08, degrees), 1) == Ellipse(0.15, 0.10, turn)


def test_a_circle_has_no_turn() -> None:
    # 9.9 and 6 hundredths are shown alike, and so must not tell where the longer one pointed.
    assert fine_region(covariance_of(0.099, 0.06, 75), 1) == Ellipse(0.10, 0.10, 0)


def test_a_region_without_width_is_shown_with_the_smallest() -> None:
    assert fine_region(((0.0, 0.0), (0.0, 0.0)), 4.6) == Ellipse(0.05, 0.05, 0)


@given(st.floats(0.001, 0.3), st.floats(0.001, 0.3), st.floats(-360, 360))
def test_only_displayable_values_come_out(a: float, b: float, degrees: float) -> None:
    shown = fine_region(covariance_of(a, b, degrees), 1)
    assert {shown.a, shown.b} <= set(HALF_AXES)
    assert shown.a >= shown.b
    assert shown.turn in range(TURNS)


@given(st.sampled_from(HALF_AXES), st.sampled_from(HALF_AXES), st.integers(0, TURNS - 1))
def test_a_displayed_region_is_displayed_as_itself(a: float, b: float, turn: int) -> None:
    assume(a > b)
    shown = Ellipse(a, b, turn)
    (xx, xy), (_, yy) = shown.covariance.tolist()
    assert fine_region(((xx, xy), (xy, yy)), NORMAL_QUANTILE) == shown


def test_a_displayed_region_holds_nine_tenths_of_its_normal_distribution() -> None:
    covariance = Ellipse(0.15, 0.05, 4).covariance
    points = np.random.default_rng(1).multivariate_normal([0, 0], covariance, 50_000)
    turned = points @ [
        [math.cos(math.pi / 3), -math.sin(math.pi / 3)],
        [math.sin(math.pi / 3), math.cos(math.pi / 3)],
    ]
    inside = np.sum((turned / [0.15, 0.05]) ** 2, axis=1) <= 1
    assert inside.mean() == pytest.approx(0.9, abs=0.006)
