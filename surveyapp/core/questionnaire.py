"""The questionnaire, version 1, and the scoring of one person.

The items are new and not validated yet. Their wording stays neutral about closeness in the S items
(no "too", "must", "control"), because these would otherwise answer the P items.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from surveyapp.core.errors import DomainError

Scale: TypeAlias = Literal["s", "t", "p", "e", "a", "b", "k"]  # k is never scored: see checkin

# Raw answers by item id, not reversed; None and a missing key both mean "not answered".
Answers: TypeAlias = Mapping[str, int | None]


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's tools find marked text
    """Mark text for extraction into the translation catalogues and return it unchanged."""
    return text


VERSION: Final = 1

INTRO: Final = N_(
    "Please think of the last three months. “My leader” is the person who leads your daily work. "
    "There are no right or wrong answers."
)
SUPERVISION: Final = N_("“Supervision” means how closely your leader follows your work.")

LABELS: Final[dict[int, str]] = {
    1: N_("Strongly disagree"),
    2: N_("Disagree"),
    3: N_("In between"),
    4: N_("Agree"),
    5: N_("Strongly agree"),
}
FIT_LABELS: Final[dict[int, str]] = {
    -3: N_("Far too little"),
    -2: N_("Too little"),
    -1: N_("A bit too little"),
    0: N_("Just right"),
    1: N_("A bit too much"),
    2: N_("Too much"),
    3: N_("Far too much"),
}

# The two answers that count as missing. The second is for the P items alone: who is never checked
# cannot say what the checks are for, and should not have to guess.
CANT_SAY: Final = "na"
CANT_SAY_LABEL: Final = N_("Can’t say")
UNCHECKED: Final = "unchecked"
UNCHECKED_LABEL: Final = N_("My work is hardly ever checked")


@dataclass(frozen=True)
class Item:
    """One closed question: `text` on the employee's form, `own_text` on the leader's own."""

    id: str
    scale: Scale
    text: str
    own_text: str

    @property
    def reversed(self) -> bool:
        """Whether agreeing speaks against the scale."""
        return self.id.endswith("r")

    @property
    def labels(self) -> Mapping[int, str]:
        """The raw numbers an answer may have, ascending, with their words."""
        return FIT_LABELS if self.scale == "b" else LABELS

    @property
    def values(self) -> tuple[int, ...]:
        """The raw numbers an answer may have, ascending."""
        return tuple(self.labels)

    @property
    def choices(self) -> tuple[str, ...]:
        """The raw values a form may send, in the order shown; the missing ones come last."""
        return tuple(self._label_by_choice)

    def label(self, choice: str) -> str:
        """Return the untranslated words for one of `choices`; KeyError for anything else."""
        return self._label_by_choice[choice]

    @property
    def _label_by_choice(self) -> dict[str, str]:
        by_choice = {str(value): label for value, label in self.labels.items()}
        by_choice[CANT_SAY] = CANT_SAY_LABEL
        if self.scale == "p":
            by_choice[UNCHECKED] = UNCHECKED_LABEL
        return by_choice


@dataclass(frozen=True)
class Comment:
    """One open question, on the employee's form only."""

    id: str
    text: str


RATED: Final[tuple[Item, ...]] = (
    Item(
        "S1",
        "s",
        N_("My leader often looks closely at how I do my work."),
        N_("I often look closely at how my people do their work."),
    ),
    Item(
        "S2",
        "s",
        N_("My leader checks my work at many steps, not just at the end."),
        N_("I check work at many steps, not just at the end."),
    ),
    Item(
        "S3",
        "s",
        N_("My leader knows from day to day what I am working on."),
        N_("I know from day to day what each person is working on."),
    ),
    Item(
        "S4r",
        "s",
        N_("I can work for weeks before my leader looks at what I do."),
        N_("My people can work for weeks before I look at what they do."),
    ),
    Item(
        "T1",
        "t",
        N_("My leader trusts me to do my job well."),
        N_("I trust my people to do their job well."),
    ),
    Item(
        "T2",
        "t",
        N_("My leader counts on my judgment when something matters."),
        N_("I count on my people's judgment when something matters."),
    ),
    Item(
        "T3r",
        "t",
        N_("My leader seems to expect that I will get things wrong."),
        N_("I tend to expect that my people will get things wrong."),
    ),
    Item(
        "P1",
        "p",
        N_("When my leader checks my work, I learn something from it."),
        N_("When I check work, my people learn something from it."),
    ),
    Item(
        "P2",
        "p",
        N_("My leader looks at my work to help me grow."),
        N_("I look at work to help people grow."),
    ),
    Item(
        "P3r",
        "p",
        N_("When my leader checks my work, it feels like being controlled."),
        N_("When I check work, it is to keep control."),
    ),
    Item(
        "P4r",
        "p",
        N_("Checks on my work serve my leader or the company more than they help me."),
        N_("My checks serve me or the company more than they help my people."),
    ),
    Item(
        "E1",
        "e",
        N_("I have done this kind of work long enough to know it well."),
        N_("My people have done this kind of work long enough to know it well."),
    ),
    Item(
        "E2",
        "e",
        N_("I can solve most problems in my work by myself."),
        N_("My people can solve most problems by themselves."),
    ),
    Item(
        "E3r",
        "e",
        N_("I often need someone to show me how to do a task."),
        N_("My people often need someone to show them how to do a task."),
    ),
    Item(
        "A1",
        "a",
        N_("My leader and I agree ahead of time when we will check in."),
        N_("My people and I agree ahead of time when we will check in."),
    ),
    Item(
        "A2r",
        "a",
        N_("My leader checks on my work without warning."),
        N_("I check on work without warning."),
    ),
)
FIT: Final = Item(
    "F1",
    "b",
    N_("For what I need right now, the amount of supervision I get is:"),
    N_("For what my people need right now, the amount of supervision they get is:"),
)
ITEMS: Final[tuple[Item, ...]] = (*RATED, FIT)
BY_ID: Final[dict[str, Item]] = {item.id: item for item in ITEMS}

COMMENTS: Final[tuple[Comment, ...]] = (
    Comment("C1", N_("What should your leader keep doing when following your work?")),
    Comment("C2", N_("What one change would help you most?")),
)

# The same order for everybody: a random order per person would be one more trait of a ballot.
FORM_ORDER: Final[tuple[str, ...]] = (
    *("T1", "S1", "E1", "P1", "A1", "S4r", "T3r", "P3r", "S2", "E3r"),
    *("T2", "P2", "A2r", "S3", "E2", "P4r", "F1", "C1", "C2"),
)
FORM_ITEMS: Final = tuple(BY_ID[name] for name in FORM_ORDER if name in BY_ID)
"""The items on the form, in its order."""


class UnknownChoiceError(DomainError):
    """A form sent a value that the item does not offer."""

    def __init__(self, item: Item, choice: str) -> None:
        """Keep the item's id and the value, for a form that words its own message."""
        super().__init__(
            f"{item.id}: {choice!r} is not one of the answers ({', '.join(item.choices)})."
        )
        self.item_id = item.id
        self.choice = choice


def parse_choice(item: Item, choice: str) -> int | None:
    """Return the raw answer of a form's value, None for a missing one; or `UnknownChoiceError`."""
    if choice not in item.choices:
        raise UnknownChoiceError(item, choice)
    return None if choice in {CANT_SAY, UNCHECKED} else int(choice)


def reverse(x: int) -> int:
    """Turn a rated answer (1 to 5) round, so that agreeing speaks for the scale: 6 - x."""
    return min(LABELS) + max(LABELS) - x


@dataclass(frozen=True)
class Person:
    """One person's scores; None where too little was answered.

    Closeness s, trust t, purpose p, experience e, agreed check-ins a and how the supervision is
    meant, m, run from 0 to 1; fit b from -1 (far too little) to 1 (far too much supervision).
    """

    s: float | None
    t: float | None
    p: float | None
    e: float | None
    a: float | None
    m: float | None
    b: float | None


def score_person(answers: Answers) -> Person:
    """Score one person's raw answers (1 to 5, F1 -3 to 3; not reversed yet).

    A scale is the mean of its answered items, rescaled from 1..5 to 0..1, if at least half of them
    are answered; m is the mean of trust and purpose, or the one of them that is there.
    """
    trust, purpose = _scale_score("t", answers), _scale_score("p", answers)
    meant = [score for score in (trust, purpose) if score is not None]
    fit = answers.get(FIT.id)
    return Person(
        s=_scale_score("s", answers),
        t=trust,
        p=purpose,
        e=_scale_score("e", answers),
        a=_scale_score("a", answers),
        m=sum(meant) / len(meant) if meant else None,
        b=None if fit is None else fit / max(FIT_LABELS),
    )


def _scale_score(scale: Scale, answers: Answers) -> float | None:
    items = [item for item in RATED if item.scale == scale]
    answered = [
        reverse(raw) if item.reversed else raw
        for item in items
        if (raw := answers.get(item.id)) is not None
    ]
    if 2 * len(answered) < len(items):
        return None
    lowest, highest = min(LABELS), max(LABELS)
    return (sum(answered) / len(answered) - lowest) / (highest - lowest)
