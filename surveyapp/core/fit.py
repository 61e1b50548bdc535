"""Whether people get the amount of supervision that they need: two readings, set side by side.

The first is people's own word (item F1), the second a rule of thumb from closeness and experience.
Neither moves the dot on the map. Too little does harm throughout; too much is forgiven where it is
felt as consideration, and harms where it is felt as structure (Lambert et al. 2012), so the
tolerance is wider on that side only while supervision is felt as help.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from surveyapp.core.position import NEUTRAL, Zone, mean, scores_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from surveyapp.core.questionnaire import Person

# Design choices, from here to the empty line.
SURE: Final = 0.80  # of the draws have to agree with people's own word
# Mean too little and mean too much from which on the amount is not about right; with this many
# people on each side of "just right", a common amount would suit nobody.
NOTABLE_NEED, FEWEST_ON_A_SIDE = 0.15, 3
# As many people and this part of all have to say so before it is too little, or too much: a few
# loud voices do not speak for the others. From this part on, quarters show it as about half.
LEAST_PART_OF_A_SIDE: Final = 0.375
FEWEST_FOR_A_VERDICT: Final = 5  # people; two of three would know what the third one said
# The rule of thumb: the closeness for people without any experience, and how far it falls for
# people with all of it. In between a straight line.
CLOSENESS_FOR_BEGINNERS, LESS_FOR_EXPERTS = 0.80, 0.50
# Being left free suits the people of a hands-off team if this part of the freedom or less is unmet
# need, and experience and trust reach the midpoint.
LITTLE_UNMET: Final = 0.25
# They are left alone from this unmet part on, or below this mean trust.
MUCH_UNMET, LITTLE_TRUST = 0.40, 0.40
RANGE_QUANTILES: Final = (0.05, 0.95)  # of the draws: the range that is given with people's mean

# Draws are kept in single precision; answers of at most 250 people differ by far more than this.
SLACK: Final = 1e-6


class Verdict(StrEnum):
    """What a reading says about the amount of supervision."""

    TOO_LITTLE = "too_little"
    ABOUT_RIGHT = "about_right"
    TOO_MUCH = "too_much"
    DIFFERENT_AMOUNTS = "different_amounts"
    """Some need more and some less: no amount is right for all. People's own word alone."""
    UNCLEAR = "unclear"
    """No other verdict is sure enough, or too few people say. People's own word alone."""


class HandsOffKind(StrEnum):
    """What it means for the people of a hands-off team that they are hardly followed."""

    EARNED_FREEDOM = "earned_freedom"
    LEFT_ALONE = "left_alone"
    MIXED = "mixed"
    """Neither is clear: only asking helps."""


KINDS_WITH: Final[dict[HandsOffKind, frozenset[Verdict]]] = {
    HandsOffKind.EARNED_FREEDOM: frozenset({Verdict.ABOUT_RIGHT}),
    HandsOffKind.LEFT_ALONE: frozenset({Verdict.TOO_LITTLE, Verdict.UNCLEAR}),
    HandsOffKind.MIXED: frozenset(Verdict),
}
"""People's own word beside which a kind may stand."""


@dataclass(frozen=True)
class Tolerance:
    """How far from "just right" an amount may be, as (low, high)."""

    need: tuple[float, float]
    """For the mean of b; at these ends and beyond it is too little, too much."""
    gap: tuple[float, float]
    """For the mean of s - s*; beyond these ends it is too little, too much."""


# Design choice.
WIDE: Final = Tolerance(need=(-0.15, 0.25), gap=(-0.10, 0.20))
NARROW: Final = Tolerance(need=(-0.15, 0.15), gap=(-0.10, 0.10))


@dataclass(frozen=True)
class PeopleReading:
    """People's own word, b, from -1 (far too little) to 1 (far too much supervision)."""

    verdict: Verdict
    mean: float
    range: tuple[float, float]
    """Of the whole team's mean, silent people included."""
    under: float
    """U, the mean of max(0, -b)."""
    over: float
    """O, the mean of max(0, b)."""
    below: int
    """People who need more."""
    above: int
    """People who need less."""
    contributors: int


@dataclass(frozen=True)
class RuleReading:
    """The rule of thumb."""

    verdict: Verdict
    gap: float
    """G, the mean of s - s*: above 0, people are followed more closely than the rule says."""
    contributors: int


@dataclass(frozen=True)
class HandsOffReading:
    """What kind of hands-off it is."""

    kind: HandsOffKind
    unmet: float | None
    """X, the part of the freedom that meets a need for more supervision; None if unknown."""
    contributors: int
    """The fewest people that X, experience or trust rests on."""


@dataclass(frozen=True)
class Fit:
    """Both readings and, in the hands-off zone, its kind; None where nobody contributes."""

    people: PeopleReading | None
    rule: RuleReading | None
    hands_off: HandsOffReading | None

    @property
    def talk(self) -> bool:
        """Whether the readings disagree, so that only talking about it helps."""
        if self.people is None or self.rule is None:
            return False
        return readings_disagree(self.people.verdict, self.rule.verdict)


def fit(persons: Sequence[Person], placed: Zone | None, needs: NDArray[np.float64] | None) -> Fit:
    """Return how the supervision of a team fits its people.

    `placed` is the dot's zone; `needs`, of shape (draws,), what the mean of b over all invited
    might be, None if nobody has b.
    """
    allowed = tolerance(scores_of(persons, "m"))
    people = None if needs is None else people_reading(persons, needs, allowed)
    hands_off = hands_off_reading(persons) if placed is Zone.HANDS_OFF else None
    if hands_off and not kind_suits(hands_off.kind, people.verdict if people else None):
        hands_off = replace(hands_off, kind=HandsOffKind.MIXED)
    return Fit(people=people, rule=rule_reading(persons, allowed), hands_off=hands_off)


def tolerance(meant: Collection[float]) -> Tolerance:
    """Return the tolerance for people who say how supervision is meant, m: 0 (control) to 1 (help).

    It is wide on the side of too much if the mean of m is .5 or more; narrow if nobody says.
    """
    if not meant:
        return NARROW
    return WIDE if mean(meant) >= NEUTRAL - SLACK else NARROW


def target(e: float) -> float:
    """Return the rule of thumb's closeness s* = .80 - .50·e for experience e; both 0 to 1."""
    return CLOSENESS_FOR_BEGINNERS - LESS_FOR_EXPERTS * e


def target_band(e: float, allowed: Tolerance) -> tuple[float, float]:
    """Return the lowest and the highest closeness, 0 to 1, that the rule of thumb lets pass."""
    low, high = allowed.gap
    return target(e) + low, target(e) + high


def people_reading(
    persons: Sequence[Person], needs: NDArray[np.float64], allowed: Tolerance
) -> PeopleReading | None:
    """Return what people say themselves; None if nobody does.

    `needs`, of shape (draws,), is what the mean of b over all invited might be. A verdict other
    than `DIFFERENT_AMOUNTS` takes both: the answers' mean, and 80 % of the draws on the same side.
    Too little and too much also take enough people who say so, lest a few speak for all; about
    right, that neither need is notable. Of fewer than `FEWEST_FOR_A_VERDICT` all is unclear.
    """
    b = scores_of(persons, "b")
    if not b:
        return None
    under, over = (mean([max(0.0, sign * x) for x in b]) for sign in (-1, 1))
    below, above = sum(x < 0 for x in b), sum(x > 0 for x in b)
    split = min(under, over) >= NOTABLE_NEED - SLACK and min(below, above) >= FEWEST_ON_A_SIDE
    low, high = np.quantile(needs, RANGE_QUANTILES).tolist()
    verdict = Verdict.DIFFERENT_AMOUNTS if split else _people_verdict(mean(b), needs, allowed)
    enough = max(FEWEST_ON_A_SIDE, LEAST_PART_OF_A_SIDE * len(b))
    borne_out = len(b) >= FEWEST_FOR_A_VERDICT and {
        Verdict.TOO_LITTLE: below >= enough,
        Verdict.TOO_MUCH: above >= enough,
        Verdict.ABOUT_RIGHT: max(under, over) < NOTABLE_NEED - SLACK,
    }.get(verdict, True)
    return PeopleReading(
        verdict=verdict if borne_out else Verdict.UNCLEAR,
        mean=mean(b),
        range=(low, high),
        under=under,
        over=over,
        below=below,
        above=above,
        contributors=len(b),
    )


def rule_reading(persons: Sequence[Person], allowed: Tolerance) -> RuleReading | None:
    """Return what the rule of thumb says; None if nobody has both closeness and experience."""
    gaps = [p.s - target(p.e) for p in persons if p.s is not None and p.e is not None]
    if not gaps:
        return None
    return RuleReading(rule_verdict(mean(gaps), allowed), mean(gaps), len(gaps))


def rule_verdict(gap: float, allowed: Tolerance) -> Verdict:
    """Return the rule of thumb's verdict on G, the mean of s - s*."""
    low, high = allowed.gap
    if gap < low - SLACK:
        return Verdict.TOO_LITTLE
    return Verdict.TOO_MUCH if gap > high + SLACK else Verdict.ABOUT_RIGHT


def readings_disagree(people: Verdict, rule: Verdict) -> bool:
    """Return whether both readings name an amount, and not the same."""
    return people is not rule and people not in {Verdict.DIFFERENT_AMOUNTS, Verdict.UNCLEAR}


def hands_off_reading(persons: Sequence[Person]) -> HandsOffReading:
    """Return what kind of hands-off a team that is placed there has.

    X = Σ(1-s)(1-φ) / Σ(1-s), with φ = 1 - max(0, -b): how well being left free suits a person, or
    their experience e where b is missing. Earned freedom: X <= .25, mean e >= .5, mean t >= .5.
    Left alone: X >= .40 or mean t < .4. Otherwise mixed.
    """
    free = [
        (1 - person.s, unsuited)
        for person in persons
        if person.s is not None and (unsuited := _unsuited(person)) is not None
    ]
    total = math.fsum(freedom for freedom, _ in free)
    unmet = math.fsum(freedom * part for freedom, part in free) / total if total > 0 else None
    experience, trust = scores_of(persons, "e"), scores_of(persons, "t")
    return HandsOffReading(
        kind=_hands_off_kind(unmet, experience, trust),
        unmet=unmet,
        contributors=min(len(free), len(experience), len(trust)),
    )


def kind_suits(kind: HandsOffKind, word: Verdict | None) -> bool:
    """Return whether a kind of hands-off goes with people's own word; None if that is unknown."""
    return word is None or word in KINDS_WITH[kind]


def _people_verdict(said: float, needs: NDArray[np.float64], allowed: Tolerance) -> Verdict:
    low, high = allowed.need
    too_little, too_much = needs <= low + SLACK, needs >= high - SLACK
    verdict, draws = Verdict.ABOUT_RIGHT, ~(too_little | too_much)
    if said <= low + SLACK:
        verdict, draws = Verdict.TOO_LITTLE, too_little
    elif said >= high - SLACK:
        verdict, draws = Verdict.TOO_MUCH, too_much
    return verdict if np.mean(draws) >= SURE - SLACK else Verdict.UNCLEAR


def _hands_off_kind(
    unmet: float | None, experience: Sequence[float], trust: Sequence[float]
) -> HandsOffKind:
    lonely = unmet is not None and unmet >= MUCH_UNMET - SLACK
    if lonely or (trust and mean(trust) < LITTLE_TRUST - SLACK):
        return HandsOffKind.LEFT_ALONE
    able = all(scores and mean(scores) >= NEUTRAL - SLACK for scores in (experience, trust))
    suited = able and unmet is not None and unmet <= LITTLE_UNMET + SLACK
    return HandsOffKind.EARNED_FREEDOM if suited else HandsOffKind.MIXED


def _unsuited(person: Person) -> float | None:
    """Return 1 - φ: how far being left free meets a need for more supervision, 0 to 1."""
    if person.b is not None:
        return max(0.0, -person.b)
    return None if person.e is None else 1 - person.e
