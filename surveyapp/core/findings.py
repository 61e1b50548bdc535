"""What a result calls for: findings, made of displayed values alone, and the cases they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.fit import HandsOffKind, Verdict, kind_suits, readings_disagree
from surveyapp.core.position import Zone
from surveyapp.core.selfview import COMPARED, OwnView
from surveyapp.core.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from surveyapp.core.publication import PublishedScale

# Design choices. Displayed trust and purpose point in different ways from these distances on: .20
# in twentieths, or two bands, whose means lie .15 apart at least.
APART_IN_TWENTIETHS, APART_IN_BANDS = 4, 2
# In this band of agreed check-ins, or lower, check-ins are called surprises.
SURPRISES_BAND: Final = 2
# Design choice: from this band on, trust or purpose can be said to come across.
COMES_ACROSS_BAND: Final = 4
MIDDLE_BAND: Final = 3


@dataclass(frozen=True)
class Findings:
    """What one audience sees of a result.

    What is withheld from that audience, or was not asked, is None or absent; a guide made from
    this never speaks of it. (The team does not see the leader's own view, unless it is shared.)
    """

    fine: bool
    """The tier in which values are displayed to them."""
    statement: Statement | None
    """As published; None if no position is shown because too few people could be shown."""
    zones: tuple[Zone, ...] = ()
    """The zones that the statement names, as in `statement.Finding`."""
    scales: Mapping[str, PublishedScale] = field(default_factory=dict)
    """s, t, p, e, a -> the displayed mean."""
    people: Verdict | None = None
    """People's own word on the amount, as published (`fit.PeopleReading`)."""
    rule: Verdict | None = None
    """The rule of thumb's verdict, as published (`fit.RuleReading`)."""
    hands_off: HandsOffKind | None = None
    """As published (`fit.HandsOffReading`); None outside the hands-off zone."""
    own: Mapping[str, OwnView] = field(default_factory=dict)
    """Scale -> the leader's own view against the team's (`selfview.own_views`)."""
    agreement: AgreementWord | None = None
    """The published word on how far people see it alike."""


class Value(StrEnum):
    """Something displayed that a line of the guide can show beside it."""

    RESULT = "result"
    """The sentence at the top of the page, or the reason why there is none."""
    PARTICIPATION = "participation"
    CHANCE = "chance"
    """The zone's probability."""
    S, T, P, E, A = "s", "t", "p", "e", "a"
    """A scale: its band, or in the fine tier its mean and range."""
    PEOPLE = "people"
    """People's own word on the amount."""
    BARS = "bars"
    """The shares of people's own word: the mean, too little, too much."""
    RULE = "rule"
    HANDS_OFF = "hands_off"
    AGREEMENT = "agreement"
    OWN_S, OWN_T, OWN_P, OWN_E, OWN_A = "own_s", "own_t", "own_p", "own_e", "own_a"
    """The leader's own view of a scale, where it differs from the team's."""


FINE_ONLY: Final = frozenset({Value.CHANCE, Value.BARS})


class Case(StrEnum):
    """What a result may call for, in the order in which it comes first in a conversation."""

    NO_RESULT = "no_result"
    NO_POSITION = "no_position"
    FEW_ANSWERED = "few_answered"
    TWO_CAMPS = "two_camps"
    LEFT_ALONE = "left_alone"
    EARNED_FREEDOM = "earned_freedom"
    OPEN_FREEDOM = "open_freedom"
    """Hands-off, and not clear whether that suits people."""
    MORE_TRUST = "more_trust"
    """Trust is felt clearly more than purpose."""
    MORE_PURPOSE = "more_purpose"
    """Purpose is felt clearly more than trust."""
    MICRO_MANAGING = "micro_managing"
    MICRO_LEADING = "micro_leading"
    BETWEEN = "between"
    """No zone is clear, or a scale beside the one that is named says the opposite."""
    DIFFERENT_AMOUNTS = "different_amounts"
    TOO_LITTLE = "too_little"
    TOO_MUCH = "too_much"
    READINGS_DIFFER = "readings_differ"
    """People's own word goes before any rule, so this speaks only where they say "about right"."""
    OWN_EXPERIENCE = "own_experience"
    """Leader and team see the team's experience differently."""
    SURPRISES = "surprises"
    """Check-ins are seldom agreed on ahead of time."""
    OWN_TRUST = "own_trust"
    OWN_OTHER = "own_other"
    SEEN_DIFFERENTLY = "seen_differently"
    KEEP = "keep"
    """Always holds, as the next one: questions that fit any result."""
    CHANGE = "change"


HANDS_OFF_CASES: Final = frozenset({Case.LEFT_ALONE, Case.EARNED_FREEDOM, Case.OPEN_FREEDOM})
ZONE_CASES: Final = frozenset({Case.MICRO_MANAGING, Case.MICRO_LEADING, Case.BETWEEN})

# Of each group one case at most speaks in a guide, the first in the order of `Case`: the others
# would contradict it, or repeat it in weaker words.
EXCLUSIVE: Final[tuple[frozenset[Case], ...]] = (
    frozenset({Case.NO_RESULT, Case.NO_POSITION, Case.FEW_ANSWERED, Case.TWO_CAMPS})
    | HANDS_OFF_CASES
    | ZONE_CASES,
    # Where trust and purpose point in different ways, m is no word for both.
    frozenset({Case.MORE_TRUST, Case.MORE_PURPOSE}) | ZONE_CASES,
    # One amount for all, or different ones; one direction only.
    frozenset({Case.DIFFERENT_AMOUNTS, Case.TOO_LITTLE, Case.TOO_MUCH, Case.READINGS_DIFFER}),
    frozenset({Case.TWO_CAMPS, Case.TOO_LITTLE, Case.TOO_MUCH}),
    frozenset({Case.TWO_CAMPS, Case.SEEN_DIFFERENTLY}),
)


def higher_of_trust_and_purpose(scales: Mapping[str, PublishedScale]) -> Value | None:
    """Return which of both, as displayed, is clearly the higher, and comes across at all.

    None if they point the same way, or neither does. From the displayed values, so that it says
    no more than these.
    """
    trust, purpose = scales.get("t"), scales.get("p")
    if trust is None or purpose is None:
        return None
    if trust.twentieths is not None and purpose.twentieths is not None:
        gap, enough = trust.twentieths - purpose.twentieths, APART_IN_TWENTIETHS
    else:
        gap, enough = trust.band - purpose.band, APART_IN_BANDS
    higher = trust if gap > 0 else purpose
    if abs(gap) < enough or higher.band < COMES_ACROSS_BAND:
        return None
    return Value.T if gap > 0 else Value.P


def _named(findings: Findings) -> Zone | None:
    """Return the zone that the statement names, alone."""
    certain = findings.statement in {Statement.MOSTLY, Statement.LEANING}
    return findings.zones[0] if certain and findings.zones else None


def _differ(findings: Findings, scales: Collection[str]) -> bool:
    return any(findings.own.get(name, OwnView.SIMILAR) is not OwnView.SIMILAR for name in scales)


def _readings_differ(findings: Findings) -> bool:
    if findings.people is None or findings.rule is None:
        return False
    return readings_disagree(findings.people, findings.rule)


def _is_free(kind: HandsOffKind) -> Callable[[Findings], bool]:
    return lambda findings: (
        _borne_out(findings, Zone.HANDS_OFF)
        and findings.hands_off is kind
        and kind_suits(kind, findings.people)
    )


def _borne_out(findings: Findings, zone: Zone) -> bool:
    """Return whether the zone is named and no scale beside it, as displayed, says the opposite."""
    closeness, *meant = (
        scale.band if (scale := findings.scales.get(name)) else None for name in "stp"
    )
    bands = [band for band in meant if band is not None]
    return (
        _named(findings) is zone
        and {
            Zone.HANDS_OFF: closeness is None or closeness < MIDDLE_BAND,
            Zone.MICRO_LEADING: min(bands, default=MIDDLE_BAND) >= MIDDLE_BAND,
            Zone.MICRO_MANAGING: max(bands, default=MIDDLE_BAND) <= MIDDLE_BAND,
        }[zone]
    )


def _has(statement: Statement | None) -> Callable[[Findings], bool]:
    return lambda findings: findings.statement is statement


def _says(verdict: Verdict) -> Callable[[Findings], bool]:
    return lambda findings: findings.people is verdict


# Case -> whether it holds (before `EXCLUSIVE`), and what a line about it rests on.
CASES: Final[dict[Case, tuple[Callable[[Findings], bool], tuple[Value, ...]]]] = {
    Case.NO_RESULT: (_has(None), (Value.RESULT,)),
    Case.NO_POSITION: (_has(Statement.NO_POSITION), (Value.RESULT, Value.PARTICIPATION)),
    Case.FEW_ANSWERED: (_has(Statement.FEW_ANSWERED), (Value.RESULT, Value.PARTICIPATION)),
    Case.TWO_CAMPS: (_has(Statement.TWO_CAMPS), (Value.RESULT,)),
    Case.LEFT_ALONE: (
        _is_free(HandsOffKind.LEFT_ALONE),
        (Value.HANDS_OFF, Value.S, Value.T),
    ),
    Case.EARNED_FREEDOM: (
        _is_free(HandsOffKind.EARNED_FREEDOM),
        (Value.HANDS_OFF, Value.S, Value.E),
    ),
    Case.OPEN_FREEDOM: (
        lambda f: _borne_out(f, Zone.HANDS_OFF),
        (Value.RESULT, Value.S, Value.PEOPLE),
    ),
    Case.MORE_TRUST: (
        lambda f: higher_of_trust_and_purpose(f.scales) is Value.T,
        (Value.T, Value.P),
    ),
    Case.MORE_PURPOSE: (
        lambda f: higher_of_trust_and_purpose(f.scales) is Value.P,
        (Value.T, Value.P),
    ),
    Case.MICRO_MANAGING: (
        lambda f: _borne_out(f, Zone.MICRO_MANAGING),
        (Value.RESULT, Value.CHANCE, Value.S, Value.T, Value.P),
    ),
    Case.MICRO_LEADING: (
        lambda f: _borne_out(f, Zone.MICRO_LEADING),
        (Value.RESULT, Value.CHANCE, Value.S, Value.T, Value.P),
    ),
    Case.BETWEEN: (
        lambda f: f.statement is Statement.UNCLEAR or _named(f) is not None,
        (Value.RESULT, Value.CHANCE, Value.S, Value.T, Value.P),
    ),
    Case.DIFFERENT_AMOUNTS: (_says(Verdict.DIFFERENT_AMOUNTS), (Value.PEOPLE, Value.BARS)),
    Case.TOO_LITTLE: (_says(Verdict.TOO_LITTLE), (Value.PEOPLE, Value.BARS)),
    Case.TOO_MUCH: (_says(Verdict.TOO_MUCH), (Value.PEOPLE, Value.BARS)),
    Case.READINGS_DIFFER: (_readings_differ, (Value.PEOPLE, Value.RULE)),
    Case.OWN_EXPERIENCE: (lambda f: _differ(f, ("e",)), (Value.OWN_E, Value.E)),
    Case.SURPRISES: (
        lambda f: "a" in f.scales and f.scales["a"].band <= SURPRISES_BAND,
        (Value.A,),
    ),
    Case.OWN_TRUST: (lambda f: _differ(f, ("t",)), (Value.OWN_T, Value.T)),
    Case.OWN_OTHER: (
        lambda f: _differ(f, ("p", "s", "a")),
        (Value.OWN_P, Value.OWN_S, Value.OWN_A),
    ),
    Case.SEEN_DIFFERENTLY: (
        lambda f: f.agreement in {AgreementWord.VERY_DIFFERENT, AgreementWord.SPLIT},
        (Value.AGREEMENT,),
    ),
    Case.KEEP: (lambda _: True, (Value.RESULT,)),
    Case.CHANGE: (lambda _: True, (Value.RESULT,)),
}


def cases(findings: Findings) -> tuple[Case, ...]:
    """Return the cases that hold, the most pressing first, without any that exclude each other."""
    held: list[Case] = []
    for case, (holds, _) in CASES.items():
        excluded = any(case in group and not group.isdisjoint(held) for group in EXCLUSIVE)
        if not excluded and holds(findings):
            held.append(case)
    return tuple(held)


def displayed(findings: Findings) -> frozenset[Value]:
    """Return the values that are there to be shown beside a line."""
    shown = {Value.RESULT, *(Value(name) for name in findings.scales)}
    shown |= {
        Value(f"own_{name}")
        for name in COMPARED
        if name in findings.own and _differ(findings, name)
    }
    there = {
        Value.PARTICIPATION: findings.statement is not None,
        Value.CHANCE: findings.statement
        in {Statement.MOSTLY, Statement.LEANING, Statement.UNCLEAR},
        Value.PEOPLE: findings.people is not None,
        Value.BARS: findings.people is not None,
        Value.RULE: findings.rule is not None,
        Value.HANDS_OFF: findings.hands_off is not None,
        Value.AGREEMENT: findings.agreement is not None,
    }
    shown |= {value for value, is_there in there.items() if is_there}
    return frozenset(shown if findings.fine else shown - FINE_ONLY)
