"""The conversation guide: from a result to a few lines to say, to ask and to do.

Rules only, no language model: the cases that hold choose among fixed words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from surveyapp.core import guide_words
from surveyapp.core.findings import CASES, Case, Value, cases, displayed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveyapp.core.findings import Findings
    from surveyapp.core.guide_words import Words

# Design choice: questions that fit any result fill up to the first number; a line more than the
# second makes a list that nobody talks through.
FEWEST_QUESTIONS, MOST_QUESTIONS = 3, 4
FITS_ANY: Final = frozenset({Case.KEEP, Case.CHANGE})
# With these in the lead, the step of another case helps more.
YIELDING: Final = frozenset(
    {Case.EARNED_FREEDOM, Case.MICRO_MANAGING, Case.MICRO_LEADING, Case.BETWEEN}
)


class Audience(StrEnum):
    """Whom a guide is for."""

    LEADER = "leader"
    """To think it through alone."""
    TEAM = "team"
    """To be read out in the team's meeting."""
    COACH = "coach"
    """To prepare a talk with the leader."""


WORDS: Final[Mapping[Audience, Mapping[Case, Words]]] = {
    Audience.LEADER: guide_words.LEADER,
    Audience.TEAM: guide_words.TEAM,
    Audience.COACH: guide_words.COACH,
}


class Role(StrEnum):
    """What a line is there for."""

    OPENING = "opening"
    QUESTION = "question"
    STEP = "step"


@dataclass(frozen=True)
class Line:
    """One line of a guide."""

    case: Case
    role: Role
    text: str
    """Untranslated."""
    rests_on: tuple[Value, ...]
    """The displayed values to show beside it, never empty."""


def guide(findings: Findings, audience: Audience) -> tuple[Line, ...]:
    """Return an opening, three or four questions and one suggested step.

    The same findings always give the same lines. Pass only what this audience sees.
    """
    words, held, shown = WORDS[audience], cases(findings), displayed(findings)

    def line(case: Case, role: Role, text: str | None) -> Line:
        if text is None:
            message = f"{audience}: {case} has no {role}"
            raise LookupError(message)
        rests_on = tuple(value for value in CASES[case][1] if value in shown)
        return Line(case, role, text, rests_on)

    step = _step_case(held, words)
    return (
        line(held[0], Role.OPENING, words[held[0]].opening),
        *(line(case, Role.QUESTION, words[case].question) for case in _question_cases(held)),
        line(step, Role.STEP, words[step].step),
    )


def _question_cases(held: Sequence[Case]) -> list[Case]:
    specific = [case for case in held if case not in FITS_ANY][:MOST_QUESTIONS]
    filling = [case for case in held if case in FITS_ANY]
    return specific + filling[: max(0, FEWEST_QUESTIONS - len(specific))]


def _step_case(held: Sequence[Case], words: Mapping[Case, Words]) -> Case:
    leading, *others = (case for case in held if words[case].step is not None)
    return others[0] if others and leading in YIELDING else leading
