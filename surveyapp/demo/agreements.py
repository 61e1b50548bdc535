"""What the demo's leader agrees on with the team after a result, and what the team says to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from surveyapp.core.checkin import FELT, KEPT, Agreed
from surveyapp.core.questionnaire import CANT_SAY
from surveyapp.demo.truths import CANT_SAY_RATE, Truth, answer, seeded
from surveyapp.storage.models import Outcome

if TYPE_CHECKING:
    from surveyapp.anonymity.ballot import Ballot

LASTS: Final = dt.timedelta(days=112)
# By the place of the round after whose result it is written; rounds count from 0.
WRITTEN: Final = {
    1: (
        Outcome.AGREED,
        "Refunds above 200 euros, before they go out.",
        "Tuesdays and Thursdays at ten, and whenever somebody asks.",
        "Fifteen minutes. You show two cases of your own choice; I ask first and speak last.",
        "Four weeks in which no refund had to be taken back.",
    ),
    2: (
        Outcome.CHANGED,
        "Refunds above 500 euros, and what is new to you.",
        "Tuesdays at ten.",
        "You say what you would do, and why. I add what you cannot know from the case.",
        "You have had three of a kind that we saw the same way.",
    ),
}


def written(place: int, closed_on: dt.date) -> tuple[Agreed, Outcome] | None:
    """Return what is agreed after a round's result; rounds count from 0."""
    if place not in WRITTEN:
        return None
    outcome, what, when, how, sign = WRITTEN[place]
    return Agreed(what, when, how, closed_on + LASTS, sign), outcome


def with_answers(ballots: list[Ballot], truth: Truth, leader: str, place: int) -> list[Ballot]:
    """Add what a team says of its agreement: kept as far as check-ins are agreed, help as meant.

    Of a generator of their own, so that all other answers are what they would be without.
    """
    rng = seeded(leader, place, "agreement")
    said = []
    for ballot in ballots:
        about = {
            item.id: CANT_SAY if rng.random() < CANT_SAY_RATE else str(answer(item, felt, rng))
            for item, felt in ((KEPT, truth.a), (FELT, truth.p))
        }
        said.append(replace(ballot, choices={**ballot.choices, **about}))
    return said
