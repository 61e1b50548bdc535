import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from surveyapp.core import uncertainty
from surveyapp.core.position import TRIANGLE, Shares, Zone, position, triangle_point
from surveyapp.core.questionnaire import Person
from surveyapp.core.uncertainty import (
    ITEM_ERROR,
    Draws,
    generator,
    region,
    simulate,
    simulate_needs,
    urn,
    zone_probabilities,
)
from tests.core.scores import person

levels = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
persons = st.builds(person, levels, levels, st.none() | levels, st.none() | levels)
teams = st.lists(persons, min_size=1, max_size=8)

MIXED = [person(0.7, 0.8, 0.5, 0), person(0.4, 0.6, 0.75, 1 / 3), person(0.9, 0.3, 1, -1 / 3)]


def dot_of(team: Sequence[Person]) -> Shares:
    dot = position(team)
    assert dot is not None
    return dot


def drawn(team: Sequence[Person], invited: int, draws: int = 500, seed: int = 1) -> Draws:
    found = simulate(team, invited, generator(seed, "T"), draws)
    assert found is not None
    return found


def closed_form(y: Sequence[float], invited: int, base: int) -> tuple[float, float]:
    """Return mean and variance of the mean of all, drawn from an urn; answers are 1 to 5.

    The silent are a Pólya sample: their share is beta-binomial in the two-colour case, whose
    variance factor (A + M)/(M(A + 1)) holds for any values.
    """
    n, total = len(y), sum(y)
    weight, silent = n + base, invited - n
    mean = (total + base * 3) / weight
    variance = (sum(x * x for x in y) + base * 11) / weight - mean**2
    factor = (weight + silent) / (silent * (weight + 1)) if silent else 0
    return (total + silent * mean) / invited, (silent / invited) ** 2 * variance * factor


@pytest.mark.parametrize(
    ("y", "invited", "base", "mean", "variance"),
    [
        ((1, 2, 3, 4, 5), 10, 0, 3, 0.1666667),
        ((5, 5, 5, 5), 8, 1, 4.8, 0.0975),
        ((2, 4, 4, 5, 3, 3), 9, 1, 3.4761905, 0.0510204),
    ],
)
def test_the_closed_form_has_its_published_values(
    y: tuple[float, ...], invited: int, base: int, mean: float, variance: float
) -> None:
    assert closed_form(y, invited, base) == pytest.approx((mean, variance), abs=5e-8)


def means_of_the_urn(y: Sequence[float], invited: int, draws: int) -> NDArray[np.float64]:
    """Return (4, draws): the mean of all in each column, in points of 1 to 5; same y in each."""
    low = np.array([0, 0, -1, 0])
    scores = (np.array(y) - 1) / 4
    answered = low[:, np.newaxis] + (1 - low[:, np.newaxis]) * scores
    people = urn(answered.astype(np.float32), invited - len(y), draws, np.random.default_rng(7))
    means = people.mean(axis=1, dtype=np.float64)
    points: NDArray[np.float64] = 1 + 4 * (means - low[:, np.newaxis]) / (1 - low[:, np.newaxis])
    return points


@pytest.mark.parametrize(
    ("y", "invited"),
    [((5, 5, 5, 5), 8), ((2, 4, 4, 5, 3, 3), 9), ((1,), 4), ((1, 5), 12), ((4, 4, 2), 4)],
)
def test_the_urn_draws_what_the_closed_form_says(y: tuple[float, ...], invited: int) -> None:
    draws = 60_000
    mean, variance = closed_form(y, invited, base=1)
    for column in means_of_the_urn(y, invited, draws):
        # Four standard errors; that of a variance for the heaviest tails here is below 2.5 times
        # a normal distribution's.
        assert column.mean() == pytest.approx(mean, abs=4 * math.sqrt(variance / draws))
        assert column.var() == pytest.approx(variance, rel=10 * math.sqrt(2 / draws))


def test_copies_are_of_whole_persons() -> None:
    answered = np.array([[0.1, 0.2], [0.3, 0.4], [0.6, 0.7], [0.8, 0.9]], dtype=np.float32)
    people = urn(answered, 3, 200, np.random.default_rng(1))
    grid = {0.0, 0.25, 0.5, 0.75, 1.0}
    rows = {tuple(row) for row in people.transpose(1, 2, 0).reshape(-1, 4).tolist()}
    known = {tuple(row) for row in answered.T.tolist()}
    assert known < rows
    assert all({s, m, e} <= grid and 2 * b % 1 == 0 for s, m, b, e in rows - known)


@given(teams, st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_the_draws_lie_around_the_dot(team: list[Person], silent: int) -> None:
    found = drawn(team, len(team) + silent, draws=200)
    assert found.shares.shape == (200, 3)
    assert found.shares.mean(axis=0) == pytest.approx(dot_of(team).as_tuple())
    assert found.shares.sum(axis=1) == pytest.approx(1)
    for draws, name in ((found.e, "e"), (found.b, "b")):
        known = [score for one in team if (score := getattr(one, name)) is not None]
        if draws is None:
            assert not known
        else:
            assert draws.mean() == pytest.approx(np.mean(known), abs=1e-6)


@given(teams, st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_a_region_always_has_a_width(team: list[Person], silent: int) -> None:
    found = region(drawn(team, len(team) + silent, draws=200), dot_of(team))
    assert np.linalg.eigvalsh(np.array(found.covariance)).min() > 1e-8
    assert found.quantile > 1


def test_nine_of_ten_draws_lie_in_the_region() -> None:
    found = drawn(MIXED, 6)
    ellipse = region(found, dot_of(MIXED))
    points = found.shares @ np.array([TRIANGLE[pole] for pole in Zone])
    away = points - triangle_point(ellipse.center)
    distances = np.sum(away @ np.linalg.inv(np.array(ellipse.covariance)) * away, axis=1)
    assert np.mean(distances <= ellipse.quantile) == pytest.approx(0.9)
    assert ellipse.center == dot_of(MIXED)


def test_where_all_answered_only_the_answers_own_errors_are_left() -> None:
    everybody = drawn([person(0.5, 0.5)] * 4, 4, draws=20_000)
    # H is (1 - s)/(1 + s), whose slope at .5 is 8/9; .12 is one person's error in s, and clipping
    # is far away.
    assert everybody.shares[:, 0].std() == pytest.approx(8 / 9 * 0.12 / 2, rel=0.03)
    # L is 2sm/(1 + s); its slope in m is 2/3, and in s it is 4/9.
    in_l = math.hypot(4 / 9 * 0.12, 2 / 3 * 0.10) / 2
    assert everybody.shares[:, 1].std() == pytest.approx(in_l, rel=0.03)


def test_nobody_is_drawn_beyond_the_end_of_a_scale() -> None:
    hands_off = drawn([person(1, 1)], 1, draws=2_000).shares[:, 0]
    # Half of the errors would go beyond, and all of these draws end at the same place.
    assert np.mean(hands_off == hands_off.min()) == pytest.approx(0.5, abs=0.05)


def test_where_all_answered_experience_is_sure_and_fit_has_the_error_of_one_item() -> None:
    found = drawn([*MIXED, person(0.5, 0.5, 0.5, 0)], 4, draws=20_000)
    assert found.e is not None
    assert found.b is not None
    assert found.e.std() < 1e-6
    assert found.b.std() == pytest.approx(ITEM_ERROR / 2, rel=0.03)


def test_fit_is_drawn_also_where_nobody_has_a_position() -> None:
    team = [person(None, 0.5, None, b) for b in (0, -1 / 3, 1 / 3, None)]
    needs = simulate_needs(team, 8, generator(1, "T"), 500)
    assert needs is not None
    assert needs.shape == (500,)
    assert needs.mean() == pytest.approx(0, abs=1e-6)
    assert needs.std() > 0.05
    assert simulate_needs(team[3:], 8, generator(1, "T"), 500) is None


def test_nobody_needs_more_than_far_too_little_says() -> None:
    needs = simulate_needs([person(None, None, None, -1)], 1, generator(1, "T"), 2_000)
    assert needs is not None
    assert np.mean(needs == needs.min()) == pytest.approx(0.5, abs=0.05)


def test_the_more_are_silent_the_wider_the_region() -> None:
    widths = [
        np.linalg.det(np.array(region(drawn(MIXED, invited, 4_000), dot_of(MIXED)).covariance))
        for invited in (3, 4, 6, 12)
    ]
    assert widths == sorted(widths)


def test_who_lacks_a_score_takes_no_part_in_its_mean() -> None:
    # Everybody silent is a copy of one of the many, or new: nobody gets a score from nothing.
    team = [*MIXED, *[person(None, 0.4), person(0.4, None)] * 20]
    found = drawn(team, 43)
    assert found.e is not None
    assert found.e.std() < 1e-6
    assert found.shares == pytest.approx(drawn([*MIXED, *[person(None, None)] * 40], 43).shares)


def test_a_team_without_a_position_has_no_draws() -> None:
    assert simulate([], 3, generator(1, "T")) is None
    assert simulate([person(None, 0.5), person(0.5, None)], 3, generator(1, "T")) is None


def test_one_answer_of_one_is_enough_for_draws() -> None:
    assert zone_probabilities(drawn([person(1, 1)], 1))[Zone.MICRO_LEADING] == 1


def test_more_answers_than_invitations_are_refused() -> None:
    with pytest.raises(ValueError, match="3 answered, but 2"):
        drawn(MIXED, 2)


def test_the_same_seed_gives_the_same_draws_whatever_else_is_computed() -> None:
    first = drawn(MIXED, 6)
    drawn(MIXED, 9, seed=2)
    assert_array_equal(drawn(MIXED, 6).shares, first.shares)


@given(teams.flatmap(lambda team: st.tuples(st.just(team), st.permutations(team))))
@settings(max_examples=25, deadline=None)
def test_the_order_of_persons_does_not_matter(both: tuple[list[Person], list[Person]]) -> None:
    first, second = (drawn(team, 9, draws=20) for team in both)
    assert_array_equal(first.shares, second.shares)


@pytest.mark.parametrize(("seed", "team"), [(2, "T"), (1, "U")])
def test_another_seed_or_team_gives_other_draws(seed: int, team: str) -> None:
    other = simulate(MIXED, 6, generator(seed, team), 500)
    assert other is not None
    assert not np.array_equal(other.shares, drawn(MIXED, 6).shares)


def test_a_large_team_is_drawn_in_parts_of_the_same_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = drawn(MIXED, 6, draws=20_000).shares
    monkeypatch.setattr(uncertainty, "AT_ONCE", 6 * 77)
    parts = drawn(MIXED, 6, draws=20_000).shares
    assert parts.shape == whole.shape
    assert np.cov(parts.T) == pytest.approx(np.cov(whole.T), abs=5e-4)


@given(teams, st.integers(0, 6))
@settings(max_examples=25, deadline=None)
def test_zone_probabilities_sum_to_one(team: list[Person], silent: int) -> None:
    found = zone_probabilities(drawn(team, len(team) + silent, draws=200))
    assert sum(found.values()) == pytest.approx(1)
    assert min(found.values()) >= 0


def test_each_zone_counts_the_draws_that_it_leads() -> None:
    rows = [(0.5, 0.3, 0.2), (0.2, 0.5, 0.3), (0.1, 0.6, 0.3), (0.2, 0.3, 0.5)]
    assert list(zone_probabilities(Draws(np.array(rows), np.zeros((2, 4)))).values()) == [
        0.25,
        0.5,
        0.25,
    ]
