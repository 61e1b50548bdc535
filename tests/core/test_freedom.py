from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveyapp.core.fit import (
    HandsOffKind,
    fit,
    hands_off_reading,
    kind_suits,
)
from surveyapp.core.position import Zone
from surveyapp.core.questionnaire import Person
from tests.core.scores import THIRDS, UNITS, person


def kind(*persons: Person) -> HandsOffKind:
    return hands_off_reading(persons).kind


def test_freedom_is_not_earned_where_people_say_they_want_another_amount() -> None:
    free = Person(s=0.0, t=1.0, p=1.0, e=1.0, a=None, m=1.0, b=0.0)
    for b, kind in ((0.0, HandsOffKind.EARNED_FREEDOM), (-1 / 6, HandsOffKind.MIXED)):
        team = [replace(free, b=b)] * 6
        found = fit(team, Zone.HANDS_OFF, np.full(100, b))
        assert found.hands_off
        assert found.hands_off.kind is kind


@pytest.mark.parametrize(
    ("b", "t", "draws", "kind"),
    [
        ([0] * 5, 0.9, [0, 0, 0, 0.5], HandsOffKind.MIXED),  # unclear
        ([0] * 5, 0.3, [0, 0, 0, 0.5], HandsOffKind.LEFT_ALONE),
        ([0] * 5, 0.3, [0], HandsOffKind.MIXED),  # about right
        ([0.5] * 5, 0.3, [0.5], HandsOffKind.MIXED),
        ([-0.5] * 5, 0.3, [-0.5], HandsOffKind.LEFT_ALONE),
        ([-0.4, 0.4] * 3, 0.9, [0], HandsOffKind.MIXED),  # different amounts
        ([-0.4, 0.4] * 3, 0.3, [0], HandsOffKind.MIXED),
        ([0] * 5, 0.9, [0], HandsOffKind.EARNED_FREEDOM),
    ],
)
def test_no_kind_stands_beside_a_word_that_contradicts_it(
    b: list[float], t: float, draws: list[float], kind: HandsOffKind
) -> None:
    team = [person(s=0, t=t, e=0.9, m=t, b=need) for need in b]
    found = fit(team, Zone.HANDS_OFF, np.array(draws))
    assert found.people
    assert found.hands_off
    assert found.hands_off.kind is kind
    assert kind_suits(kind, found.people.verdict)


@pytest.mark.parametrize(
    ("b", "e", "t", "expected"),
    [
        (-0.25, 0.5, 0.5, HandsOffKind.EARNED_FREEDOM),
        (-0.26, 0.5, 0.5, HandsOffKind.MIXED),
        (0, 0.49, 0.5, HandsOffKind.MIXED),
        (0, 0.5, 0.49, HandsOffKind.MIXED),
        (1, 1, 1, HandsOffKind.EARNED_FREEDOM),
        (-0.39, 1, 1, HandsOffKind.MIXED),
        (-0.40, 1, 1, HandsOffKind.LEFT_ALONE),
        (0, 1, 0.40, HandsOffKind.MIXED),
        (0, 1, 0.39, HandsOffKind.LEFT_ALONE),
    ],
)
def test_freedom_is_earned_or_left_alone_or_mixed(
    b: float, e: float, t: float, expected: HandsOffKind
) -> None:
    assert kind(*[person(s=0.2, t=t, e=e, b=b)] * 5) is expected


def test_freedom_weighs_each_persons_unmet_need() -> None:
    free, followed = person(s=0, t=1, e=1, b=-1), person(s=0.9, t=1, e=1, b=0)
    assert hands_off_reading([free, followed]).unmet == pytest.approx(1 / 1.1)
    assert kind(free, followed) is HandsOffKind.LEFT_ALONE


def test_experience_stands_in_for_a_missing_need() -> None:
    assert hands_off_reading([person(s=0.5, t=1, e=0.8)]).unmet == pytest.approx(0.2)
    assert kind(person(s=0.1, t=1, e=0.5)) is HandsOffKind.LEFT_ALONE


def test_what_nobody_said_earns_nothing() -> None:
    assert kind(person(s=0.1, t=1, b=0)) is HandsOffKind.MIXED
    assert kind(person(s=0.1, e=1, b=0)) is HandsOffKind.MIXED
    assert kind(person(s=0.1, t=1)) is HandsOffKind.MIXED
    assert kind(person(s=0.1, t=0)) is HandsOffKind.LEFT_ALONE
    assert kind(person(s=1, t=1, e=1, b=0)) is HandsOffKind.MIXED


def test_a_kind_counts_the_fewest_people_it_rests_on() -> None:
    full, without_trust = person(s=0, t=1, e=1, b=0), person(s=0, e=1, b=0)
    assert hands_off_reading([full, full, without_trust]).contributors == 2
    assert hands_off_reading([without_trust]).contributors == 0


@given(
    st.lists(st.builds(person, s=UNITS, t=UNITS, e=UNITS, b=THIRDS), min_size=1, max_size=8),
    st.integers(0, 7),
)
def test_a_greater_need_never_makes_freedom_earned(people: list[Person], which: int) -> None:
    assume(kind(*people) is not HandsOffKind.EARNED_FREEDOM)
    which %= len(people)
    before = people[which]
    lonelier = person(s=before.s or 0, t=before.t or 0, e=before.e or 0, b=-1)
    people[which] = lonelier
    assert kind(*people) is not HandsOffKind.EARNED_FREEDOM
