"""What is not shown, and why; what no result may be used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from surveyapp.anonymity.thresholds import FINE_CONTRIBUTORS, FINE_INVITED
from surveyapp.core.publication import Reason, Withheld

if TYPE_CHECKING:
    from collections.abc import Callable

Shown = TypeVar("Shown")


def caution() -> str:
    """Say what no result may be used for."""
    said = _(
        "The questionnaire is not validated yet. Small steps from round to round, or between"
        " leaders, mean nothing."
    )
    if get_locale().language == "en":
        return said
    return f"{said} {_('The questions are a draft translation, which is not validated.')}"


def withheld(value: Withheld, threshold: int) -> str:
    """Say why something is not shown."""
    match value.reason:
        case Reason.TOO_FEW:
            return ngettext(
                "Not shown: fewer than %(num)s person answered this.",
                "Not shown: fewer than %(num)s people answered this.",
                threshold,
            )
        case Reason.NO_POSITION:
            return ngettext(
                "Not shown: fewer than %(num)s person answered enough about closeness and about"
                " how it is meant.",
                "Not shown: fewer than %(num)s people answered enough about closeness and about"
                " how it is meant.",
                threshold,
            )
        case Reason.NOT_ASKED:
            return ngettext(
                "Not asked: comments are for teams of %(num)s person or more.",
                "Not asked: comments are for teams of %(num)s people or more.",
                threshold,
            )
        case Reason.OVERLAP:
            return _(
                "Not shown: some people answer about several leaders. Side by side, the results"
                " could give away what a few of them said about themselves."
            )
        case Reason.MEMBERSHIP:
            return _(
                "Not shown: a few people joined or left the team in between. A change would tell"
                " something about them."
            )


def value_or_reason(value: Shown | Withheld, threshold: int, say: Callable[[Shown], str]) -> str:
    """Say a value, or why it is not shown."""
    return withheld(value, threshold) if isinstance(value, Withheld) else say(value)


def withheld_item(value: Withheld, threshold: int) -> str:
    """Say why a single question is not shown: it takes more people than an average."""
    if value.reason is not Reason.TOO_FEW:
        return withheld(value, threshold)
    return withheld(value, max(FINE_CONTRIBUTORS, threshold))


def no_items(threshold: int) -> str:
    """Say why not one single question of a result is shown."""
    return _(
        "Not shown: single questions are shown only if %(contributors)s or more answered, in a"
        " team of %(invited)s or more.",
        **when_finer(threshold),
    )


def withheld_comments(value: Withheld, threshold: int) -> str:
    """Say why the comments on one question are not shown."""
    if value.reason is not Reason.TOO_FEW:
        return withheld(value, threshold)
    return ngettext(
        "Not shown: fewer than %(num)s person wrote something here.",
        "Not shown: fewer than %(num)s people wrote something here.",
        threshold,
    )


def when_finer(threshold: int) -> dict[str, int]:
    """Return from how many people on something is shown more finely: fields of whole sentences."""
    return {"contributors": max(FINE_CONTRIBUTORS, threshold), "invited": FINE_INVITED}
