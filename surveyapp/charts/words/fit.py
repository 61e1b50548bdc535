"""Whether the supervision fits, and how far people agree, in words."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.publication import (
    HIGHEST_QUARTER,
    LOWEST_QUARTER,
    PublishedFit,
    PublishedPosition,
    Withheld,
)
from surveyapp.core.statement import Statement

TO_BE_READ: Final = {Statement.MOSTLY, Statement.LEANING, Statement.UNCLEAR}
"""Of two camps the place describes neither, and of few answers it is a first hint."""


def people_verdict(verdict: Verdict) -> str:
    """Say what people's own word is."""
    return {
        Verdict.TOO_LITTLE: _("On average, people say that they get too little supervision"),
        Verdict.ABOUT_RIGHT: _(
            "On average, people say that the amount of supervision is about right"
        ),
        Verdict.TOO_MUCH: _("On average, people say that they get too much supervision"),
        Verdict.DIFFERENT_AMOUNTS: _("People need different amounts: some more, some less"),
        Verdict.UNCLEAR: _("What people say about the amount gives no clear answer"),
    }[verdict]


def fit_takeaway(fit: PublishedFit) -> str:
    """Say the one thing to take from whether the supervision fits: people's own word."""
    if isinstance(fit.people, Withheld):
        return _("Whether the amount is right")
    return people_verdict(fit.people)


def rule_verdict(verdict: Verdict) -> str:
    """Say what the rule of thumb gives, which knows closeness and experience only."""
    return {
        Verdict.TOO_LITTLE: _(
            "By a rule of thumb, people with this much experience need to be followed more closely."
        ),
        Verdict.ABOUT_RIGHT: _(
            "By a rule of thumb, people with this much experience are followed about as closely as"
            " they need."
        ),
        Verdict.TOO_MUCH: _(
            "By a rule of thumb, people with this much experience need to be followed less closely."
        ),
    }[verdict]


def hands_off(kind: HandsOffKind) -> str:
    """Say what kind of hands-off it is."""
    return {
        HandsOffKind.EARNED_FREEDOM: _(
            "Hands-off looks like earned freedom here: people say that they know their work, and"
            " the room seems to suit them."
        ),
        HandsOffKind.LEFT_ALONE: _("Hands-off looks like being left alone here."),
        HandsOffKind.MIXED: _(
            "It is not clear whether hands-off is freedom or being left alone here. Only asking"
            " helps."
        ),
    }[kind]


def bars(quarters: tuple[int, int, int]) -> list[tuple[str, int, str]]:
    """List how many say too little, just right and too much: name, quarters, in words."""
    names = (_("too little"), _("just right"), _("too much"))
    return [(name, value, quarter(value)) for name, value in zip(names, quarters, strict=True)]


def quarter(value: int) -> str:
    """Write a part of the people, displayed in quarters."""
    if value <= LOWEST_QUARTER:
        return _("a quarter or less")
    if value >= HIGHEST_QUARTER:
        return _("three quarters or more")
    return _("about half")


def agreement(word: AgreementWord) -> str:
    """Say how far people see it alike."""
    return {
        AgreementWord.ALIKE: _("People mostly see it alike"),
        AgreementWord.SOME_DIFFERENCES: _("People see it with some differences"),
        AgreementWord.VERY_DIFFERENT: _("People see it very differently"),
        AgreementWord.SPLIT: _(
            "People are split: answers lie as far apart as if picked blindly, or further"
        ),
    }[word]


def agreement_meaning(word: AgreementWord, position: PublishedPosition | Withheld) -> str:
    """Say what follows for reading the place on the map; nothing where it is not to be read."""
    if isinstance(position, Withheld) or position.statement not in TO_BE_READ:
        return ""
    if word is AgreementWord.ALIKE:
        return _("So the place on the map speaks for most of them.")
    if word is AgreementWord.SOME_DIFFERENCES:
        return _("The place on the map is their middle; some will find it a little off.")
    return _(
        "The place on the map is their middle, and it fits few of them. Do not try to find out who"
        " said what; ask what differs from work to work."
    )
