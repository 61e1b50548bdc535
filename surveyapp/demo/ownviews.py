"""How the demo's leaders see themselves, and where they guess that their team will put them."""

from __future__ import annotations

from typing import Final

from surveyapp.core.position import position, square_point
from surveyapp.core.questionnaire import FIT, score_person
from surveyapp.core.selfview import OWN_FORM
from surveyapp.demo.truths import CANT_SAY_RATE, Truth, answer, seeded
from surveyapp.followup.selfform import SelfView

GUESS_RATE: Final = 0.8


def own_view(truth: Truth, leader: str, place: int) -> SelfView:
    """Return what a leader says of themselves in a round; rounds count from 0.

    They see it as their team does on the whole, but for what they are planted to see otherwise.
    Most guess that the team sees it just as they do.
    """
    rng = seeded(leader, place, "own view")
    answers = {}
    for item in OWN_FORM:
        said = answer(item, _felt(truth, "b" if item is FIT else item.scale), rng)
        answers[item.id] = None if rng.random() < CANT_SAY_RATE else said
    shares = position([score_person(answers)])
    guesses = shares is not None and rng.random() < GUESS_RATE
    return SelfView(answers, square_point(shares) if shares and guesses else None)


def _felt(truth: Truth, scale: str) -> float:
    camps = (truth, truth.other_camp or truth)
    mean: float = sum(getattr(camp, scale) for camp in camps) / len(camps)
    return mean + truth.own.get(scale, 0)
