"""Rounds in words: their states, and what changed from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import pgettext

from surveyapp.charts.words.position import position_in_words
from surveyapp.core.change import Change

if TYPE_CHECKING:
    from surveyapp.core.publication import PublishedPosition


def change(word: Change, since: str) -> str:
    """Say whether the place has moved since an earlier round."""
    named = {"round": since}
    return {
        Change.LIKELY_REAL: _(
            "The place has moved since %(round)s, and that is likely real", **named
        ),
        Change.POSSIBLE: _("The place may have moved since %(round)s", **named),
        Change.NO_CLEAR_CHANGE: _("No clear change since %(round)s", **named),
    }[word]


def change_in_short(word: Change | None) -> str:
    """Say the same in a table; None if nothing may be said."""
    if word is None:
        return str(_("not shown"))
    return {
        Change.LIKELY_REAL: str(_("likely real")),
        Change.POSSIBLE: str(_("possible")),
        Change.NO_CLEAR_CHANGE: str(_("no clear change")),
    }[word]


def before(position: PublishedPosition) -> str:
    """Say where the place was in the earlier round."""
    return _("Back then: %(reading)s.", reading=position_in_words(position))


def change_meaning(word: Change) -> str:
    """Say how much to make of a change."""
    return {
        Change.LIKELY_REAL: _(
            "Chance alone would seldom move it that far. What brought the change about, the answers"
            " cannot tell."
        ),
        Change.POSSIBLE: _("Chance could have moved it that far as well. Wait for another round."),
        Change.NO_CLEAR_CHANGE: _(
            "It did not clearly move further than chance can move it. For small teams that is"
            " the usual result, even where something did change."
        ),
    }[word]


def state(value: str) -> str:
    """Name a round's state."""
    return {
        "draft": _("draft"),
        "open": _("open"),
        "closing": _("closing"),
        "closed": _("closed"),
        "released": pgettext("a round", "released"),
        "discarded": _("discarded"),
    }[value]
