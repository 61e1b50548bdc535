import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from surveyapp.core.position import Zone, position, zone
from surveyapp.core.questionnaire import Person
from surveyapp.core.statement import Finding, Statement, find, two_camps
from surveyapp.core.uncertainty import generator, simulate, zone_probabilities
from tests.core.scores import person

SURE = dict.fromkeys(Zone, 0.0) | {Zone.MICRO_LEADING: 1.0}


levels = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
teams = st.lists(st.builds(person, levels, levels), min_size=1, max_size=8)


def probabilities(hands_off: float, leading: float) -> dict[Zone, float]:
    return dict(zip(Zone, (hands_off, leading, 1 - hands_off - leading), strict=True))


LEADING = [person(0.8, 0.8)] * 5


@pytest.mark.parametrize(
    ("hands_off", "leading", "statement"),
    [
        (0.2, 0.8, Statement.MOSTLY),
        (0.2, 0.79, Statement.LEANING),
        (0.4, 0.6, Statement.LEANING),
        (0.4, 0.59, Statement.UNCLEAR),
    ],
)
def test_words_follow_from_the_probability_of_the_dots_zone(
    hands_off: float, leading: float, statement: Statement
) -> None:
    found = find(LEADING, 5, probabilities(hands_off, leading))
    assert found.statement is statement
    assert found.zones[0] is Zone.MICRO_LEADING


def test_unclear_is_between_the_dots_zone_and_the_likeliest_other() -> None:
    between = (Zone.MICRO_LEADING, Zone.MICRO_MANAGING)
    assert find(LEADING, 5, probabilities(0.1, 0.5)) == Finding(Statement.UNCLEAR, between)
    # Even if the draws favour two others: the dot is seen where it is.
    between = (Zone.MICRO_LEADING, Zone.HANDS_OFF)
    assert find(LEADING, 5, probabilities(0.7, 0.1)) == Finding(Statement.UNCLEAR, between)


def test_a_dot_on_a_border_is_unclear_however_the_draws_fall() -> None:
    found = find([person(0.5, 0.5)] * 5, 5, probabilities(0.1, 0.85))
    assert found == Finding(Statement.UNCLEAR, (Zone.MICRO_LEADING, Zone.HANDS_OFF))


def test_no_zone_is_named_if_fewer_than_half_answered() -> None:
    assert find(LEADING, 10, SURE).statement is Statement.MOSTLY
    assert find(LEADING, 11, SURE) == Finding(Statement.FEW_ANSWERED)
    # An answer counts even if too little was said for a place.
    assert find([*LEADING, person(None, None)], 11, SURE).statement is Statement.MOSTLY


def test_without_anybodys_position_there_is_none_however_many_answered() -> None:
    assert find([person(None, 1)] * 5, 5, None) == Finding(Statement.NO_POSITION)
    assert find([], 5, None) == Finding(Statement.NO_POSITION)


def test_two_camps_come_before_a_zone_and_after_few_answers() -> None:
    camps = [person(0.9, 0.9)] * 4 + [person(0.1, 0.9)] * 3
    assert find(camps, 7, SURE) == Finding(Statement.TWO_CAMPS)
    assert find(camps, 15, SURE) == Finding(Statement.FEW_ANSWERED)


@pytest.mark.parametrize(
    ("scores", "camps"),
    [
        ([0.9] * 3 + [0.1] * 3, True),
        ([0.9] * 3 + [0.1] * 2, False),  # two people are no camp
        ([0.9] * 4 + [0.1] * 4 + [0.5], False),  # somebody stands between
        ([0.9] * 4 + [0.1] * 4 + [0.4], False),  # .1 from the midpoint is within .1 of it
        ([0.9] * 4 + [0.1] * 4 + [0.1 + 0.2 + 0.3], False),  # also if floating point adds a trace
        ([0.9] * 4 + [0.1] * 4 + [0.625], True),
        ([0.7] * 3 + [0.3] * 3, False),  # AD is .8 points
        ([0.71] * 3 + [0.29] * 3, True),  # AD is .84 points
        ([0.9] * 9, False),
    ],
)
def test_two_camps_are_far_apart_with_three_on_each_side_and_nobody_between(
    scores: list[float], *, camps: bool
) -> None:
    assert two_camps([person(score, 0.7) for score in scores]) is camps
    assert two_camps([person(0.7, score) for score in scores]) is camps


@pytest.mark.parametrize(("s", "camps"), [(0.0, False), (0.24, False), (0.25, True), (0.7, True)])
def test_whose_work_is_hardly_followed_is_in_no_camp_on_how_it_is_meant(
    s: float, *, camps: bool
) -> None:
    followed = [person(0.8, m) for m in [0.0] * 3 + [1.0] * 3]
    assert two_camps([person(s, m) for m in [0.0] * 4 + [1.0] * 4]) is camps
    assert two_camps([*followed, person(s, 1.0)]) is camps
    assert two_camps(followed)


def test_without_a_position_nobody_stands_in_a_camp() -> None:
    assert not two_camps([person(None, score) for score in [0.9] * 3 + [0.1] * 3])


@given(teams, st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_what_is_said_never_names_another_zone_than_the_dots(
    team: list[Person], silent: int
) -> None:
    invited = len(team) + silent
    draws = simulate(team, invited, generator(1, "T"), draws=100)
    assert draws is not None
    found = find(team, invited, zone_probabilities(draws))
    assume(found.zones)
    dot = position(team)
    assert dot is not None
    assert found.zones[0] is zone(dot) or zone(dot) is None
    assert len(found.zones) == (2 if found.statement is Statement.UNCLEAR else 1)
