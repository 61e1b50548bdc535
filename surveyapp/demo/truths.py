"""What the demo plants: how a team feels led, and the ballots that such a team fills in.

A demo that shows only noise teaches nothing. Each leader therefore has a plan, and whoever looks
at the result can tell whether the product found what was planted.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from surveyapp.anonymity.ballot import Ballot
from surveyapp.anonymity.thresholds import DEFAULT_COMMENT_THRESHOLD
from surveyapp.core.questionnaire import CANT_SAY, FIT, LABELS, RATED, UNCHECKED, Item, reverse
from surveyapp.demo.comments import comments

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED: Final = 2026

ITEM_NOISE: Final = 0.09
"""Standard deviation, on the scale from 0 to 1, of one answer around the person's own view."""
FIT_SPREAD: Final = 0.15
"""Standard deviation of the people around their team's b."""
CANT_SAY_RATE: Final = 0.04
UNSURE_RATE: Final = 0.8
"""The same of what people are unsure about."""
HARDLY_CHECKED: Final = 0.25
"""Below this closeness a person mostly says "my work is hardly ever checked"."""
UNCHECKED_RATE: Final = 0.7
TURNOUT_NOISE: Final = 0.05
OPEN_TURNOUT: Final = 0.68
"""Share of a team that has answered in the open round, at most."""


@dataclass(frozen=True)
class Truth:
    """How a team feels led, each scale from 0 to 1; b from -1 to 1, as in `Person`."""

    s: float
    t: float
    p: float
    e: float
    a: float
    b: float
    spread: float = 0.08
    """Standard deviation of the people around it."""
    other_camp: Truth | None = None
    """What every second person feels instead."""
    unsure: str = ""
    """The scales of which people mostly cannot say anything."""
    own: Mapping[str, float] = field(default_factory=dict)
    """Scale -> how much higher than the team the leader sees it; as the team does if absent."""


@dataclass(frozen=True)
class Plan:
    """A truth per round, the last one for all later rounds too, and how many answer."""

    truths: tuple[Truth, ...]
    turnout: float = 0.9
    comments: float = 0.4
    """Share of those who answer who also write a comment."""

    def truth(self, place: int) -> Truth:
        """Return what holds in a round; rounds count from 0."""
        return self.truths[min(place, len(self.truths) - 1)]


MEANT_WELL: Final = {"t": 0.50, "p": 0.45, "a": 0.30, "b": -0.50}
"""Leaders who do not notice that what they mean as help is felt as control."""
LEFT_IN_TRUST: Final = {"t": 0.60, "e": 0.50, "b": 0.70}
"""Leaders who take people who need help for ones who need none."""
MANAGED_TRUTH: Final = Truth(s=0.82, t=0.25, p=0.20, e=0.65, a=0.30, b=0.60, own=MEANT_WELL)
LED_TRUTH: Final = Truth(s=0.78, t=0.85, p=0.85, e=0.35, a=0.85, b=0.05)
ON_THE_WAY: Final = Truth(s=0.74, t=0.56, p=0.52, e=0.60, a=0.60, b=0.38)

# One kind of place each.
MANAGED: Final = Plan((MANAGED_TRUTH,))
PRESSED: Final = Plan((Truth(s=0.66, t=0.40, p=0.35, e=0.60, a=0.40, b=0.35),))
LED: Final = Plan((LED_TRUTH,))
GUIDED: Final = Plan((Truth(s=0.62, t=0.70, p=0.68, e=0.50, a=0.65, b=0.05),))
LOOSE: Final = Plan((Truth(s=0.34, t=0.68, p=0.60, e=0.70, a=0.55, b=-0.10),))
NEUTRAL: Final = Plan((Truth(s=0.50, t=0.50, p=0.50, e=0.55, a=0.50, b=0.0),))
EARNED_FREEDOM: Final = Plan((Truth(s=0.15, t=0.90, p=0.75, e=0.92, a=0.70, b=0.0),))
LEFT_ALONE: Final = Plan(
    (Truth(s=0.13, t=0.22, p=0.25, e=0.30, a=0.20, b=-0.75, own=LEFT_IN_TRUST),)
)
HALF_LEFT: Final = Plan((Truth(s=0.18, t=0.62, p=0.52, e=0.36, a=0.45, b=-0.25),))
"""Hands-off, trusted, but neither experienced enough for it nor quite without what they need."""

# People who see it differently, or need different things.
TWO_CAMPS: Final = Plan(
    (
        Truth(
            *(0.80, 0.10, 0.10, 0.60, 0.45, 0.55, 0.05),
            other_camp=Truth(0.80, 0.90, 0.90, 0.60, 0.55, 0.0, 0.05),
        ),
    ),
    turnout=1.0,
)
TORN_APART: Final = Plan(
    (
        Truth(
            *(0.80, 0.03, 0.03, 0.60, 0.03, 0.60, 0.03),
            other_camp=Truth(0.80, 0.97, 0.97, 0.60, 0.97, 0.0, 0.03),
        ),
    ),
    turnout=1.0,
)
"""Two camps that see everything but the closeness at opposite ends."""
UNLIKE_NEEDS: Final = Plan(
    (
        Truth(
            *(0.62, 0.70, 0.68, 0.25, 0.65, -0.60),
            other_camp=Truth(0.62, 0.70, 0.68, 0.80, 0.65, 0.60),
        ),
    ),
    turnout=1.0,
)
"""Beginners and experts, all led alike."""
NOT_CLEAR: Final = Plan((Truth(0.50, 0.50, 0.50, 0.55, 0.50, -0.20, spread=0.18),))
"""In the middle, and each a little elsewhere."""
LEANING: Final = Plan((Truth(0.40, 0.65, 0.60, 0.60, 0.55, -0.20, spread=0.20),), turnout=0.8)
"""Near a border, and some do not answer."""

# Too little to go by.
TOO_FEW: Final = Plan((PRESSED.truths[0],), turnout=0.30)
"""In a team of 11 fewer than five people answer."""
UNDER_HALF: Final = Plan((GUIDED.truths[0],), turnout=0.45)
"""In a team of 14 five or six people answer, in one of 24 nine to eleven."""
TOO_NEW: Final = Plan((Truth(0.55, 0.65, 0.60, 0.55, 0.60, 0.0, unsure="s"),), turnout=1.0)
"""Under a leader who has only just begun: people cannot say how closely they are followed."""

# From round to round.
CHANGED: Final = Plan((MANAGED_TRUTH, ON_THE_WAY, LED_TRUTH), turnout=1.0, comments=0.92)
LATE_CHANGE: Final = Plan((MANAGED_TRUTH, MANAGED_TRUTH, LED_TRUTH), turnout=1.0)
CHANCE: Final = Plan((Truth(0.41, 0.72, 0.72, 0.60, 0.55, -0.05, spread=0.15),), turnout=0.8)
"""Nothing changes, but so near to a border that chance alone moves a small team across it."""

TALKATIVE: Final = Plan(GUIDED.truths, turnout=0.85, comments=0.7)
EVERYBODY: Final = Plan(GUIDED.truths, turnout=1.0)


def seeded(*names: object) -> random.Random:
    """Return a generator that gives the same numbers in every demo, apart for each name.

    One per leader and round: changing one leader's plan leaves all other results as they are.
    """
    return random.Random(" ".join(map(str, (SEED, *names))))  # noqa: S311  (no secret: a demo)


def ballots(plan: Plan, place: int, invited: int, *, leader: str, is_open: bool) -> list[Ballot]:
    """Return what those of a team who answer say in a round; rounds count from 0."""
    rng = seeded(leader, place)
    turnout = min(plan.turnout, OPEN_TURNOUT) if is_open else plan.turnout
    share = rng.uniform(turnout - TURNOUT_NOISE, turnout + TURNOUT_NOISE)
    answering = min(invited, int(share * invited))
    truth = plan.truth(place)
    asks_comments = invited >= DEFAULT_COMMENT_THRESHOLD
    writers = round(plan.comments * answering) if asks_comments else 0
    written = comments(truth.b, writers, rng)
    return [
        Ballot(
            _choices(_view(truth, leader, number), truth.unsure, rng),
            written[number] if number < writers else {},
        )
        for number in range(answering)
    ]


def _view(truth: Truth, leader: str, number: int) -> dict[str, float]:
    """Return what one person feels: in every round as far from the truth as in the others.

    People come in pairs on opposite sides of it, so that together they feel what is planted.
    """
    felt = truth.other_camp if truth.other_camp and number % 2 else truth
    rng, side = seeded(leader, "pair", number // 2), 1 - 2 * (number % 2)
    view = {
        scale: _between(0, getattr(felt, scale) + side * rng.gauss(0, truth.spread), 1)
        for scale in "stpea"
    }
    return view | {"b": felt.b + side * rng.gauss(0, FIT_SPREAD)}


def _choices(view: dict[str, float], unsure: str, rng: random.Random) -> dict[str, str]:
    """One person's answer to each item, some way from what they feel."""
    choices = {item.id: _choice(item, view, unsure, rng) for item in RATED}
    fit = str(answer(FIT, view["b"], rng))
    return choices | {FIT.id: CANT_SAY if rng.random() < CANT_SAY_RATE else fit}


def _choice(item: Item, view: dict[str, float], unsure: str, rng: random.Random) -> str:
    if rng.random() < (UNSURE_RATE if item.scale in unsure else CANT_SAY_RATE):
        return CANT_SAY
    if item.scale == "p" and view["s"] < HARDLY_CHECKED and rng.random() < UNCHECKED_RATE:
        return UNCHECKED
    return str(answer(item, view[item.scale], rng))


def answer(item: Item, felt: float, rng: random.Random) -> int:
    """Return somebody's raw answer, some way from what they feel, which is as in `Truth`."""
    said = rng.gauss(felt, ITEM_NOISE)
    if item is FIT:
        return round(max(FIT.values) * _between(-1, said, 1))
    raw = min(LABELS) + round(_between(0, said, 1) * (max(LABELS) - min(LABELS)))
    return reverse(raw) if item.reversed else raw


def _between(low: float, x: float, high: float) -> float:
    return max(low, min(x, high))
