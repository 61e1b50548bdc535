import importlib
from types import ModuleType
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from surveyapp.core.reliability import (
    OneWay,
    alpha,
    covariance,
    minres_loadings,
    omega,
    one_way,
    standard_error,
)

Matrix: TypeAlias = NDArray[np.float64]

# Shrout and Fleiss (1979), Psychological Bulletin 86, table 2: six targets, four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=float,
)
UNEQUAL = [np.array([1.0, 2]), np.array([2.0, 3, 4]), np.array([3.0, 5, 5, 4, 4])]

# pandas 3.1 warns of a keyword that pingouin 0.7 still uses.
quiet = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame")


@pytest.fixture(scope="module")
def pingouin() -> ModuleType:
    # Seconds to import: not for every process that only collects the tests.
    return importlib.import_module("pingouin")


@pytest.fixture(scope="module")
def pandas() -> ModuleType:
    return importlib.import_module("pandas")


def spread_of(rated: Matrix) -> Matrix:
    return covariance(len(rated), rated.sum(axis=0), rated.T @ rated)


def one_factor(seed: int, n: int = 60, items: int = 5) -> Matrix:
    draw = np.random.default_rng(seed)
    rated: Matrix = 3 + draw.normal(size=(n, 1)) * 0.8 + draw.normal(size=(n, items))
    return np.clip(np.rint(rated), 1, 5)


def analysed(groups: list[Matrix]) -> OneWay:
    found = one_way(groups)
    assert found is not None
    return found


# Intraclass correlation


def test_shrout_and_fleiss_come_out_to_six_digits() -> None:
    found = analysed(list(SHROUT_FLEISS))
    assert found.icc1(found.n0) == pytest.approx(0.165742, abs=5e-7)
    assert found.icc2 == pytest.approx(0.442797, abs=5e-7)
    assert (found.n0, found.mean_size) == (4, 4)


def test_unequal_groups_have_two_sizes_that_are_told_apart() -> None:
    found = analysed(UNEQUAL)
    # N = 10, Σn² = 38, K = 3.
    assert found.n0 == pytest.approx((10 - 3.8) / 2, abs=1e-12)
    assert found.mean_size == pytest.approx(10 / 3, abs=1e-12)
    between, within = found.between, found.within
    for k in (found.n0, found.mean_size):
        expected = (between - within) / (between + (k - 1) * within)
        assert found.icc1(k) == pytest.approx(expected, abs=1e-12)
    assert found.icc1(found.n0) != found.icc1(found.mean_size)


@given(st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=6), min_size=2, max_size=6))
def test_the_reliability_of_a_mean_is_icc1_stepped_up_whichever_size_is_meant(
    groups: list[list[int]],
) -> None:
    found = one_way([np.array(group, dtype=float) for group in groups])
    assume(found is not None)
    assert found is not None
    for k in (found.n0, found.mean_size):
        single = found.icc1(k)
        if found.icc2 is not None and single is not None:
            stepped = k * single / (1 + (k - 1) * single)
            assert found.icc2 == pytest.approx(stepped, rel=1e-6, abs=1e-9)
            assert single <= 1
            assert found.icc2 <= 1


def test_groups_that_differ_less_than_chance_have_it_are_negative() -> None:
    found = analysed([np.array([1.0, 5]), np.array([1.0, 4])])
    assert found.icc1(2) == pytest.approx((0.25 - 6.25) / 6.5, abs=1e-12)
    assert found.icc2 == pytest.approx(-24, abs=1e-12)


def test_where_nothing_varies_there_is_no_correlation() -> None:
    mean = 10 / 3  # of three items; summed and divided again, it is a little less or more
    same = analysed([np.full(3, mean), np.full(7, mean)])
    assert same.between > 0
    assert (same.icc1(same.n0), same.icc2) == (None, None)
    equal_means = analysed([np.array([1.0, 3]), np.array([0.0, 4])])
    assert equal_means.icc1(2) == -1
    assert equal_means.icc2 is None


def test_groups_that_each_agree_and_differ_are_told_apart_for_sure() -> None:
    found = analysed([np.full(3, 2.0), np.full(4, 5.0)])
    assert (found.icc1(found.n0), found.icc2) == (1, 1)


def test_one_group_or_groups_of_one_cannot_be_analysed() -> None:
    assert one_way([]) is None
    assert one_way([np.array([1.0, 2])]) is None
    assert one_way([np.array([1.0, 2]), np.array([])]) is None
    assert one_way([np.array([1.0]), np.array([2.0])]) is None
    assert one_way([np.array([1.0]), np.array([2.0, 3])]) is not None


@pytest.mark.parametrize("seed", range(3))
def test_mean_squares_are_those_of_statsmodels(pandas: ModuleType, seed: int) -> None:
    ols = importlib.import_module("statsmodels.formula.api").ols
    anova = importlib.import_module("statsmodels.stats.anova").anova_lm
    draw = np.random.default_rng(seed)
    groups = [draw.integers(1, 6, size).astype(float) for size in draw.integers(2, 12, 8)]
    names = np.repeat(range(8), [len(group) for group in groups])
    frame = pandas.DataFrame({"x": np.concatenate(groups), "g": names})
    squares = anova(ols("x ~ C(g)", frame).fit())["mean_sq"]
    found = analysed(groups)
    assert [found.between, found.within] == pytest.approx(list(squares), rel=1e-9)


@quiet
@pytest.mark.parametrize("seed", range(3))
def test_correlations_within_equal_groups_are_those_of_pingouin(
    pandas: ModuleType, pingouin: ModuleType, seed: int
) -> None:
    rated = one_factor(seed, n=12, items=5)
    long = pandas.DataFrame(rated).reset_index().melt("index", var_name="judge")
    table = pingouin.intraclass_corr(long, targets="index", raters="judge", ratings="value")
    expected = table["ICC"].tolist()
    found = analysed(list(rated))
    assert found.icc1(5) == pytest.approx(expected[0], abs=1e-9)
    assert found.icc2 == pytest.approx(expected[3], abs=1e-9)
    # With judges as items, alpha is the consistency of their mean.
    assert alpha(spread_of(rated)) == pytest.approx(expected[5], abs=1e-9)


# Alpha and omega


def test_moments_give_the_covariance() -> None:
    rated = one_factor(1)
    assert spread_of(rated) == pytest.approx(np.cov(rated.T), abs=1e-12)
    with pytest.raises(ValueError, match="at least two raters"):
        spread_of(rated[:1])


def test_alpha_of_the_judges_of_shrout_and_fleiss_is_their_consistency() -> None:
    # ICC(3,4) in their table 4 is .91; alpha is the same quantity.
    assert alpha(spread_of(SHROUT_FLEISS)) == pytest.approx(0.909316, abs=5e-7)


@pytest.mark.parametrize("seed", range(3))
def test_alpha_is_that_of_pingouin(pandas: ModuleType, pingouin: ModuleType, seed: int) -> None:
    rated = one_factor(seed)
    expected, _ = pingouin.cronbach_alpha(pandas.DataFrame(rated))
    assert alpha(spread_of(rated)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_loadings_are_those_of_statsmodels_principal_axes_once_they_have_settled(seed: int) -> None:
    # Principal axes, iterated to the end, are at the same minimum of squared residuals.
    factor = importlib.import_module("statsmodels.multivariate.factor").Factor
    correlations: Matrix = np.array(np.corrcoef(one_factor(seed, n=200).T))
    axes = factor(corr=correlations, n_factor=1, method="pa").fit(maxiter=5000, tol=1e-13)
    found = minres_loadings(correlations)
    assert found is not None
    assert np.abs(found) == pytest.approx(np.abs(axes.loadings[:, 0]), abs=1e-8)


loadings = st.lists(st.floats(0.3, 0.95), min_size=3, max_size=8).map(np.array)


@given(loadings, st.floats(0.5, 2))
def test_omega_is_exact_where_one_factor_holds(loaded: Matrix, deviation: float) -> None:
    implied = np.outer(loaded, loaded)
    np.fill_diagonal(implied, 1)
    left = float((1 - loaded**2).sum())
    expected = loaded.sum() ** 2 / (loaded.sum() ** 2 + left)
    assert omega(implied * deviation**2) == pytest.approx(expected, abs=1e-6)
    consistency = alpha(implied)
    assert consistency is not None
    assert consistency <= expected + 1e-9


def test_omega_weighs_items_by_how_much_they_spread() -> None:
    # Loadings of .8, .6 and .5 in units of deviations 1, 2 and 3: λ = .8, 1.2, 1.5.
    loaded, deviations = np.array([0.8, 0.6, 0.5]), np.array([1.0, 2, 3])
    implied = np.outer(loaded, loaded)
    np.fill_diagonal(implied, 1)
    left = 0.36 * 1 + 0.64 * 4 + 0.75 * 9
    expected = 3.5**2 / (3.5**2 + left)
    assert omega(implied * np.outer(deviations, deviations)) == pytest.approx(expected, abs=1e-8)


@given(st.floats(0.1, 0.9), st.integers(3, 10))
def test_alpha_and_omega_are_one_where_all_items_correlate_alike(r: float, items: int) -> None:
    alike = np.full((items, items), r)
    np.fill_diagonal(alike, 1)
    expected = items * r / (1 + (items - 1) * r)
    assert alpha(alike) == pytest.approx(expected, abs=1e-9)
    assert omega(alike) == pytest.approx(expected, abs=1e-6)


@given(st.integers(0, 10_000), st.integers(3, 6))
def test_omega_of_noise_stays_between_nothing_and_one(seed: int, items: int) -> None:
    rated = np.random.default_rng(seed).integers(1, 6, (15, items)).astype(float)
    found = omega(spread_of(rated))
    assert found is None or -1e-12 <= found <= 1 + 1e-12


def test_an_impossible_loading_stops_at_one() -> None:
    # r13·r12/r23 = 1.2: without the bound, the first item's loading would be √1.2.
    heywood = np.array([[1, 0.6, 0.6], [0.6, 1, 0.3], [0.6, 0.3, 1]])
    found = minres_loadings(heywood)
    assert found is not None
    first, second, third = np.abs(found)
    assert first == 1
    # With λ1 = 1 and λ2 = λ3 = λ, the residuals are least where λ³ + .7λ = .6.
    assert second**3 + 0.7 * second == pytest.approx(0.6, abs=1e-8)
    assert third == pytest.approx(second, abs=1e-8)


def test_what_does_not_vary_has_neither_alpha_nor_omega() -> None:
    constant = spread_of(np.full((10, 4), 3.0))
    assert (alpha(constant), omega(constant)) == (None, None)
    cancelling = np.array([[1.0, -1, 0], [-1, 1, 0], [0, 0, 0]])
    assert alpha(cancelling) is None
    opposed = np.outer([1.0, 1, -1, -1], [1.0, 1, -1, -1])
    assert (alpha(opposed), omega(opposed)) == (None, None)


def test_one_item_that_does_not_vary_leaves_alpha_alone() -> None:
    rated = one_factor(2)
    rated[:, 0] = 3
    found = spread_of(rated)
    assert alpha(found) is not None
    assert omega(found) is None


def test_alpha_needs_two_items_and_omega_three() -> None:
    found = spread_of(one_factor(3))
    assert (alpha(found[:1, :1]), omega(found[:2, :2])) == (None, None)
    assert alpha(found[:2, :2]) is not None
    assert omega(found[:3, :3]) is not None


# Standard error


def test_the_standard_error_shrinks_to_nothing_as_everybody_answers() -> None:
    values = np.array([1.0, 2, 3, 4])
    # s² = 5/3.
    assert standard_error(values, 16) == pytest.approx((5 / 3 / 4 * 0.75) ** 0.5, abs=1e-12)
    assert standard_error(values, 4) == 0
    for invited in (3, 0):
        with pytest.raises(ValueError, match="no more than were invited"):
            standard_error(values, invited)
    with pytest.raises(ValueError, match="two values or more"):
        standard_error(values[:1], 16)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=4))
def test_the_standard_error_is_the_mean_squared_miss_over_all_samples(
    population: list[int],
) -> None:
    # Over all pairs out of N, the squared standard error is the mean's variance on average.
    pairs = [
        np.array([x, y], dtype=float) for i, x in enumerate(population) for y in population[i + 1 :]
    ]
    misses = [(pair.mean() - np.mean(population)) ** 2 for pair in pairs]
    squares = [standard_error(pair, len(population)) ** 2 for pair in pairs]
    assert np.mean(squares) == pytest.approx(np.mean(misses), abs=1e-9)
