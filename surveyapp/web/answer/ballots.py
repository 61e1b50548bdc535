"""Answering by mailed link: the page, and the three requests of its script.

The page is the same for everybody in a team. Who somebody is stands behind the "#" of the link,
which browsers do not send; it comes once, with a blinded ballot paper, and the answers come in a
request of their own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from surveyapp.anonymity import base64url, change_code, tickets
from surveyapp.anonymity.change_code import ChangeCodeError
from surveyapp.rounds.answering import (
    AlreadyCastError,
    AnsweringError,
    InvalidTicketError,
    NotOpenError,
    TicketTakenError,
    UnknownChangeCodeError,
    UnknownInvitationError,
)
from surveyapp.storage.database import db, transact
from surveyapp.web.answer.forms import UnaskedError, questionnaire_form
from surveyapp.web.answer.messages import message
from surveyapp.web.answer.views import (
    GONE,
    NOT_FOUND,
    answering,
    asked_of,
    blueprint,
    closed,
    questions,
    sent_to,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from surveyapp.core.checkin import Agreed
    from surveyapp.core.errors import DomainError
    from surveyapp.web.answer.forms import Asked

RENDERED = 256
"""Forms kept rendered: of so many teams that agreed on something, times languages."""
CONFLICT, UNPROCESSABLE, CREATED = 409, 422, 201
FIELD: dict[type[Exception], tuple[str, int]] = {
    UnknownInvitationError: ("token", UNPROCESSABLE),
    tickets.BlindedValueError: ("blinded", UNPROCESSABLE),
    TicketTakenError: ("token", CONFLICT),
    InvalidTicketError: ("signature", UNPROCESSABLE),
    AlreadyCastError: ("signature", CONFLICT),
    UnknownChangeCodeError: ("change_code", UNPROCESSABLE),
}
"""Which field of a request an error is about, and the status that says it."""


@blueprint.get("/answer/<public_id:team_id>")
def invited(team_id: str) -> ResponseReturnValue:
    """Show the questionnaire of a team: the same bytes for everybody who speaks a language."""
    try:
        team = answering(db.session).open_team(team_id)
    except NotOpenError as error:
        return closed(error, team_id)
    language = str(get_locale())
    inside = _questions(
        language,
        asked_of(team),
        team.agreed,
        team.round.threshold,
    )
    return render_template("answer/invited.html", team=team, questions=inside, says=_says(language))


@blueprint.get("/answer/<public_id:team_id>/key")
def key(team_id: str) -> ResponseReturnValue:
    """Return the public key that stamps this team's ballot papers."""
    try:
        team = answering(db.session).open_team(team_id)
    except NotOpenError as error:
        return _refused(error)
    modulus, exponent = tickets.public_numbers(team.public_key)
    return {
        "n": base64url.encode(modulus),
        "e": base64url.encode(exponent),
        "fingerprint": tickets.fingerprint(team.public_key),
    }


@blueprint.post("/answer/<public_id:team_id>/ticket")
def ticket(team_id: str) -> ResponseReturnValue:
    """Stamp a blinded ballot paper, once per invitation; the same paper any number of times."""
    try:
        token, blinded = _ticket_request()
        stamp = answering(db.session).stamp(team_id, token, blinded)
        db.session.rollback()  # the write below waits for no reader of ours
        transact(lambda session: answering(session).note(team_id, stamp))
    except (AnsweringError, tickets.BlindedValueError) as error:
        return _refused(error)
    return {"signature": base64url.encode(stamp.signature)}


@blueprint.post("/answer/<public_id:team_id>/ballot")
def ballot(team_id: str) -> ResponseReturnValue:
    """Take a ballot for a stamped paper, or in the place of the one that a change code opens."""
    try:
        asked = sent_to(answering(db.session).open_team(team_id))
        errors = asked.faults(request.form)
        db.session.rollback()
        replaced = request.form.get("change_code")
        code = _change_code(replaced) if replaced else None
        if errors:
            return {"errors": errors}, UNPROCESSABLE
        said = asked.ballot(request.form)
        if code is None:
            paper, signature = _field("message"), _field("signature")
            transact(lambda new: answering(new).cast(team_id, paper, signature, said))
        else:
            transact(lambda new: answering(new).replace(team_id, code, said))
    except (AnsweringError, ChangeCodeError) as error:
        return _refused(error)
    return {}, CREATED


@lru_cache(maxsize=RENDERED)
def _questions(_language: str, asked: Asked, agreed: Agreed | None, threshold: int) -> Markup:
    """Render the questions once for each language and agreement: they are most of the page."""
    form = questionnaire_form(asked)()
    page = render_template(
        "answer/_questions.html",
        form=form,
        agreed=agreed,
        threshold=threshold,
        **questions(form),
    )
    return Markup(page)  # noqa: S704  (a template's output)


@lru_cache(maxsize=RENDERED)
def _says(_language: str) -> Markup:
    """Render once for each language what the script may have to say."""
    return Markup(render_template("answer/_invited_says.html"))  # noqa: S704  (as above)


def _ticket_request() -> tuple[str, bytes]:
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # nested so deeply that no reader of ours follows
        sent = None
    token, blinded = (
        (sent.get("token"), sent.get("blinded")) if isinstance(sent, dict) else (None, None)
    )
    if not isinstance(token, str):
        raise UnknownInvitationError
    try:
        return token, base64url.decode(blinded if isinstance(blinded, str) else "")
    except ValueError as error:
        raise tickets.BlindedValueError from error


def _field(name: str) -> bytes:
    try:
        return base64url.decode(request.form.get(name, ""))
    except ValueError as error:
        raise InvalidTicketError from error


def _change_code(sent: str) -> bytes:
    """Read a change code as the script sends it, or as twelve words."""
    try:
        code = base64url.decode(sent)
    except ValueError:
        return change_code.from_words(sent)
    if len(code) != change_code.CODE_BYTES:
        raise UnknownChangeCodeError
    return code


def _refused(error: DomainError) -> ResponseReturnValue:
    field, status = FIELD.get(type(error), ("change_code", UNPROCESSABLE))
    if isinstance(error, UnaskedError):
        field = error.item_id
    if isinstance(error, NotOpenError):
        field, status = "round", _status(error)
    return {"errors": {field: message(error)}}, status


def _status(error: NotOpenError) -> int:
    return NOT_FOUND if error.closed_on is None else GONE
