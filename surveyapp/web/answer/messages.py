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
        "This link is not complete, or it belongs to another team. Please open the whole link"
        " from your email again."
    ),
    answering.TicketTakenError: lazy_gettext(
        "This link’s one ballot paper was stamped before, in another window or on another"
        " device. If you sent your answers there, you are done; your twelve words change them."
        " If you began there, go on there. If you never used this link, somebody else did: tell"
        " the contact that your email names, or somebody you trust."
    ),
    answering.InvalidTicketError: lazy_gettext(
        "This ballot paper does not carry the stamp of this team, so it was not taken. Please"
        " open the link in your email again."
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
        "Your team is not asked about a check-in agreement, so none of this was taken. Please"
        " open the form again."
    ),
    answering.UnknownChangeCodeError: lazy_gettext(
        "No answers are kept under these words. Please check them."
    ),
    change_code.MistypedWordError: lazy_gettext(
        "One of the words is mistyped or out of place. Please check them."
    ),
}


def message(error: DomainError) -> str:
    """Return the sentence for an error of answering or of reading a change code."""
    if type(error) in SENTENCES:
        return str(SENTENCES[type(error)])
    match error:
        case answering.NotOpenError(closed_on=None):
            text = _("This address belongs to no round. Please check it.")
        case answering.NotOpenError():
            text = _(
                "This round took answers until %(day)s. It is closed now. What was in the box"
                " by then counts; nothing that you sent later was kept.",
                day=format_date(error.closed_on, "long"),
            )
        case change_code.WrongNumberOfWordsError():
            text = ngettext(
                "Please type twelve words; this is %(num)s.",
                "Please type twelve words; these are %(num)s.",
                error.found,
            )
        case change_code.UnknownWordError():
            text = _(
                "Word %(place)s, “%(word)s”, is never one of the twelve. Please check it.",
                place=error.place,
                word=error.word,
            )
        case _:
            raise error
    return str(text)
