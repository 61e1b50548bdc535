"""What the demo's people write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random

FELT: Final = 0.2
"""From this mean of b on, people ask for more or for less supervision in their comments."""

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


def comments(need: float, writers: int, rng: random.Random) -> list[dict[str, str]]:
    """Comments of as many people, none said twice as long as the sentences last.

    `need` is the mean of b, from -1 (far too little) to 1 (far too much supervision).
    """
    wishes = WISHES
    if need > FELT:
        wishes += LOOSER
    elif need < -FELT:
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
