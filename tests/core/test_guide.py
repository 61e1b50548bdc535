from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import islice, product
from typing import TYPE_CHECKING

import pytest

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.findings import EXCLUSIVE, FINE_ONLY, Case, Findings, displayed
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.guide import WORDS, Audience, Role, guide
from surveyapp.core.position import Zone
from surveyapp.core.publication import PublishedScale
from surveyapp.core.selfview import OwnView
from surveyapp.core.statement import Statement
from tests.pseudo_language import messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from surveyapp.core.guide import Line

LOW, MIDDLE, HIGH = (PublishedScale(band) for band in (1, 3, 5))
PLACES: tuple[tuple[Statement | None, tuple[Zone, ...], HandsOffKind | None], ...] = (
    (None, (), None),
    (Statement.NO_POSITION, (), None),
    (Statement.FEW_ANSWERED, (), None),
    (Statement.TWO_CAMPS, (), None),
    (Statement.UNCLEAR, (Zone.HANDS_OFF, Zone.MICRO_LEADING), HandsOffKind.LEFT_ALONE),
    (Statement.LEANING, (Zone.MICRO_LEADING,), None),
    (Statement.MOSTLY, (Zone.MICRO_MANAGING,), None),
    *((Statement.MOSTLY, (Zone.HANDS_OFF,), kind) for kind in HandsOffKind),
)
RULES = (None, Verdict.TOO_LITTLE, Verdict.ABOUT_RIGHT, Verdict.TOO_MUCH)
SCALES: tuple[dict[str, PublishedScale], ...] = (
    {},
    {"s": LOW, "t": HIGH, "p": LOW},
    {"s": HIGH, "t": LOW, "p": HIGH},
    {"s": MIDDLE, "t": MIDDLE, "p": PublishedScale(4)},
    {"s": LOW, "t": PublishedScale(2), "p": MIDDLE},
)
CHECK_INS: tuple[dict[str, PublishedScale], ...] = ({}, {"a": LOW})
OWN: tuple[dict[str, OwnView], ...] = (
    {},
    {"e": OwnView.LOWER, "t": OwnView.HIGHER, "p": OwnView.LOWER, "s": OwnView.SIMILAR},
)
DIRECTIONS = {
    **dict.fromkeys((Case.LEFT_ALONE, Case.TOO_LITTLE), "more"),
    Case.TOO_MUCH: "less",
    Case.EARNED_FREEDOM: "as it is",
    **dict.fromkeys((Case.TWO_CAMPS, Case.DIFFERENT_AMOUNTS), "each their own"),
}
CONTRADICTED: dict[Case, Callable[[Findings, dict[str, int]], bool]] = {
    Case.NO_RESULT: lambda f, _: f.statement is not None,
    Case.NO_POSITION: lambda f, _: f.statement is not Statement.NO_POSITION,
    Case.FEW_ANSWERED: lambda f, _: f.statement is not Statement.FEW_ANSWERED,
    Case.TWO_CAMPS: lambda f, _: f.statement is not Statement.TWO_CAMPS,
    Case.LEFT_ALONE: lambda f, of: (
        f.hands_off is not HandsOffKind.LEFT_ALONE
        or f.people in {Verdict.ABOUT_RIGHT, Verdict.TOO_MUCH, Verdict.DIFFERENT_AMOUNTS}
        or of.get("s", 1) >= 3
    ),
    Case.EARNED_FREEDOM: lambda f, of: (
        f.hands_off is not HandsOffKind.EARNED_FREEDOM
        or f.people not in {None, Verdict.ABOUT_RIGHT}
        or of.get("s", 1) >= 3
    ),
    Case.OPEN_FREEDOM: lambda f, of: Zone.HANDS_OFF not in f.zones or of.get("s", 1) >= 3,
    Case.MORE_TRUST: lambda _, of: of["t"] < 4 or of["t"] <= of["p"],
    Case.MORE_PURPOSE: lambda _, of: of["p"] < 4 or of["p"] <= of["t"],
    Case.MICRO_MANAGING: lambda f, of: (
        f.zones != (Zone.MICRO_MANAGING,) or max(of.get("t", 1), of.get("p", 1)) > 3
    ),
    Case.MICRO_LEADING: lambda f, of: (
        f.zones != (Zone.MICRO_LEADING,) or min(of.get("t", 5), of.get("p", 5)) < 3
    ),
    Case.BETWEEN: lambda f, of: len(f.zones) == 1 and of.keys().isdisjoint("stp"),
    Case.DIFFERENT_AMOUNTS: lambda f, _: f.people is not Verdict.DIFFERENT_AMOUNTS,
    Case.TOO_LITTLE: lambda f, _: f.people is not Verdict.TOO_LITTLE,
    Case.TOO_MUCH: lambda f, _: f.people is not Verdict.TOO_MUCH,
    Case.READINGS_DIFFER: lambda f, _: f.people is f.rule,
    Case.SURPRISES: lambda _, of: of["a"] > 2,
}
"""When the words of a case say the opposite of what is displayed; `of` is scale -> band."""
TEXTS = [
    (audience, case, text)
    for audience, words in WORDS.items()
    for case, lines in words.items()
    for text in (lines.opening, lines.question, lines.step)
    if text is not None
]


def every_findings() -> Iterator[Findings]:
    """Yield every combination that changes what holds, and some that no team can have."""
    for place, people, rule, scales, check_ins, own, agreement, fine in product(
        PLACES,
        (None, *Verdict),
        RULES,
        SCALES,
        CHECK_INS,
        OWN,
        (None, AgreementWord.VERY_DIFFERENT),
        (False, True),
    ):
        statement, zones, kind = place
        yield Findings(
            fine=fine,
            statement=statement,
            zones=zones,
            scales=scales | check_ins,
            people=people,
            rule=rule,
            hands_off=kind,
            own=own,
            agreement=agreement,
        )


@cache
def every_guide(audience: Audience) -> list[tuple[Findings, tuple[Line, ...]]]:
    return [(findings, guide(findings, audience)) for findings in every_findings()]


def faults(findings: Findings, lines: tuple[Line, ...]) -> Iterator[str]:
    """Yield what is wrong with a guide."""
    roles = [line.role for line in lines]
    if roles != [Role.OPENING, *[Role.QUESTION] * (len(lines) - 2), Role.STEP]:
        yield "not one opening, some questions, one step"
    if not 5 <= len(lines) <= 6:
        yield "not five or six lines"
    if len({line.text for line in lines}) < len(lines):
        yield "a line twice"
    spoken = {line.case for line in lines}
    if any(len(group & spoken) > 1 for group in EXCLUSIVE):
        yield "lines that exclude each other"
    for line in lines:
        if not line.rests_on:
            yield f"{line.case} rests on nothing"
        if not displayed(findings).issuperset(line.rests_on):
            yield f"{line.case} shows what is not displayed"
        if not findings.fine and not FINE_ONLY.isdisjoint(line.rests_on):
            yield f"{line.case} says more than its tier"


def contradicted(findings: Findings, lines: tuple[Line, ...]) -> set[Case]:
    """Return the cases whose words say the opposite of what is displayed."""
    bands = {name: scale.band for name, scale in findings.scales.items()}
    spoken = {line.case for line in lines}
    return {case for case in spoken & CONTRADICTED.keys() if CONTRADICTED[case](findings, bands)}


@pytest.mark.parametrize("audience", Audience)
def test_no_line_contradicts_what_is_displayed(audience: Audience) -> None:
    for findings, lines in every_guide(audience):
        assert not contradicted(findings, lines), findings


@pytest.mark.parametrize("audience", Audience)
def test_every_result_gives_a_guide_that_fits_it(audience: Audience) -> None:
    found = {
        fault for findings, lines in every_guide(audience) for fault in faults(findings, lines)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("rule", "caught"),
    [
        ("_borne_out", {Case.MICRO_LEADING, Case.MICRO_MANAGING, Case.OPEN_FREEDOM}),
        ("kind_suits", {Case.EARNED_FREEDOM, Case.LEFT_ALONE}),
    ],
)
def test_without_a_rule_some_guides_contradict_what_they_rest_on(
    monkeypatch: pytest.MonkeyPatch, rule: str, caught: set[Case]
) -> None:
    weakened = {
        "_borne_out": lambda findings, zone: findings.zones == (zone,),
        "kind_suits": lambda *_: True,
    }
    monkeypatch.setattr(f"surveyapp.core.findings.{rule}", weakened[rule])
    found = {
        case
        for findings in islice(every_findings(), 0, None, 7)
        for case in contradicted(findings, guide(findings, Audience.LEADER))
    }
    assert caught <= found


@pytest.mark.parametrize("audience", Audience)
def test_no_guide_points_in_two_directions(audience: Audience) -> None:
    for _, lines in every_guide(audience):
        assert len({DIRECTIONS[line.case] for line in lines if line.case in DIRECTIONS}) <= 1


@pytest.mark.parametrize("audience", Audience)
def test_every_line_is_said_to_somebody(audience: Audience) -> None:
    said = {line.text for _, lines in every_guide(audience) for line in lines}
    assert said == {text for whom, _, text in TEXTS if whom is audience}


@pytest.mark.parametrize("audience", Audience)
def test_a_coarse_guide_is_no_other_than_a_fine_one_with_less_beside_it(audience: Audience) -> None:
    for findings, lines in every_guide(audience):
        if not findings.fine:
            fine = guide(replace(findings, fine=True), audience)
            assert [line.text for line in fine] == [line.text for line in lines]


def lines_of(findings: Findings, audience: Audience = Audience.LEADER) -> dict[Role, list[Case]]:
    lines = guide(findings, audience)
    return {role: [line.case for line in lines if line.role is role] for role in Role}


def test_the_most_pressing_case_opens_and_others_add_questions_and_may_add_the_step() -> None:
    findings = Findings(
        fine=True,
        statement=Statement.MOSTLY,
        zones=(Zone.MICRO_MANAGING,),
        people=Verdict.TOO_MUCH,
        scales={"a": LOW},
        own={"e": OwnView.HIGHER, "t": OwnView.HIGHER},
    )
    assert lines_of(findings) == {
        Role.OPENING: [Case.MICRO_MANAGING],
        Role.QUESTION: [
            *(Case.MICRO_MANAGING, Case.TOO_MUCH, Case.OWN_EXPERIENCE, Case.SURPRISES),
        ],
        Role.STEP: [Case.TOO_MUCH],
    }


def test_somebody_left_alone_is_helped_before_anything_else() -> None:
    findings = Findings(
        fine=False,
        statement=Statement.MOSTLY,
        zones=(Zone.HANDS_OFF,),
        hands_off=HandsOffKind.LEFT_ALONE,
        people=Verdict.TOO_LITTLE,
        scales={"a": LOW},
    )
    assert lines_of(findings)[Role.STEP] == [Case.LEFT_ALONE]


@pytest.mark.parametrize("audience", Audience)
def test_different_results_open_differently(audience: Audience) -> None:
    openings = [words.opening for words in WORDS[audience].values() if words.opening]
    assert len(openings) == len(set(openings)) == 12


@pytest.mark.parametrize("audience", Audience)
def test_what_one_audience_does_not_see_is_not_spoken_of(audience: Audience) -> None:
    findings = Findings(fine=True, statement=Statement.LEANING, zones=(Zone.MICRO_LEADING,))
    spoken = {line.case for line in guide(findings, audience)}
    assert spoken == {Case.MICRO_LEADING, Case.KEEP, Case.CHANGE}


def test_all_audiences_have_words_for_every_case() -> None:
    assert set(WORDS) == set(Audience)
    for words in WORDS.values():
        assert list(words) == list(Case)
        leading = {case for case, lines in words.items() if lines.opening}
        assert all(words[case].step for case in leading)


def test_every_text_can_be_translated() -> None:
    assert {text for _, _, text in TEXTS} <= set(messages())


@pytest.mark.parametrize(("audience", "case", "text"), TEXTS)
def test_texts_are_plain(audience: Audience, case: Case, text: str) -> None:
    assert not re.search(r"[0-9%!'\"]|score|anonym|percent|average|style of|you are", text.lower())
    assert all(len(sentence.split()) <= 20 for sentence in re.split(r"[.?:]", text))
    assert text[0].isupper()
    assert text.endswith(("?", "."))


def test_questions_ask() -> None:
    for words in WORDS.values():
        assert all(lines.question.endswith("?") for lines in words.values())
        assert all((lines.step or ".").endswith(".") for lines in words.values())
