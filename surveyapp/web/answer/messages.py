"""What went wrong while answering, as a person is told: what happened, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from surveyapp.anonymity import change_code
from surveyapp.rounds import answering

if TYPE_CHECKING:
    from surveyapp.core.errors import DomainError


def message(error: DomainError) -> str:
    """Return the sentence for an error of answering or of reading a change code."""
    match error:
        case answering.UnknownSlipError():
            text = _(
                "No open round has this code: it may be mistyped, or its round has closed. A code"
                " has twelve letters and digits."
            )
        case answering.SlipUsedError():
            text = _("This slip has been used: each slip takes one person’s answers.")
        case answering.NotOpenError(closed_on=None):
            text = _("This address belongs to no round. Please compare it once more.")
        case answering.NotOpenError():
            text = _(
                "This round took answers until %(day)s. It is closed now, and nothing was kept of"
                " what you sent.",
                day=format_date(error.closed_on, "long"),
            )
        case answering.UnknownChangeCodeError():
            text = _("No answers are kept under these words. Please compare them once more.")
        case change_code.WrongNumberOfWordsError():
            text = ngettext(
                "Your change code has twelve words; this is %(num)s.",
                "Your change code has twelve words; these are %(num)s.",
                error.found,
            )
        case change_code.UnknownWordError():
            text = _(
                "Word %(place)s, “%(word)s”, is in no change code. Please compare it once more.",
                place=error.place,
                word=error.word,
            )
        case change_code.MistypedWordError():
            text = _("One of the words is mistyped or out of place. Please compare them.")
        case _:
            raise error
    return str(text)
