from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.attention import SOON, Attention, attention
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.position import Zone
from surveyapp.core.publication import (
    Outline,
    Participation,
    Publication,
    PublishedFit,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.statement import Statement
from tests.core.test_publication import publications, scales

TODAY = dt.date(2027, 3, 10)
TOO_FEW = Withheld(Reason.TOO_FEW)
PLACE = PublishedPosition((2, 6, 2), 10, Statement.MOSTLY, (Zone.MICRO_LEADING,))
FIT = PublishedFit(Verdict.ABOUT_RIGHT, None, Verdict.ABOUT_RIGHT, None)
CALM = Publication(
    Participation.OVER_THREE_QUARTERS, PLACE, {}, {}, agreement=AgreementWord.ALIKE, fit=FIT
)

days = st.one_of(st.none(), st.dates(dt.date(2027, 1, 1), dt.date(2027, 6, 1)))


def reasons(
    publication: Publication = CALM, *, released: bool = True, follow_up: dt.date | None = None
) -> tuple[Attention, ...]:
    return attention(publication, released=released, follow_up=follow_up, today=TODAY)


@pytest.mark.parametrize("zone", Zone)
def test_a_clear_result_gives_no_reason_whichever_zone_it_is(zone: Zone) -> None:
    assert reasons(replace(CALM, position=replace(PLACE, zones=(zone,)))) == ()
    leaning = replace(PLACE, statement=Statement.LEANING, zones=(zone,))
    assert reasons(replace(CALM, position=leaning)) == ()


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        (TOO_FEW, Attention.TOO_FEW),
        (Withheld(Reason.OVERLAP), Attention.TOO_FEW),
        (Withheld(Reason.NO_POSITION), Attention.NO_POSITION),
        (replace(PLACE, statement=Statement.FEW_ANSWERED), Attention.FEW_ANSWERED),
        (replace(PLACE, statement=Statement.TWO_CAMPS), Attention.TWO_CAMPS),
        (replace(PLACE, statement=Statement.UNCLEAR), Attention.UNCLEAR),
    ],
)
def test_a_place_that_is_not_clear_is_a_reason(
    position: PublishedPosition | Withheld, reason: Attention
) -> None:
    assert reasons(replace(CALM, position=position)) == (reason,)


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.TOO_LITTLE, (Attention.TOO_LITTLE,)),
        (Verdict.TOO_MUCH, (Attention.TOO_MUCH,)),
        (Verdict.DIFFERENT_AMOUNTS, (Attention.DIFFERENT_AMOUNTS,)),
        (Verdict.ABOUT_RIGHT, ()),
        (Verdict.UNCLEAR, ()),
        (TOO_FEW, ()),
    ],
)
def test_what_people_say_about_the_amount_is_a_reason_and_the_rule_of_thumb_is_none(
    verdict: Verdict | Withheld, expected: tuple[Attention, ...]
) -> None:
    said = replace(FIT, people=verdict, rule=Verdict.TOO_MUCH)
    assert reasons(replace(CALM, fit=said)) == expected


def test_people_left_alone_and_people_far_apart_are_reasons() -> None:
    alone = replace(CALM, fit=replace(FIT, hands_off=HandsOffKind.LEFT_ALONE))
    assert reasons(alone) == (Attention.LEFT_ALONE,)
    for kind in (HandsOffKind.EARNED_FREEDOM, HandsOffKind.MIXED):
        assert reasons(replace(CALM, fit=replace(FIT, hands_off=kind))) == ()
    for word in (AgreementWord.VERY_DIFFERENT, AgreementWord.SPLIT):
        assert reasons(replace(CALM, agreement=word)) == (Attention.VERY_DIFFERENT,)
    assert reasons(replace(CALM, agreement=AgreementWord.SOME_DIFFERENCES)) == ()


@pytest.mark.parametrize(
    ("days_ahead", "expected"),
    [
        (-1, (Attention.FOLLOW_UP_PASSED,)),
        (0, (Attention.FOLLOW_UP_DUE,)),
        (SOON.days, (Attention.FOLLOW_UP_DUE,)),
        (SOON.days + 1, ()),
    ],
)
def test_a_follow_up_is_a_reason_from_a_week_before_its_day_on(
    days_ahead: int, expected: tuple[Attention, ...]
) -> None:
    assert reasons(follow_up=TODAY + dt.timedelta(days=days_ahead)) == expected


def test_a_result_that_is_not_released_is_a_reason() -> None:
    assert reasons(released=False) == (Attention.NOT_RELEASED,)


@given(publication=publications, released=st.booleans(), follow_up=days)
def test_reasons_stand_once_in_one_order_and_an_outline_gives_the_same(
    *, publication: Publication, released: bool, follow_up: dt.date | None
) -> None:
    found = reasons(publication, released=released, follow_up=follow_up)
    assert list(found) == [reason for reason in Attention if reason in set(found)]
    outline = Outline.from_json(publication.to_json())
    again = attention(outline, released=released, follow_up=follow_up, today=TODAY)
    assert again == found


@given(
    publication=publications,
    other=st.dictionaries(st.sampled_from("stpae"), scales),
    parts=st.tuples(*[st.integers(1, 9)] * 3),
    zone=st.sampled_from(Zone),
)
def test_where_a_leader_stands_changes_no_reason(
    *,
    publication: Publication,
    other: dict[str, PublishedScale | Withheld],
    parts: tuple[int, int, int],
    zone: Zone,
) -> None:
    moved = replace(publication, scales=other)
    if isinstance(moved.position, PublishedPosition):
        moved = replace(moved, position=replace(moved.position, parts=parts, zones=(zone,)))
    assert reasons(moved) == reasons(publication)
