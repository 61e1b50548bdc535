"""Why a coach may want to look at a leader first: plain reasons, each for itself.

Reasons are never added up, weighed or counted into an order of leaders: small teams do not carry
a ranking.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.publication import Reason, Withheld
from surveyapp.core.statement import Statement

if TYPE_CHECKING:
    from surveyapp.core.publication import Outline, Publication

SOON: Final = dt.timedelta(days=7)
"""A follow-up is due from so long before its day on. That is time to arrange a meeting."""


class Attention(StrEnum):
    """A reason to look, in the order in which they are said."""

    FOLLOW_UP_PASSED = "follow_up_passed"
    FOLLOW_UP_DUE = "follow_up_due"
    NOT_RELEASED = "not_released"
    TOO_FEW = "too_few"
    NO_POSITION = "no_position"
    FEW_ANSWERED = "few_answered"
    TWO_CAMPS = "two_camps"
    UNCLEAR = "unclear"
    VERY_DIFFERENT = "very_different"
    TOO_LITTLE = "too_little"
    TOO_MUCH = "too_much"
    DIFFERENT_AMOUNTS = "different_amounts"
    LEFT_ALONE = "left_alone"


DATED: Final = frozenset({Attention.FOLLOW_UP_PASSED, Attention.FOLLOW_UP_DUE})
"""Reasons of the calendar."""
OF_THE_PLACE: Final = {
    Statement.FEW_ANSWERED: Attention.FEW_ANSWERED,
    Statement.TWO_CAMPS: Attention.TWO_CAMPS,
    Statement.UNCLEAR: Attention.UNCLEAR,
    Statement.NO_POSITION: Attention.NO_POSITION,
}
OF_THE_AMOUNT: Final = {
    Verdict.TOO_LITTLE: Attention.TOO_LITTLE,
    Verdict.TOO_MUCH: Attention.TOO_MUCH,
    Verdict.DIFFERENT_AMOUNTS: Attention.DIFFERENT_AMOUNTS,
}
FAR_APART: Final = frozenset({AgreementWord.VERY_DIFFERENT, AgreementWord.SPLIT})


def attention(
    publication: Publication | Outline, *, released: bool, follow_up: dt.date | None, today: dt.date
) -> tuple[Attention, ...]:
    """Return the reasons to look at a leader, from displayed values and dates alone.

    `follow_up` is the day on which the coach wants to come back to them. What the answers say
    about closeness, trust or purpose gives no reason; which zone it is gives none either, except
    for a hands-off team that says it is left alone.
    """
    found = {_of_the_calendar(follow_up, today), _of_the_place(publication)}
    if not released:
        found.add(Attention.NOT_RELEASED)
    if publication.agreement in FAR_APART:
        found.add(Attention.VERY_DIFFERENT)
    if fit := publication.fit:
        if not isinstance(fit.people, Withheld):
            found.add(OF_THE_AMOUNT.get(fit.people))
        if fit.hands_off is HandsOffKind.LEFT_ALONE:
            found.add(Attention.LEFT_ALONE)
    return tuple(reason for reason in Attention if reason in found)


def _of_the_calendar(follow_up: dt.date | None, today: dt.date) -> Attention | None:
    if follow_up is None or follow_up - today > SOON:
        return None
    return Attention.FOLLOW_UP_PASSED if follow_up < today else Attention.FOLLOW_UP_DUE


def _of_the_place(publication: Publication | Outline) -> Attention | None:
    position = publication.position
    if isinstance(position, Withheld):
        no_place = position.reason is Reason.NO_POSITION
        return Attention.NO_POSITION if no_place else Attention.TOO_FEW
    return OF_THE_PLACE.get(position.statement)
