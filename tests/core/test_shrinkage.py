from __future__ import annotations

import numpy as np
import pytest

from surveyapp.core.shrinkage import Shrunken, shrink


def shrunken(groups: list[list[float]]) -> Shrunken:
    found = shrink([np.array(group, dtype=float) for group in groups])
    assert found is not None
    return found


def test_equal_groups_are_drawn_together_as_computed_by_hand() -> None:
    found = shrunken([[1, 3], [4, 6], [7, 9]])
    # MSW = 2, MSB = 18, n0 = 2: τ² = 8, and each mean keeps 8/(8 + 2/2) of its way.
    assert found.deviation == pytest.approx(8**0.5, abs=1e-12)
    assert found.common == pytest.approx(5, abs=1e-12)
    assert found.means.tolist() == pytest.approx([5 - 24 / 9, 5, 5 + 24 / 9], abs=1e-12)


def test_of_unequal_groups_the_smaller_one_moves_further() -> None:
    found = shrunken([[0, 2], [3, 5, 3, 5]])
    # MSW = 1.5, MSB = 12, n0 = 8/3: τ² = 3.9375; variances of the means 4.6875 and 4.3125.
    small, large = 1 / 4.6875, 1 / 4.3125
    common = (1 * small + 4 * large) / (small + large)
    expected = [common + 3.9375 * small * (1 - common), common + 3.9375 * large * (4 - common)]
    assert (found.common, *found.means) == pytest.approx((common, *expected), abs=1e-12)


def test_what_differs_by_chance_alone_comes_out_alike() -> None:
    by_chance = shrunken([[1, 5], [1, 4, 4]])
    assert by_chance.deviation == 0
    assert by_chance.means.tolist() == pytest.approx([3, 3], abs=1e-12)
    assert shrunken([[2, 2], [2, 2, 2]]).means.tolist() == [2, 2]


def test_groups_that_each_agree_stay_where_they_are() -> None:
    assert shrunken([[1, 1], [2, 2, 2], [4, 4]]).means.tolist() == pytest.approx([1, 2, 4])


def test_too_few_groups_are_not_drawn_anywhere() -> None:
    assert shrink([]) is None
    assert shrink([np.array([1.0, 2])]) is None


@pytest.mark.parametrize(("deviation", "most"), [(0.0, 0.2), (0.07, 0.6), (0.3, 1.02)])
def test_shrunken_means_miss_the_true_ones_by_less(deviation: float, most: float) -> None:
    """Squared misses as a part of the plain means', over 200 organisations of 30 teams."""
    draw = np.random.default_rng(1)
    plain = drawn = spread = 0.0
    for _ in range(200):
        true = 0.5 + deviation * draw.normal(size=30)
        groups = [mean + 0.2 * draw.normal(size=draw.integers(5, 12)) for mean in true]
        found = shrink(groups)
        assert found is not None
        plain += float(sum((np.mean(group) - mean) ** 2 for group, mean in zip(groups, true)))  # noqa: B905
        drawn += float(((found.means - true) ** 2).sum())
        spread += found.deviation**2 / 200
    assert drawn < most * plain
    assert spread == pytest.approx(deviation**2, abs=0.0015 + 0.05 * deviation**2)
