from __future__ import annotations

import math
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.rounding import rounded_part
from surveyapp.core.fit import (
    FEWEST_ON_A_SIDE,
    LEAST_PART_OF_A_SIDE,
    NARROW,
    WIDE,
    HandsOffKind,
    PeopleReading,
    RuleReading,
    Tolerance,
    Verdict,
    fit,
    people_reading,
    readings_disagree,
    rule_reading,
    target,
    target_band,
    tolerance,
)
from surveyapp.core.position import Zone
from surveyapp.core.uncertainty import generator, simulate_needs
from tests.core.scores import THIRDS, UNITS, person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def draws(of: float, sure: float, otherwise: float = 0) -> NDArray[np.float64]:
    """Return 1,000 draws, the part `sure` of which say `of`."""
    count = round(1000 * sure)
    return np.array([of] * count + [otherwise] * (1000 - count))


def by_people(needs: Sequence[float], sure: float = 1, allowed: Tolerance = WIDE) -> PeopleReading:
    mean = math.fsum(needs) / len(needs)
    reading = people_reading([person(b=b) for b in needs], draws(mean, sure), allowed)
    assert reading is not None
    return reading


def by_rule(s: float, e: float, allowed: Tolerance = WIDE) -> RuleReading:
    reading = rule_reading([person(s=s, e=e)], allowed)
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("mean", "allowed", "verdict"),
    [
        (-0.15, WIDE, Verdict.TOO_LITTLE),
        (-0.149, WIDE, Verdict.ABOUT_RIGHT),
        (0.149, WIDE, Verdict.ABOUT_RIGHT),
        (0.15, WIDE, Verdict.UNCLEAR),
        (0.249, WIDE, Verdict.UNCLEAR),
        (0.25, WIDE, Verdict.TOO_MUCH),
        (-0.15, NARROW, Verdict.TOO_LITTLE),
        (0.149, NARROW, Verdict.ABOUT_RIGHT),
        (0.15, NARROW, Verdict.TOO_MUCH),
    ],
)
def test_peoples_word_counts_from_its_limits_on(
    mean: float, allowed: Tolerance, verdict: Verdict
) -> None:
    assert by_people([mean] * 6, allowed=allowed).verdict is verdict


@pytest.mark.parametrize("mean", [-0.5, 0.5])
def test_a_verdict_takes_four_fifths_of_the_draws(mean: float) -> None:
    assert by_people([mean] * 6, sure=0.80).verdict is not Verdict.UNCLEAR
    assert by_people([mean] * 6, sure=0.799).verdict is Verdict.UNCLEAR


def test_about_right_takes_four_fifths_of_the_draws_as_well() -> None:
    people = [person(b=0.1)] * 6
    for sure, verdict in ((0.80, Verdict.ABOUT_RIGHT), (0.799, Verdict.UNCLEAR)):
        reading = people_reading(people, draws(0.1, sure, otherwise=0.3), WIDE)
        assert reading is not None
        assert reading.verdict is verdict


@pytest.mark.parametrize(
    ("needs", "verdict"),
    [
        ([-1 / 3, -1 / 3, -1 / 3, 1 / 3, 1 / 3, 1 / 3], Verdict.DIFFERENT_AMOUNTS),
        ([-1, -1 / 3, 0, 1 / 3, 1 / 3, 1 / 3], Verdict.UNCLEAR),
        ([-1 / 3, -1 / 3, -1 / 3, 1, 1, 0], Verdict.UNCLEAR),
        ([1, 1, 0, -1, -1], Verdict.UNCLEAR),
        ([-1, -1, -1, 1 / 3, 1 / 3, 1 / 3, 0], Verdict.TOO_LITTLE),
        ([-1, -1, -1, 1 / 3, 1 / 3, 2 / 3, 0, 0], Verdict.DIFFERENT_AMOUNTS),
    ],
)
def test_different_amounts_take_three_people_and_a_notable_need_on_each_side(
    needs: list[float], verdict: Verdict
) -> None:
    assert by_people(needs).verdict is verdict


@pytest.mark.parametrize(
    ("needs", "verdict"),
    [
        ([-1, 0, 0, 0, 0], Verdict.UNCLEAR),
        ([-1, -1, *[0] * 10], Verdict.UNCLEAR),
        ([-1 / 3, -1 / 3, -1 / 3, 0, 0, 0], Verdict.TOO_LITTLE),
        ([1, 1, 0, 0, 0], Verdict.UNCLEAR),
        ([1, 1, 1, 0, 0], Verdict.TOO_MUCH),
        ([2 / 3, 2 / 3, *[0] * 5], Verdict.UNCLEAR),
        ([-1, -1, -1, *[0] * 17], Verdict.UNCLEAR),
        ([-1, -1, -1, *[0] * 6], Verdict.UNCLEAR),
        ([-1, -1, -1, *[0] * 5], Verdict.TOO_LITTLE),
    ],
)
def test_a_few_loud_people_do_not_speak_for_all(needs: list[float], verdict: Verdict) -> None:
    assert by_people(needs).verdict is verdict


def test_whose_word_counts_quarters_show_as_half_of_the_people_at_least() -> None:
    assert rounded_part(LEAST_PART_OF_A_SIDE) == 2
    assert rounded_part(LEAST_PART_OF_A_SIDE - 0.001) == 1


@pytest.mark.parametrize("need", [-1, 0, 1])
def test_of_fewer_than_five_people_no_verdict_tells_what_the_last_one_said(need: float) -> None:
    assert by_people([need] * 4).verdict is Verdict.UNCLEAR
    assert by_people([need] * 5).verdict is not Verdict.UNCLEAR


@pytest.mark.parametrize(("answered", "invited"), [(5, 5), (5, 9), (6, 8)])
def test_a_verdict_makes_nobodys_answer_certain_not_even_to_one_of_them(
    answered: int, invited: int
) -> None:
    told: dict[tuple[Verdict, Tolerance, int | None], set[int]] = {}
    for raw in combinations_with_replacement(range(-3, 4), answered):
        people = [person(b=b / 3) for b in raw]
        needs = simulate_needs(people, invited, generator(1, "T"), 400)
        assert needs is not None
        for allowed in (WIDE, NARROW):
            reading = people_reading(people, needs, allowed)
            assert reading is not None
            for known in (None, *set(raw)):
                rest = list(raw)
                if known is not None:
                    rest.remove(known)
                told.setdefault((reading.verdict, allowed, known), set()).update(rest)
    said = {verdict for verdict, _, _ in told}
    assert set(Verdict) - said <= {Verdict.DIFFERENT_AMOUNTS}
    assert answered < 2 * FEWEST_ON_A_SIDE or said == set(Verdict)
    assert not [key for key, others in told.items() if len(others) == 1]


def test_the_reading_gives_its_figures() -> None:
    reading = by_people([-1, -1 / 3, 0, 2 / 3, 1], sure=1)
    assert reading.mean == pytest.approx(1 / 15)
    assert (reading.under, reading.over) == pytest.approx((4 / 15, 1 / 3))
    assert (reading.below, reading.above, reading.contributors) == (2, 2, 5)
    spread = people_reading([person(b=0)], np.linspace(-1, 1, 2001), WIDE)
    assert spread is not None
    assert spread.range == pytest.approx((-0.9, 0.9))


@given(st.lists(THIRDS, min_size=1, max_size=12), st.floats(0, 1))
def test_under_and_over_are_the_two_sides_of_the_mean(needs: list[float], sure: float) -> None:
    reading = by_people(needs, sure)
    assert reading.over - reading.under == pytest.approx(reading.mean, abs=1e-12)


@given(st.lists(THIRDS, min_size=1, max_size=12))
def test_on_narrow_limits_the_mirrored_need_gets_the_mirrored_verdict(needs: list[float]) -> None:
    mirrored = {
        Verdict.TOO_LITTLE: Verdict.TOO_MUCH,
        Verdict.TOO_MUCH: Verdict.TOO_LITTLE,
    }
    verdict = by_people(needs, allowed=NARROW).verdict
    other = by_people([-b for b in needs], allowed=NARROW).verdict
    assert other is mirrored.get(verdict, verdict)


@pytest.mark.parametrize(
    ("meant", "allowed"),
    [([], NARROW), ([0.5], WIDE), ([0.49], NARROW), ([1, 0], WIDE), ([0.2, 0.7], NARROW)],
)
def test_too_much_is_tolerated_more_only_while_it_is_felt_as_help(
    meant: list[float], allowed: Tolerance
) -> None:
    assert tolerance(meant) is allowed


@pytest.mark.parametrize(("e", "s"), [(0, 0.80), (0.5, 0.55), (1, 0.30)])
def test_the_rule_of_thumb_asks_for_less_closeness_with_experience(e: float, s: float) -> None:
    assert target(e) == pytest.approx(s)
    assert by_rule(s, e).gap == pytest.approx(0)
    assert target_band(e, NARROW) == pytest.approx((s - 0.1, s + 0.1))


@given(UNITS, st.sampled_from([WIDE, NARROW]))
def test_the_target_band_is_a_range_of_closeness(e: float, allowed: Tolerance) -> None:
    low, high = target_band(e, allowed)
    assert 0 <= low < target(e) < high <= 1


@pytest.mark.parametrize(
    ("gap", "allowed", "verdict"),
    [
        (-0.11, WIDE, Verdict.TOO_LITTLE),
        (-0.10, WIDE, Verdict.ABOUT_RIGHT),
        (0.20, WIDE, Verdict.ABOUT_RIGHT),
        (0.21, WIDE, Verdict.TOO_MUCH),
        (-0.11, NARROW, Verdict.TOO_LITTLE),
        (-0.10, NARROW, Verdict.ABOUT_RIGHT),
        (0.10, NARROW, Verdict.ABOUT_RIGHT),
        (0.11, NARROW, Verdict.TOO_MUCH),
    ],
)
def test_the_rule_of_thumb_lets_its_limits_pass(
    gap: float, allowed: Tolerance, verdict: Verdict
) -> None:
    assert by_rule(0.55 + gap, 0.5, allowed).verdict is verdict


def test_the_rule_counts_people_with_both_closeness_and_experience() -> None:
    people = [person(s=0.8, e=0), person(s=0.4, e=1), person(s=1), person(e=1)]
    reading = rule_reading(people, WIDE)
    assert reading is not None
    assert reading.gap == pytest.approx(0.05)
    assert reading.contributors == 2
    assert rule_reading(people[2:], WIDE) is None


@pytest.mark.parametrize("people", Verdict)
@pytest.mark.parametrize("rule", [Verdict.TOO_LITTLE, Verdict.ABOUT_RIGHT, Verdict.TOO_MUCH])
def test_readings_disagree_if_both_name_an_amount_and_not_the_same(
    people: Verdict, rule: Verdict
) -> None:
    named = people in {Verdict.TOO_LITTLE, Verdict.ABOUT_RIGHT, Verdict.TOO_MUCH}
    assert readings_disagree(people, rule) is (named and people != rule)


def test_a_team_has_both_readings_and_a_kind_only_in_the_hands_off_zone() -> None:
    people = [person(s=0.2, t=0.9, e=0.9, m=0.9, b=0)] * 5
    placed = fit(people, Zone.HANDS_OFF, draws(0, 1))
    assert placed.people is not None
    assert placed.rule is not None
    assert placed.hands_off is not None
    assert placed.people.verdict is Verdict.ABOUT_RIGHT
    assert placed.rule.verdict is Verdict.TOO_LITTLE
    assert placed.hands_off.kind is HandsOffKind.EARNED_FREEDOM
    assert placed.talk
    assert fit(people, Zone.MICRO_LEADING, draws(0, 1)).hands_off is None
    assert fit(people, None, draws(0, 1)).hands_off is None


def test_where_supervision_is_felt_as_control_a_little_too_much_is_too_much() -> None:
    for m, people_say, rule_says in (
        (0.9, Verdict.UNCLEAR, Verdict.ABOUT_RIGHT),
        (0.1, Verdict.TOO_MUCH, Verdict.TOO_MUCH),
    ):
        people = [person(s=0.7, e=0.5, m=m, b=0.2)] * 5
        both = fit(people, None, draws(0.2, 1))
        assert both.people is not None
        assert both.rule is not None
        assert (both.people.verdict, both.rule.verdict) == (people_say, rule_says)
        assert not both.talk


def test_what_nobody_answered_has_no_reading() -> None:
    nothing = fit([person(t=1)] * 5, None, None)
    assert (nothing.people, nothing.rule, nothing.hands_off) == (None, None, None)
    assert not nothing.talk
    assert people_reading([person(s=1)], draws(0, 1), WIDE) is None
