"""What went wrong while answering, as a person is told: what happened, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask_babel import format_date, lazy_gettext, ngettext
from flask_babel import gettext as _

from surveyapp.anonymity import change_code, tickets
from surveyapp.rounds import answering
from surveyapp.web.answer.forms import UnaskedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveyapp.core.errors import DomainError

SENTENCES: Final[Mapping[type[Exception], Any]] = {
    answering.UnknownInvitationError: lazy_gettext(
        "This link is not complete, or it belongs to another team. Please open the link in your"
        " mail once more, whole."
    ),
    answering.TicketTakenError: lazy_gettext(
        "A ballot paper was stamped for this link before, in another window or on another device,"
        " and each link has one. If you sent your answers there, nothing is left to do; your"
        " twelve words change them. If you began there, go on there. If you never used it, somebody"
        " else did: tell the contact that your mail names, or somebody you trust."
    ),
    answering.InvalidTicketError: lazy_gettext(
        "This ballot paper does not carry the stamp of this team, so it was not taken. Please open"
        " the link in your mail once more."
    ),
    answering.AlreadyCastError: lazy_gettext(
        "Other answers came with this ballot paper before; your twelve words change them."
    ),
    tickets.BlindedValueError: lazy_gettext(
        "What your browser sent is no ballot paper, so nothing was stamped. Please try once more,"
        " or open the link in another browser."
    ),
    answering.UnknownSlipError: lazy_gettext(
        "No open round has this code: it may be mistyped, or its round has closed. A code has"
        " twelve letters and digits."
    ),
    answering.SlipUsedError: lazy_gettext(
        "This slip has been used: each slip takes one person’s answers. If you never used it,"
        " somebody else did: tell somebody you trust."
    ),
    UnaskedError: lazy_gettext(
        "Your team is not asked about a check-in agreement, so nothing of this was taken. Please"
        " open the form once more."
    ),
    answering.UnknownChangeCodeError: lazy_gettext(
        "No answers are kept under these words. Please compare them once more."
    ),
    change_code.MistypedWordError: lazy_gettext(
        "One of the words is mistyped or out of place. Please compare them."
    ),
}


def message(error: DomainError) -> str:
    """Return the sentence for an error of answering or of reading a change code."""
    if type(error) in SENTENCES:
        return str(SENTENCES[type(error)])
    match error:
        case answering.NotOpenError(closed_on=None):
            text = _("This address belongs to no round. Please compare it once more.")
        case answering.NotOpenError():
            text = _(
                "This round took answers until %(day)s. It is closed now. What was in the box"
                " before counts; nothing else of what you sent was kept.",
                day=format_date(error.closed_on, "long"),
            )
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
        case _:
            raise error
    return str(text)
