"""What the demo plants: how a team feels led, and the ballots that such a team fills in.

A demo that shows only noise teaches nothing. Each leader therefore has a plan, and whoever looks
at the result can tell whether the product found what was planted.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from surveyapp.anonymity.ballot import Ballot
from surveyapp.core.questionnaire import CANT_SAY, FIT, LABELS, RATED, UNCHECKED, Item, reverse

SEED: Final = 2026

ITEM_NOISE: Final = 0.09
"""Standard deviation, on the scale from 0 to 1, of one answer around the person's own view."""
CANT_SAY_RATE: Final = 0.04
HARDLY_CHECKED: Final = 0.25
"""Below this closeness a person mostly says "my work is hardly ever checked"."""
UNCHECKED_RATE: Final = 0.7
TURNOUT_NOISE: Final = 0.05
OPEN_TURNOUT: Final = 0.68
"""Share of a team that has answered in the open round, at most."""
FELT: Final = 0.2
"""From this mean of b on, people ask for more or for less supervision in their comments."""


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


MANAGED_TRUTH: Final = Truth(s=0.82, t=0.25, p=0.20, e=0.65, a=0.30, b=0.60)
LED_TRUTH: Final = Truth(s=0.78, t=0.85, p=0.85, e=0.35, a=0.85, b=0.05)
ON_THE_WAY: Final = Truth(s=0.74, t=0.56, p=0.52, e=0.60, a=0.60, b=0.30)

MANAGED: Final = Plan((MANAGED_TRUTH,))
PRESSED: Final = Plan((Truth(s=0.66, t=0.40, p=0.35, e=0.60, a=0.40, b=0.35),))
LED: Final = Plan((LED_TRUTH,))
GUIDED: Final = Plan((Truth(s=0.62, t=0.70, p=0.68, e=0.50, a=0.65, b=0.05),))
EARNED_FREEDOM: Final = Plan((Truth(s=0.15, t=0.90, p=0.75, e=0.92, a=0.70, b=0.0),))
LOOSE: Final = Plan((Truth(s=0.34, t=0.68, p=0.60, e=0.70, a=0.55, b=-0.10),))
LEFT_ALONE: Final = Plan((Truth(s=0.13, t=0.22, p=0.25, e=0.30, a=0.20, b=-0.75),))
NEUTRAL: Final = Plan((Truth(s=0.50, t=0.50, p=0.50, e=0.55, a=0.50, b=0.0),))
TWO_CAMPS: Final = Plan(
    (
        Truth(
            *(0.80, 0.10, 0.10, 0.60, 0.45, 0.55, 0.05),
            other_camp=Truth(0.80, 0.90, 0.90, 0.60, 0.55, 0.0, 0.05),
        ),
    ),
    turnout=1.0,
)
TOO_FEW: Final = Plan((PRESSED.truths[0],), turnout=0.30)
"""In a team of 11 fewer than five people answer."""
UNDER_HALF: Final = Plan((GUIDED.truths[0],), turnout=0.42)
"""In a team of 14 five or six people answer."""
CHANGED: Final = Plan((MANAGED_TRUTH, ON_THE_WAY, LED_TRUTH), turnout=1.0, comments=0.92)
CHANCE: Final = Plan((Truth(s=0.44, t=0.64, p=0.64, e=0.60, a=0.55, b=-0.05),))
"""Nothing changes, but so near to a border that chance alone moves a small team across it."""
TALKATIVE: Final = Plan(GUIDED.truths, turnout=0.85, comments=0.7)
EVERYBODY: Final = Plan(GUIDED.truths, turnout=1.0)

# What people write: what to keep (C1); what would help (C2), whatever the closeness, and where
# there is too much or too little of it.
KEEP: Final[tuple[str, ...]] = (
    "The short talk on Monday. It helps me to plan the week.",
    "Asking what I think before deciding.",
    "Going through the first draft together, that saves a lot of time later.",
    "Giving feedback on the same day.",
    "Telling us why something is checked.",
    "Being reachable when something goes wrong.",
    "Saying thank you when a job is done well.",
    "Letting me explain my own solution first.",
    "The review at the end of each project, I learn from it.",
    "Keeping agreed dates for our one-to-ones.",
    "Standing up for the team when there is pressure from outside.",
    "Clear priorities when there is too much to do.",
    "Showing how it is done when a task is new.",
    "Staying calm when there are mistakes.",
    "Honest words, also when they are not pleasant.",
    "Passing on what was decided higher up.",
    "Taking time for questions, even on busy days.",
    "Looking at the numbers together with us and not behind our backs.",
    "Trusting me with the customers.",
    "Nothing special, it is fine as it is.",
)
WISHES: Final[tuple[str, ...]] = (
    "Tell me in the morning what matters most today.",
    "A fixed time for questions each week.",
    "Fewer meetings, but better prepared ones.",
    "More praise for things that simply work.",
    "Decide faster when we are waiting for an answer.",
    "The same rules for everyone in the team.",
    "Write down what we agreed, so nobody has to remember it.",
    "More time for training.",
)
LOOSER: Final[tuple[str, ...]] = (
    "Let me finish a step before looking at it.",
    "Agree on check-ins ahead of time instead of dropping by.",
    "I do not need to be copied on every mail, and neither do you.",
    "Check the result, not each click on the way.",
    "Let me sign off small things myself.",
    "One report a week instead of one a day.",
    "Believe me when I say it will be ready on Friday.",
    "Ask what I need before correcting it.",
)
TIGHTER: Final[tuple[str, ...]] = (
    "Come by more often, we hardly see you.",
    "Look at my work before it goes to the customer.",
    "I would like somebody to tell me whether I am on the right track.",
    "A regular one-to-one, even if it is only fifteen minutes.",
    "Show me how the difficult cases are handled.",
    "Answer my questions within a day or two.",
    "Say what you expect. I often have to guess.",
    "Take an interest in what we do all week.",
)


def seeded(*names: object) -> random.Random:
    """Return a generator that gives the same numbers in every demo, apart for each name.

    One per leader and round: changing one leader's plan leaves all other results as they are.
    """
    return random.Random(" ".join(map(str, (SEED, *names))))  # noqa: S311  (no secret: a demo)


def ballots(
    plan: Plan, place: int, invited: int, *, leader: str, is_open: bool, comments_asked: bool
) -> list[Ballot]:
    """Return what those of a team who answer say in a round; rounds count from 0."""
    rng = seeded(leader, place)
    turnout = min(plan.turnout, OPEN_TURNOUT) if is_open else plan.turnout
    share = rng.uniform(turnout - TURNOUT_NOISE, turnout + TURNOUT_NOISE)
    answering = min(invited, int(share * invited))
    truth = plan.truth(place)
    writers = round(plan.comments * answering) if comments_asked else 0
    comments = _comments(truth, writers, rng)
    return [
        Ballot(_choices(_camp(truth, number), rng), comments[number] if number < writers else {})
        for number in range(answering)
    ]


def _camp(truth: Truth, number: int) -> Truth:
    return truth.other_camp if truth.other_camp and number % 2 else truth


def _choices(truth: Truth, rng: random.Random) -> dict[str, str]:
    """One person: a view of their own around the truth, then an answer to each item."""
    view = {
        scale: _between(0, rng.gauss(getattr(truth, scale), truth.spread), 1) for scale in "stpea"
    }
    choices = {item.id: _choice(item, view, rng) for item in RATED}
    most = max(FIT.values)
    fit = round(most * _between(-1, rng.gauss(truth.b, 2 * ITEM_NOISE), 1))
    choices[FIT.id] = CANT_SAY if rng.random() < CANT_SAY_RATE else str(fit)
    return choices


def _choice(item: Item, view: dict[str, float], rng: random.Random) -> str:
    if rng.random() < CANT_SAY_RATE:
        return CANT_SAY
    if item.scale == "p" and view["s"] < HARDLY_CHECKED and rng.random() < UNCHECKED_RATE:
        return UNCHECKED
    felt = _between(0, rng.gauss(view[item.scale], ITEM_NOISE), 1)
    raw = min(LABELS) + round(felt * (max(LABELS) - min(LABELS)))
    return str(reverse(raw) if item.reversed else raw)


def _comments(truth: Truth, writers: int, rng: random.Random) -> list[dict[str, str]]:
    """Comments of as many people, none said twice as long as the sentences last."""
    wishes = WISHES
    if truth.b > FELT:
        wishes += LOOSER
    elif truth.b < -FELT:
        wishes += TIGHTER
    else:
        wishes += LOOSER[::2] + TIGHTER[::2]
    columns = {"C1": _drawn(KEEP, writers, rng), "C2": _drawn(wishes, writers, rng)}
    return [{name: said[place] for name, said in columns.items()} for place in range(writers)]


def _drawn(sentences: tuple[str, ...], wanted: int, rng: random.Random) -> list[str]:
    said: list[str] = []
    while len(said) < wanted:
        said += rng.sample(sentences, len(sentences))
    return said[:wanted]


def _between(low: float, x: float, high: float) -> float:
    return max(low, min(x, high))
