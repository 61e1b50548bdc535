from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING

import pytest

from surveyapp.anonymity.rounding import LEAST_WITHIN, WITHIN_AT_ENDS, rounded_scale
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.coarse_region import coarse_radius
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.position import Zone, score_team, triangle_point
from surveyapp.core.publication import (
    Participation,
    Publication,
    PublishedFit,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.questionnaire import score_person
from surveyapp.core.region import HALF_AXES
from surveyapp.core.statement import Statement
from surveyapp.core.uncertainty import mean_half_width
from tests.anonymity.organisations import counted, round_of, says

if TYPE_CHECKING:
    from surveyapp.core.counted import CountedTeam
    from surveyapp.core.questionnaire import Answers

TOO_FEW, OVERLAP = Withheld(Reason.TOO_FEW), Withheld(Reason.OVERLAP)
LEVELS = [0, 0.25, 0.5, 0.75, 1]


def published(*teams: CountedTeam) -> dict[str, Publication]:
    return round_of(*teams).teams


def alone(ballots: list[Answers], invited: int) -> Publication:
    return published(counted(ballots, invited))["A"]


def position(publication: Publication) -> PublishedPosition:
    assert isinstance(publication.position, PublishedPosition)
    return publication.position


def fit(publication: Publication) -> PublishedFit:
    assert publication.fit
    return publication.fit


MANAGED, FREE = says(t=1, p=1), says(s=1)


def test_a_sure_place_is_named_with_its_chance_of_many_people_only() -> None:
    few, many = position(alone([MANAGED] * 6, 8)), position(alone([MANAGED] * 12, 12))
    assert few.statement is many.statement is Statement.MOSTLY
    assert few.zones == many.zones == (Zone.MICRO_MANAGING,)
    assert (few.tenths, many.tenths) == (None, 9)


def test_the_region_of_few_people_follows_from_the_words_that_are_shown() -> None:
    for ballots in ([MANAGED] * 6, [MANAGED] * 5 + [says(t=2, p=1)]):
        found = alone(ballots, 8)
        assert found.agreement is AgreementWord.ALIKE
        assert found.participation is Participation.OVER_HALF
        radius = coarse_radius(AgreementWord.ALIKE, Participation.OVER_HALF)
        assert position(found).region == (radius, radius, 0)


def test_at_merged_ends_the_circle_holds_the_exact_pole() -> None:
    for ballots in ([says(s=1)] * 6, [says(s=5)] * 6, [says(s=5, t=1, p=1)] * 6):
        exact = score_team([score_person(one) for one in ballots]).shares
        shown = position(alone(ballots, 8))
        assert exact
        assert shown.region
        distance = math.dist(triangle_point(exact), triangle_point(shown.shares))
        assert distance <= shown.region.a


def test_without_a_word_of_agreement_the_region_of_few_people_is_the_widest() -> None:
    half = [*[says(a=None)] * 3, *[says(s=None, p=None)] * 3, *[says(t=None)] * 3]
    found = alone([*half, *[says(p=None, t=None, a=None)] * 1], 11)
    wide = [alone([says(), MANAGED] * 4, 10)]
    assert found.agreement is not None
    assert all(position(one).region for one in wide)
    assert coarse_radius(None, Participation.OVER_HALF) == max(
        coarse_radius(word, Participation.OVER_HALF) for word in AgreementWord
    )


def test_the_region_of_many_people_has_one_of_few_sizes() -> None:
    region = position(alone([MANAGED, FREE] * 6, 14)).region
    assert region
    assert {region.a, region.b} <= set(HALF_AXES)


def test_two_camps_are_said_instead_of_a_zone() -> None:
    for ballots, invited in (([says(t=1, p=1), says()] * 3, 7), ([says(t=1, p=1), says()] * 6, 13)):
        found = alone(ballots, invited)
        assert (position(found).statement, position(found).zone) == (Statement.TWO_CAMPS, None)
        assert position(found).tenths is None


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (says(t=1, p=1, a=1, s=1), AgreementWord.SPLIT),
        (says(t=2, p=2), AgreementWord.SOME_DIFFERENCES),
        (says(t=3, p=3, a=3, s=3), AgreementWord.VERY_DIFFERENT),
        (says(e=1), AgreementWord.ALIKE),
    ],
)
def test_agreement_is_one_word_on_all_that_is_about_the_leader(
    other: Answers, word: AgreementWord
) -> None:
    few = AgreementWord.VERY_DIFFERENT if word is AgreementWord.SPLIT else word
    assert alone([says(), other] * 3, 8).agreement is few
    assert alone([says(), other] * 6, 13).agreement is word


def test_items_that_too_few_rated_do_not_take_the_word_of_agreement_away() -> None:
    unchecked = says(p=None)
    assert alone([unchecked] * 6, 8).agreement is AgreementWord.ALIKE
    silent = says(p=None, s=None, a=None)
    assert alone([*[silent] * 6, *[says()] * 4], 11).agreement == TOO_FEW


def test_the_amount_of_supervision_is_told_in_words_and_of_many_people_in_three_bars() -> None:
    few, many = (fit(alone([says(fit=3, s=5, e=5)] * n, n + 1)) for n in (6, 12))
    assert few.people is many.people is Verdict.TOO_MUCH
    assert few.rule is many.rule is Verdict.TOO_MUCH
    assert (few.bars, many.bars) == (None, (1, 1, 3))
    assert few.hands_off is many.hands_off is None


def test_different_amounts_are_told_where_people_stand_on_both_sides() -> None:
    assert fit(alone([says(fit=3), says(fit=-3)] * 3, 7)).people is Verdict.DIFFERENT_AMOUNTS


def test_what_too_few_said_of_the_amount_is_withheld() -> None:
    found = fit(alone([*[says(fit=None, e=None)] * 8, *[says()] * 4], 12))
    assert (found.people, found.rule, found.bars) == (TOO_FEW, TOO_FEW, None)


@pytest.mark.parametrize(
    ("ballot", "kind"),
    [
        (says(s=1), HandsOffKind.EARNED_FREEDOM),
        (says(fit=-3, s=1, t=1), HandsOffKind.LEFT_ALONE),
        (says(fit=-1, s=1), HandsOffKind.MIXED),
    ],
)
def test_the_kind_of_hands_off_is_told_where_that_zone_is_named(
    ballot: Answers, kind: HandsOffKind
) -> None:
    assert fit(alone([ballot] * 6, 7)).hands_off is kind
    assert fit(alone([ballot] * 12, 13)).hands_off is kind


def test_the_kind_of_hands_off_is_not_told_where_the_zone_is_not_named() -> None:
    assert fit(alone([FREE] * 6, 30)).hands_off is None


def test_what_people_say_of_themselves_is_withheld_in_the_smaller_of_two_teams() -> None:
    first = counted([FREE] * 10, 12, "A", range(12))
    second = counted([FREE] * 8, 10, "B", range(11, 21))
    found = published(first, second)
    assert fit(found["A"]).people is Verdict.ABOUT_RIGHT
    smaller = fit(found["B"])
    assert smaller.people == smaller.rule == smaller.hands_off == OVERLAP
    assert smaller.bars is None


def share_certain(n: int, invited: int, *, at_ends: bool = False) -> float:
    """Return in how many cases a scale's display makes everybody else's answer certain.

    A case is a set of answers of n people, with what one of them knows: their own answer. With
    `at_ends` the half-width is shown as it is at the merged ends, too.
    """
    cases: dict[object, list[frozenset[float]]] = defaultdict(list)
    for answers in combinations_with_replacement(LEVELS, n):
        exact = mean_half_width(answers, invited - n, 4)
        shown = rounded_scale(sum(answers) / n, n, fine=True, half_width=exact)
        if at_ends and shown.within == WITHIN_AT_ENDS:
            shown = replace(shown, within=round(exact * 1000))
        for own in set(answers):
            others = list(answers)
            others.remove(own)
            cases[shown, own].append(frozenset(others))
    certain = [found for found in cases.values() if len({*found}) == len(found[0]) == 1]
    return sum(map(len, certain)) / sum(map(len, cases.values()))


@pytest.mark.parametrize("invited", [12, 14, 20, 40])
def test_a_displayed_range_makes_hardly_ever_anybody_elses_answer_certain(invited: int) -> None:
    assert share_certain(10, invited) <= 0.001
    assert share_certain(10, invited, at_ends=True) > share_certain(10, invited)


def test_a_statistic_of_one_team_tells_nothing_withheld_in_another() -> None:
    """Who is in both teams says the same in both; one skips closeness in the first."""
    together = [says(s=2), *[says(s=2)] * 2, says(s=2, e=4)]
    skipped = [says(s=None), *together[1:]]
    first = counted([*skipped, says(s=2, e=1)], 5, "A", people=[1, 2, 3, 4, 10])
    second = counted([*together, says(s=1, e=5)], 5, "B", people=[1, 2, 3, 4, 11])
    told = published(first, second)
    for name, withheld in (("A", True), ("B", False)):
        fit = told[name].fit
        assert fit
        for value in (told[name].scales["e"], fit.people, fit.rule):
            assert isinstance(value, Withheld) is withheld


@pytest.mark.parametrize(("n", "invited"), [(5, 5), (12, 14)])
def test_the_rule_of_thumb_follows_from_what_is_displayed(n: int, invited: int) -> None:
    """So nobody learns more of closeness or experience from it than from both scales."""
    seen: dict[tuple[object, ...], object] = {}
    for s, e, t in product(range(1, 6), repeat=3):
        shown = alone([says(s=3, e=e, t=t), *[says(s=s, e=e, t=t)] * (n - 1)], invited)
        displayed = (shown.scales["s"], shown.scales["e"], position(shown).parts)
        assert shown.fit
        assert seen.setdefault(displayed, shown.fit.rule) == shown.fit.rule
    assert set(seen.values()) == {Verdict.TOO_LITTLE, Verdict.ABOUT_RIGHT, Verdict.TOO_MUCH}


def test_no_range_is_so_narrow_that_all_must_have_answered_alike() -> None:
    closeness = alone([says(s=3)] * 15, 15).scales["s"]
    assert isinstance(closeness, PublishedScale)
    assert (closeness.twentieths, closeness.within) == (10, LEAST_WITHIN)
