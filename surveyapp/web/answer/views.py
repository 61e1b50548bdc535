"""Answering by printed slip, and changing answers by twelve words: plain forms, no script needed.

A code travels in the form's body only, never in an address, which servers write to their logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from surveyapp.anonymity import change_code
from surveyapp.anonymity.change_code import ChangeCodeError
from surveyapp.core.questionnaire import COMMENTS, INTRO, SUPERVISION
from surveyapp.rounds.answering import (
    Answering,
    AnsweringError,
    NotOpenError,
    SlipUsedError,
    UnknownChangeCodeError,
    UnknownSlipError,
)
from surveyapp.storage.database import db, transact
from surveyapp.web.answer.forms import Asked, SlipForm, UnaskedError, WordsForm, questionnaire_form
from surveyapp.web.answer.messages import message
from surveyapp.web.pages import keys

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from surveyapp.rounds.asked_team import AskedTeam
    from surveyapp.web.answer.forms import QuestionnaireForm

blueprint = Blueprint("answer", __name__)

GONE, NOT_FOUND = 410, 404
WORDS_FILE = "twelve-words.txt"
OWN_SITES = (None, "same-origin", "none")
"""What browsers say of a form that one of our pages sent; old ones say nothing."""


@blueprint.before_request
def refuse_foreign_forms() -> None:
    """Refuse a form that another site made the browser send.

    It could carry a change code that its maker knows, and so replace the answers later. There is
    no session here that a token could be bound to.
    """
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") not in OWN_SITES:
        abort(403)


@blueprint.context_processor
def _place() -> dict[str, bool]:
    return {"kiosk": _is_kiosk()}


def _is_kiosk() -> bool:
    """Whether this page is for a tablet that many share: the same forms, and nothing stays."""
    return request.endpoint in {"answer.kiosk", "answer.kiosk_send"}


@blueprint.route("/slip", methods=["GET", "POST"])
@blueprint.route("/kiosk", methods=["GET", "POST"], endpoint="kiosk")
def slip() -> ResponseReturnValue:
    """Ask for the code of a slip; with a good one, show the questionnaire."""
    form = SlipForm(request.form)
    if request.method != "POST":
        return render_template("answer/slip.html", form=form)
    try:
        team = answering(db.session).admit(form.slip.data or "")
    except AnsweringError as error:
        return _slip_refused(error)
    empty = _form(team)(data={"slip": form.slip.data, "change_code": change_code.new_code().hex()})
    return _questionnaire(team, empty, _send_address())


@blueprint.post("/slip/answers")
@blueprint.post("/kiosk/answers", endpoint="kiosk_send")
def send() -> ResponseReturnValue:
    """Take the answers of a slip."""
    slip_code = request.form.get("slip", "")
    try:
        code = _carried_code()
        team = answering(db.session).admit(slip_code)
        form = _sent_form(team)
        if not form.validate():
            return _questionnaire(team, form, _send_address()), 422
        db.session.rollback()  # whoever waits to write keeps no connection from those who do
        again = not _may_be_the_next()
        transact(
            lambda new: answering(new).submit(slip_code, code, form.ballot(), again=again),
            twice=again,
        )
    except AnsweringError as error:
        return _slip_refused(error)
    return _thanks(team, code)


@blueprint.route("/answer/<public_id:team_id>/change", methods=["GET", "POST"])
def change(team_id: str) -> ResponseReturnValue:
    """Ask for the twelve words, and show an empty questionnaire.

    Not before it is sent it turns out whether there are answers under these words: whoever made
    somebody tell them would otherwise have a proof that they took part.
    """
    form = WordsForm(request.form)
    try:
        team = answering(db.session).open_team(team_id)
    except NotOpenError as error:
        return closed(error, team_id)
    if request.method != "POST":
        return render_template("answer/change.html", team=team, form=form)
    try:
        code = change_code.from_words(form.words.data or "")
    except ChangeCodeError as error:
        page = render_template("answer/change.html", team=team, form=form, problem=message(error))
        return page, 422
    empty = _form(team)(data={"change_code": code.hex()})
    return _questionnaire(team, empty, _change_address(team_id))


@blueprint.post("/answer/<public_id:team_id>/change/answers")
def send_change(team_id: str) -> ResponseReturnValue:
    """Put new answers in the place of the earlier ones."""
    try:
        code = _carried_code()
        team = answering(db.session).open_team(team_id)
        form = _sent_form(team)
        if not form.validate():
            return _questionnaire(team, form, _change_address(team_id)), 422
        db.session.rollback()  # as above
        transact(lambda new: answering(new).replace(team_id, code, form.ballot()))
    except UnknownChangeCodeError as error:
        page = render_template(
            "answer/change.html", team=team, form=WordsForm(), problem=message(error)
        )
        return page, 422
    except NotOpenError as error:
        return closed(error, team_id, sent=True)
    except AnsweringError as error:
        return render_template("answer/closed.html", problem=message(error), sent=True), 422
    return _thanks(team, code, changed=True)


@blueprint.post("/answer/<public_id:team_id>/words")
def words_file(team_id: str) -> ResponseReturnValue:
    """Return the twelve words as a text file: for browsers that run no script to make it.

    Says nothing of whether there are answers under them, and keeps nothing.
    """
    try:
        code, team = _carried_code(), answering(db.session).open_team(team_id)
    except NotOpenError as error:
        return closed(error, team_id)
    except AnsweringError as error:
        return _slip_refused(error)
    text = render_template("answer/words.txt", team=team, words=change_code.to_words(code))
    reply = Response(text.strip() + "\n", mimetype="text/plain")
    reply.headers["Content-Disposition"] = f'attachment; filename="{WORDS_FILE}"'
    return reply


def closed(error: NotOpenError, team_id: str, *, sent: bool = False) -> ResponseReturnValue:
    """Say why a team's round takes no answers; `sent` if some were on their way."""
    over = error.closed_on is not None
    page = render_template(
        "answer/closed.html", problem=message(error), over=over, team_id=team_id, sent=sent
    )
    return page, GONE if over else NOT_FOUND


def _send_address() -> str:
    return url_for("answer.kiosk_send" if _is_kiosk() else "answer.send", lang=None)


def _change_address(team_id: str) -> str:
    return url_for("answer.send_change", team_id=team_id, lang=None)


def _may_be_the_next() -> bool:
    """Whether a form may have been sent again by the next person at a shared tablet.

    A browser without our script offers to send once more whatever it sent before, to whoever goes
    back. Our script leaves it nothing to send, and repeats only what was not acknowledged.
    """
    return _is_kiosk() and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def answering(session: Session) -> Answering:
    """Return who takes answers in this session, today."""
    return Answering(session, keys())


def _carried_code() -> bytes:
    """Read the change code that our own form carried; without it, the slip has to come first."""
    try:
        code = bytes.fromhex(request.form.get("change_code", ""))
    except ValueError as error:
        raise UnknownSlipError from error
    if len(code) != change_code.CODE_BYTES:
        raise UnknownSlipError
    return code


def asked_of(team: AskedTeam) -> Asked:
    """Return what this team is asked."""
    return Asked(comments=team.asks_comments, agreement=team.asks_agreement)


def sent_to(team: AskedTeam) -> Asked:
    """Return what this team is asked; raises `UnaskedError` if something else was answered."""
    asked = asked_of(team)
    if unasked := asked.unasked(request.form):
        raise UnaskedError(unasked)
    return asked


def _form(team: AskedTeam) -> type[QuestionnaireForm]:
    return questionnaire_form(asked_of(team))


def _sent_form(team: AskedTeam) -> QuestionnaireForm:
    """Return what somebody sent, not validated yet."""
    return questionnaire_form(sent_to(team))(request.form)


def _questionnaire(team: AskedTeam, form: QuestionnaireForm, address: str) -> str:
    return render_template(
        "answer/questionnaire.html",
        team=team,
        form=form,
        address=address,
        agreed=team.agreed,
        threshold=team.round.threshold,
        **questions(form),
    )


def questions(form: QuestionnaireForm) -> dict[str, Any]:
    """Return what a form asks, in its order, with the words that introduce it."""
    return {
        "items": form.asked.items,
        "comments": COMMENTS if form.asked.comments else (),
        "intro": INTRO,
        "supervision": SUPERVISION,
    }


def _slip_refused(error: AnsweringError) -> ResponseReturnValue:
    used = error.team_id if isinstance(error, SlipUsedError) else None
    form = SlipForm(request.form)
    page = render_template("answer/slip.html", form=form, problem=message(error), used=used)
    return page, 422


def _thanks(team: AskedTeam, code: bytes, *, changed: bool = False) -> str:
    words = change_code.to_words(code)
    return render_template(
        "answer/thanks.html", team=team, words=words, code=code.hex(), changed=changed
    )
