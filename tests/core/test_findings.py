from __future__ import annotations

import pytest

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.findings import (
    CASES,
    EXCLUSIVE,
    FINE_ONLY,
    Case,
    Findings,
    Value,
    cases,
    displayed,
    higher_of_trust_and_purpose,
)
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.position import Zone
from surveyapp.core.publication import PublishedScale
from surveyapp.core.selfview import OwnView
from surveyapp.core.statement import Statement

FITS_ANY = (Case.KEEP, Case.CHANGE)


def coarse(band: int) -> PublishedScale:
    return PublishedScale(band, None)


def named(zone: Zone, **others: object) -> Findings:
    given = {"fine": False, "statement": Statement.LEANING, "zones": (zone,)} | others
    return Findings(**given)  # type: ignore[arg-type]  # each test gives what the field takes


def hands_off(kind: HandsOffKind | None, people: Verdict | None = None) -> Findings:
    return named(Zone.HANDS_OFF, hands_off=kind, people=people)


def first(findings: Findings) -> Case:
    return cases(findings)[0]


def test_every_case_has_a_rule_in_its_order() -> None:
    assert list(CASES) == list(Case)
    assert all(rests_on for _, rests_on in CASES.values())


@pytest.mark.parametrize(
    ("statement", "case"),
    [
        (None, Case.NO_RESULT),
        (Statement.NO_POSITION, Case.NO_POSITION),
        (Statement.FEW_ANSWERED, Case.FEW_ANSWERED),
        (Statement.TWO_CAMPS, Case.TWO_CAMPS),
        (Statement.UNCLEAR, Case.BETWEEN),
    ],
)
def test_a_statement_without_a_zone_is_a_case_of_its_own(
    statement: Statement | None, case: Case
) -> None:
    zones = (Zone.HANDS_OFF, Zone.MICRO_LEADING) if statement is Statement.UNCLEAR else ()
    assert cases(Findings(fine=False, statement=statement, zones=zones)) == (case, *FITS_ANY)


@pytest.mark.parametrize("statement", [Statement.MOSTLY, Statement.LEANING])
def test_a_named_zone_is_a_case_of_its_own(statement: Statement) -> None:
    assert first(named(Zone.MICRO_LEADING, statement=statement)) is Case.MICRO_LEADING
    assert first(named(Zone.MICRO_MANAGING, statement=statement)) is Case.MICRO_MANAGING
    assert first(named(Zone.HANDS_OFF, statement=statement)) is Case.OPEN_FREEDOM


@pytest.mark.parametrize(
    ("kind", "people", "case"),
    [
        (HandsOffKind.EARNED_FREEDOM, None, Case.EARNED_FREEDOM),
        (HandsOffKind.EARNED_FREEDOM, Verdict.ABOUT_RIGHT, Case.EARNED_FREEDOM),
        (HandsOffKind.EARNED_FREEDOM, Verdict.TOO_LITTLE, Case.OPEN_FREEDOM),
        (HandsOffKind.EARNED_FREEDOM, Verdict.DIFFERENT_AMOUNTS, Case.OPEN_FREEDOM),
        (HandsOffKind.LEFT_ALONE, Verdict.TOO_LITTLE, Case.LEFT_ALONE),
        (HandsOffKind.LEFT_ALONE, Verdict.TOO_MUCH, Case.OPEN_FREEDOM),
        (HandsOffKind.LEFT_ALONE, Verdict.DIFFERENT_AMOUNTS, Case.OPEN_FREEDOM),
        (HandsOffKind.MIXED, None, Case.OPEN_FREEDOM),
        (None, None, Case.OPEN_FREEDOM),
    ],
)
def test_the_kind_of_hands_off_holds_unless_people_say_otherwise(
    kind: HandsOffKind | None, people: Verdict | None, case: Case
) -> None:
    assert first(hands_off(kind, people)) is case


@pytest.mark.parametrize(
    ("trust", "purpose", "higher"),
    [
        (coarse(4), coarse(2), Value.T),
        (coarse(2), coarse(4), Value.P),
        (coarse(1), coarse(3), None),  # neither comes across
        (coarse(4), coarse(3), None),
        (PublishedScale(4, 14), PublishedScale(3, 10), Value.T),
        (PublishedScale(3, 10), PublishedScale(4, 14), Value.P),
        (PublishedScale(5, 15), PublishedScale(3, 12), None),
        (PublishedScale(5, 15), coarse(4), None),
    ],
)
def test_trust_and_purpose_are_apart_by_what_is_displayed_of_them(
    trust: PublishedScale, purpose: PublishedScale, higher: Value | None
) -> None:
    assert higher_of_trust_and_purpose({"t": trust, "p": purpose}) is higher
    assert higher_of_trust_and_purpose({"t": trust}) is None
    assert higher_of_trust_and_purpose({"p": purpose}) is None


def test_trust_and_purpose_apart_go_before_closeness_but_not_before_freedom() -> None:
    apart = {"t": coarse(5), "p": coarse(1)}
    led = cases(named(Zone.MICRO_LEADING, scales=apart))
    assert led == (Case.MORE_TRUST, *FITS_ANY)
    free = cases(named(Zone.HANDS_OFF, scales=apart))
    assert free == (Case.OPEN_FREEDOM, Case.MORE_TRUST, *FITS_ANY)


def test_peoples_own_word_goes_before_the_rule_of_thumb() -> None:
    found = named(Zone.MICRO_LEADING, people=Verdict.TOO_MUCH, rule=Verdict.ABOUT_RIGHT)
    assert cases(found) == (Case.MICRO_LEADING, Case.TOO_MUCH, *FITS_ANY)
    found = named(Zone.MICRO_LEADING, people=Verdict.ABOUT_RIGHT, rule=Verdict.TOO_MUCH)
    assert cases(found) == (Case.MICRO_LEADING, Case.READINGS_DIFFER, *FITS_ANY)
    found = named(Zone.MICRO_LEADING, people=Verdict.TOO_MUCH, rule=Verdict.TOO_MUCH)
    assert cases(found) == (Case.MICRO_LEADING, Case.TOO_MUCH, *FITS_ANY)
    found = named(Zone.MICRO_LEADING, people=Verdict.TOO_LITTLE)
    assert cases(found) == (Case.MICRO_LEADING, Case.TOO_LITTLE, *FITS_ANY)


@pytest.mark.parametrize(("band", "surprising"), [(1, True), (2, True), (3, False)])
def test_few_agreed_check_ins_are_surprises(band: int, surprising: bool) -> None:  # noqa: FBT001
    found = named(Zone.MICRO_LEADING, scales={"a": coarse(band)})
    assert (Case.SURPRISES in cases(found)) is surprising


@pytest.mark.parametrize(
    ("scale", "case"),
    [
        ("e", Case.OWN_EXPERIENCE),
        ("t", Case.OWN_TRUST),
        ("p", Case.OWN_OTHER),
        ("s", Case.OWN_OTHER),
        ("a", Case.OWN_OTHER),
    ],
)
def test_an_own_view_that_differs_is_a_case(scale: str, case: Case) -> None:
    for view in OwnView:
        found = cases(named(Zone.MICRO_LEADING, own={scale: view}))
        differs = (case,) if view is not OwnView.SIMILAR else ()
        assert found == (Case.MICRO_LEADING, *differs, *FITS_ANY)


@pytest.mark.parametrize("word", AgreementWord)
def test_people_who_see_it_very_differently_are_a_case_but_not_beside_two_camps(
    word: AgreementWord,
) -> None:
    differently = word in {AgreementWord.VERY_DIFFERENT, AgreementWord.SPLIT}
    found = cases(named(Zone.MICRO_LEADING, agreement=word))
    assert (Case.SEEN_DIFFERENTLY in found) is differently
    camps = Findings(fine=False, statement=Statement.TWO_CAMPS, agreement=word)
    assert Case.SEEN_DIFFERENTLY not in cases(camps)


def test_exclusive_cases_are_named_once_per_group() -> None:
    assert len(set(EXCLUSIVE)) == len(EXCLUSIVE)
    assert all(len(group) > 1 and group.isdisjoint(FITS_ANY) for group in EXCLUSIVE)


def test_what_is_withheld_is_not_displayed() -> None:
    nothing = Findings(fine=True, statement=None)
    assert displayed(nothing) == {Value.RESULT}
    own = {"e": OwnView.HIGHER, "t": OwnView.SIMILAR}
    found = named(Zone.HANDS_OFF, own=own, scales={"e": coarse(3)}, people=Verdict.UNCLEAR)
    expected = {Value.RESULT, Value.PARTICIPATION, Value.OWN_E, Value.E, Value.PEOPLE}
    assert displayed(found) == expected


def test_only_the_fine_tier_displays_a_chance_and_bars() -> None:
    for fine in (False, True):
        found = displayed(named(Zone.HANDS_OFF, fine=fine, people=Verdict.TOO_MUCH))
        assert (found >= FINE_ONLY) is fine
        assert found.isdisjoint(FINE_ONLY) is not fine
