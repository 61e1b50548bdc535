import math
from itertools import combinations_with_replacement
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from surveyapp.core.agreement import (
    MIN_RATINGS,
    SLIGHT_SKEW_VARIANCE,
    Agreement,
    AgreementWord,
    a_wg,
    ad_cut,
    ad_m,
    ad_m_j,
    agreement,
    r_star_wg_j,
    rwg,
    rwg_j,
    uniform_variance,
)

Item: TypeAlias = NDArray[np.float64]

FIVE = uniform_variance(5)
USUAL = np.array([4.0, 4, 5, 5, 4])
UNIFORM = np.array([1.0, 2, 3, 4, 5])


def ratings(least: int = 2, items: int = 1) -> st.SearchStrategy[Item]:
    """Draw ratings on five options, shape (n, items)."""
    row = st.tuples(*[st.integers(1, 5)] * items)
    return st.lists(row, min_size=least, max_size=12).map(lambda rows: np.array(rows, dtype=float))


def test_the_uniform_null_is_two_on_five_options_and_four_on_seven() -> None:
    assert [uniform_variance(options) for options in (2, 5, 7)] == [0.25, 2, 4]
    assert uniform_variance(5) == pytest.approx(np.var(UNIFORM), abs=1e-15)


def test_reference_values_come_out_to_six_digits() -> None:
    # By hand from the formulas of James, Demaree and Wolf (1984), of Burke, Finkelstein and Dusig
    # (1999) and of Brown and Hauenstein (2005): s² = .3, mean 4.4, largest variance there 2.55.
    assert rwg(USUAL, FIVE) == pytest.approx(0.85, abs=1e-12)
    assert rwg(USUAL, SLIGHT_SKEW_VARIANCE) == pytest.approx(0.776119, abs=5e-7)
    assert ad_m(USUAL) == pytest.approx(0.48, abs=1e-12)
    assert a_wg(USUAL, 5) == pytest.approx(0.764706, abs=5e-7)
    # With three such items q is .15 again, and rwg(J) 2.55 of 2.7.
    assert rwg_j([USUAL] * 3, FIVE) == pytest.approx(0.944444, abs=5e-7)
    assert r_star_wg_j([USUAL] * 3, FIVE) == pytest.approx(0.85, abs=1e-12)


def test_a_split_is_negative_and_only_rwg_j_is_cut_at_nothing() -> None:
    split = np.array([1.0, 5])
    assert rwg(split, FIVE) == -3
    assert r_star_wg_j([split], FIVE) == -3
    assert rwg_j([split], FIVE) == 0
    assert a_wg(np.array([1.0, 1, 5, 5]), 5) == -1


def test_the_exact_distribution_of_ad_is_that_of_dunlap_burke_and_smith_crowe() -> None:
    # Dunlap, Burke and Smith-Crowe (2003), Journal of Applied Psychology 88: five judges, seven
    # options, every answer equally likely.
    at_most: dict[float, float] = {0.64: 0, 0.72: 0}
    for chosen in combinations_with_replacement(range(1, 8), 5):
        ways = math.factorial(5) / math.prod(math.factorial(chosen.count(x)) for x in set(chosen))
        distance = ad_m(np.array(chosen, dtype=float))
        for limit in at_most:
            at_most[limit] += ways / 7**5 if distance <= limit + 1e-9 else 0
    assert at_most[0.64] == pytest.approx(0.0379, abs=5e-5)
    assert at_most[0.72] == pytest.approx(0.0593, abs=5e-5)


def test_the_practical_cut_is_a_sixth_of_the_options() -> None:
    # Burke and Dunlap (2002), Organizational Research Methods 5.
    assert [ad_cut(5), ad_cut(7)] == pytest.approx([0.833333, 1.166667], abs=5e-7)


@given(ratings(items=3))
def test_no_figure_leaves_its_bounds(rated: Item) -> None:
    items = list(rated.T)
    assert -3 <= r_star_wg_j(items, FIVE) <= 1
    assert 0 <= rwg_j(items, FIVE) <= 1
    assert 0 <= ad_m_j(items) <= 2
    for item in items:
        against_largest = a_wg(item, 5)
        assert against_largest is None or -1 - 1e-9 <= against_largest <= 1


@given(ratings(items=2))
def test_turning_items_round_and_mixing_raters_changes_nothing(rated: Item) -> None:
    items = list(rated.T)
    turned = [6 - items[0][::-1], items[1][::-1]]
    for figure in (rwg_j, r_star_wg_j):
        assert figure(turned, FIVE) == pytest.approx(figure(items, FIVE), abs=1e-9)
    assert ad_m_j(turned) == pytest.approx(ad_m_j(items), abs=1e-9)
    for one, other in zip(items, turned, strict=True):
        assert a_wg(one, 5) == pytest.approx(a_wg(other, 5), abs=1e-9)


@given(ratings())
def test_for_one_item_the_figures_over_items_are_those_of_the_item(rated: Item) -> None:
    (item,) = rated.T
    assert ad_m_j([item]) == ad_m(item)
    assert r_star_wg_j([item], FIVE) == rwg(item, FIVE)
    assert rwg_j([item], FIVE) == pytest.approx(max(0, rwg(item, FIVE)), abs=1e-12)


@given(ratings(items=2), st.integers(2, 5))
def test_more_items_that_agree_as_much_raise_rwg_j_and_leave_the_others(
    rated: Item, times: int
) -> None:
    items = list(rated.T)
    assert rwg_j(items * times, FIVE) >= rwg_j(items, FIVE) - 1e-12
    assert r_star_wg_j(items * times, FIVE) == pytest.approx(r_star_wg_j(items, FIVE), abs=1e-12)
    assert ad_m_j(items * times) == pytest.approx(ad_m_j(items), abs=1e-12)


@given(st.integers(1, 5), st.integers(MIN_RATINGS, 20), st.integers(1, 16))
def test_full_agreement_is_exact_on_every_option(option: int, n: int, items: int) -> None:
    rated = np.full((n, items), float(option))
    assert agreement(rated, 5) == Agreement(rwg_j=1, r_star_wg_j=1, ad_m_j=0)
    assert a_wg(rated[:, 0], 5) == 1


def test_fewer_than_four_ratings_of_any_item_give_no_agreement() -> None:
    rated = np.full((4, 2), 3.0)
    assert agreement(rated, 5) is not None
    assert agreement(rated[:3], 5) is None
    rated[0, 1] = np.nan
    assert agreement(rated, 5) is None
    assert agreement(np.empty((4, 0)), 5) is None


def test_a_blank_cell_takes_nothing_but_itself_from_its_item() -> None:
    blank = np.nan
    rated = np.array([[4, 1], [4, blank], [5, 2], [5, 3], [4, 4], [blank, 5]])
    found = agreement(rated, 5)
    items = [USUAL, UNIFORM]
    assert found == Agreement(rwg_j(items, FIVE), r_star_wg_j(items, FIVE), ad_m_j(items))
    assert found is not None
    assert found.r_star_wg_j == pytest.approx((0.85 - 0.25) / 2, abs=1e-12)
    assert found.ad_m_j == pytest.approx((0.48 + 1.2) / 2, abs=1e-12)


def test_agreement_takes_the_null_of_its_options() -> None:
    rated = np.array([[4.0], [4], [5], [5], [4]])
    five, ten = agreement(rated, 5), agreement(rated, 10)
    assert five is not None
    assert ten is not None
    assert five.r_star_wg_j == pytest.approx(1 - 0.3 / 2, abs=1e-12)
    assert ten.r_star_wg_j == pytest.approx(1 - 0.3 / 8.25, abs=1e-12)


@pytest.mark.parametrize(
    ("r_star", "ad", "word"),
    [
        (1, 0, AgreementWord.ALIKE),
        (0.7, 0.55, AgreementWord.ALIKE),
        (0.7, 0.55 + 1e-12, AgreementWord.ALIKE),
        (0.7, 0.5501, AgreementWord.SOME_DIFFERENCES),
        (0.4, 0.83 + 1e-12, AgreementWord.SOME_DIFFERENCES),
        (0.4, 0.8301, AgreementWord.VERY_DIFFERENT),
        (0, 1.2, AgreementWord.VERY_DIFFERENT),
        (-0.01, 1.2, AgreementWord.SPLIT),
    ],
)
def test_leaders_are_told_in_words(r_star: float, ad: float, word: AgreementWord) -> None:
    assert Agreement(max(0, r_star), r_star, ad).word is word


def test_a_wg_needs_as_many_ratings_as_options_but_one() -> None:
    assert a_wg(np.array([4.0, 4, 5]), 5) is None
    assert a_wg(np.array([4.0, 4, 5, 5]), 5) is not None
    assert a_wg(np.full(3, 3.0), 5) is None


def test_a_wg_is_least_where_ratings_lie_as_far_apart_as_their_mean_allows() -> None:
    assert a_wg(np.array([5.0, 5, 5, 5, 1]), 5) == pytest.approx(-1, abs=1e-9)
    assert a_wg(np.array([1.0, 7, 7, 1, 1, 1]), 7) == pytest.approx(-1, abs=1e-9)


@pytest.mark.parametrize("figure", [ad_m, lambda one: rwg(one, FIVE), lambda one: a_wg(one, 5)])
def test_one_rating_agrees_with_nobody(figure: object) -> None:
    assert callable(figure)
    with pytest.raises(ValueError, match="at least two ratings"):
        figure(np.array([3.0]))


def test_no_items_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one item"):
        ad_m_j([])
    with pytest.raises(ValueError, match="at least one item"):
        rwg_j([], FIVE)
