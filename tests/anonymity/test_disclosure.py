from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.disclosure import (
    PUBLISHED_SCALES,
    band,
    participation,
    publish,
    published_comments,
    published_position,
)
from surveyapp.core.position import Shares, Team, Zone, score_team, zone
from surveyapp.core.publication import (
    Participation,
    Publication,
    PublishedPosition,
    Reason,
    Statement,
    Withheld,
)
from surveyapp.core.questionnaire import Person

THIRD = 1 / 3
pulls = st.tuples(*[st.floats(0, 1)] * 3).filter(lambda three: sum(three) > 0.01)


def shares_of(three: tuple[float, float, float]) -> Shares:
    return Shares(*(pull / sum(three) for pull in three))


def position_of(shares: Shares) -> PublishedPosition:
    return published_position(shares, zone(shares), few_answered=False)


def people(count: int, s: float | None = 0.9, m: float | None = 0.9) -> Team:
    return score_team([Person(s=s, t=m, p=m, e=0.5, a=0.5, m=m, b=0.0)] * count)


def published(team: Team, invited: int = 12) -> Publication:
    return publish(
        team, invited=invited, comments={"C1": ["x"] * 9}, threshold=5, comment_threshold=10
    )


@given(pulls)
def test_rounding_never_moves_a_position_into_another_zone(
    three: tuple[float, float, float],
) -> None:
    shares = shares_of(three)
    assert zone(position_of(shares).shares) == zone(shares) == position_of(shares).zone


@given(pulls)
def test_rounding_moves_no_share_by_more_than_the_steps_explain(
    three: tuple[float, float, float],
) -> None:
    shares = shares_of(three)
    for tenths, share in zip(position_of(shares).tenths, shares.as_tuple(), strict=True):
        assert abs(tenths / 10 - share) <= 0.15


@given(pulls)
def test_ends_are_merged(three: tuple[float, float, float]) -> None:
    assert set(position_of(shares_of(three)).tenths) <= set(range(1, 10))


@pytest.mark.parametrize(
    ("shares", "tenths"),
    [
        ((0.379, 0.434, 0.186), (3, 5, 2)),
        ((0.16, 0.21, 0.63), (2, 2, 6)),
        ((1, 0, 0), (9, 1, 1)),
        ((0, 0.5, 0.5), (1, 5, 5)),
        ((THIRD, THIRD, THIRD), (3, 3, 3)),
        ((0.45, 0.45, 0.1), (4, 4, 2)),
    ],
)
def test_positions_round_to_the_nearest_tenths_that_keep_the_zone(
    shares: tuple[float, float, float], tenths: tuple[int, int, int]
) -> None:
    assert position_of(Shares(*shares)).tenths == tenths


def test_with_fewer_than_half_answered_no_zone_is_named() -> None:
    few = published(people(5), invited=11).position
    assert isinstance(few, PublishedPosition)
    assert (few.statement, few.zone) == (Statement.FEW_ANSWERED, None)
    half = published(people(6), invited=12).position
    assert isinstance(half, PublishedPosition)
    assert (half.statement, half.zone) == (Statement.NEAREST, Zone.MICRO_LEADING)


def test_a_tie_is_between_zones_and_names_none() -> None:
    neutral = published(people(8, 0.5, 0.5)).position
    assert isinstance(neutral, PublishedPosition)
    assert (neutral.statement, neutral.zone) == (Statement.BETWEEN, None)


def test_one_person_below_the_threshold_withholds_everything() -> None:
    assert isinstance(published(people(5)).position, PublishedPosition)
    withheld = published(people(4))
    too_few = Withheld(Reason.TOO_FEW)
    assert withheld.position == withheld.participation == too_few
    assert set(withheld.scales.values()) == {too_few}


def test_contributors_count_and_not_answers() -> None:
    """Nine answered, four of them said anything about closeness."""
    persons = [Person(s=0.9, t=0.9, p=0.9, e=None, a=None, m=0.9, b=None)] * 4
    persons += [Person(s=None, t=0.9, p=0.9, e=None, a=None, m=0.9, b=None)] * 5
    found = published(score_team(persons))
    assert found.position == Withheld(Reason.NO_POSITION)
    assert found.scales["s"] == found.scales["a"] == Withheld(Reason.TOO_FEW)
    assert found.scales["t"] == 5


def test_nothing_about_the_person_is_published_of_a_team() -> None:
    assert set(published(people(12)).scales) == set(PUBLISHED_SCALES) == {"s", "t", "p", "a"}


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 1), (0.19, 1), (0.2, 2), (0.5, 3), (0.79, 4), (0.8, 5), (1, 5)]
)
def test_scales_are_published_as_fifths(value: float, expected: int) -> None:
    assert band(value) == expected


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (4, Participation.UNDER_A_QUARTER),
        (5, Participation.UNDER_HALF),
        (9, Participation.UNDER_HALF),
        (10, Participation.OVER_HALF),
        (15, Participation.OVER_HALF),
        (16, Participation.OVER_THREE_QUARTERS),
        (20, Participation.OVER_THREE_QUARTERS),
    ],
)
def test_participation_of_twenty_is_published_in_bands(
    answered: int, expected: Participation
) -> None:
    assert participation(answered, 20) is expected


def test_comments_in_any_order_of_arrival_are_the_same() -> None:
    texts = [f"text {i}" for i in range(12)]
    shuffled = random.Random(1).sample(texts, 12)
    first = published_comments(texts, invited=12, threshold=10)
    assert first == published_comments(shuffled, invited=12, threshold=10)
    assert isinstance(first, tuple)


def test_comments_of_too_few_writers_or_of_small_teams_are_withheld() -> None:
    assert published_comments(["x"] * 9, invited=12, threshold=10) == Withheld(Reason.TOO_FEW)
    assert published_comments(["x"] * 9, invited=9, threshold=10) == Withheld(Reason.NOT_ASKED)
