"""Answering by printed slip, and changing answers by twelve words: plain forms, no script needed.

A code travels in the form's body only, never in an address, which servers write to their logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, render_template, request, url_for

from surveyapp.anonymity import change_code
from surveyapp.anonymity.change_code import ChangeCodeError
from surveyapp.core.checkin import ABOUT_AGREEMENT
from surveyapp.core.questionnaire import BY_ID, COMMENTS, FORM_ORDER, INTRO, SUPERVISION
from surveyapp.rounds.answering import (
    Answering,
    AnsweringError,
    SlipUsedError,
    UnknownChangeCodeError,
    UnknownSlipError,
)
from surveyapp.storage.database import db, forget_log, writing
from surveyapp.web.answer.forms import SlipForm, UnaskedError, WordsForm, questionnaire_form
from surveyapp.web.answer.messages import message
from surveyapp.web.pages import keys

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import RoundTeam
    from surveyapp.web.answer.forms import QuestionnaireForm

blueprint = Blueprint("answer", __name__)

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


@blueprint.route("/slip", methods=["GET", "POST"])
def slip() -> ResponseReturnValue:
    """Ask for the code of a slip; with a good one, show the questionnaire."""
    form = SlipForm(request.form)
    if request.method == "GET":
        return render_template("answer/slip.html", form=form)
    try:
        team = answering(db.session).admit(form.slip.data or "")
    except AnsweringError as error:
        return _slip_refused(error)
    empty = form_class(team)(
        data={"slip": form.slip.data, "change_code": change_code.new_code().hex()}
    )
    return _questionnaire(team, empty, url_for("answer.send"))


@blueprint.post("/slip/answers")
def send() -> ResponseReturnValue:
    """Take the answers of a slip."""
    slip_code = request.form.get("slip", "")
    try:
        code = _carried_code()
        team = answering(db.session).admit(slip_code)
        form = sent_form(team)
        if not form.validate():
            return _questionnaire(team, form, url_for("answer.send")), 422
        with writing() as session:
            answering(session).submit(slip_code, code, form.ballot())
    except AnsweringError as error:
        return _slip_refused(error)
    _forget_log()
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
    except AnsweringError as error:
        return render_template("answer/closed.html", problem=message(error)), 404
    if request.method == "GET":
        return render_template("answer/change.html", team=team, form=form)
    try:
        code = change_code.from_words(form.words.data or "")
    except ChangeCodeError as error:
        page = render_template("answer/change.html", team=team, form=form, problem=message(error))
        return page, 422
    empty = form_class(team)(data={"change_code": code.hex()})
    return _questionnaire(team, empty, url_for("answer.send_change", team_id=team_id))


@blueprint.post("/answer/<public_id:team_id>/change/answers")
def send_change(team_id: str) -> ResponseReturnValue:
    """Put new answers in the place of the earlier ones."""
    try:
        code = _carried_code()
        team = answering(db.session).open_team(team_id)
        form = sent_form(team)
        if not form.validate():
            address = url_for("answer.send_change", team_id=team_id)
            return _questionnaire(team, form, address), 422
        with writing() as session:
            answering(session).replace(team_id, code, form.ballot())
    except UnknownChangeCodeError as error:
        page = render_template(
            "answer/change.html", team=team, form=WordsForm(), problem=message(error)
        )
        return page, 422
    except AnsweringError as error:
        return render_template("answer/closed.html", problem=message(error)), 422
    _forget_log()
    return _thanks(team, code, changed=True)


def _forget_log() -> None:
    db.session.rollback()  # a reader of our own would keep it
    forget_log()


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


def form_class(team: RoundTeam) -> type[QuestionnaireForm]:
    """Return the form that this team is asked with."""
    return questionnaire_form(with_comments=team.asks_comments, with_agreement=team.asks_agreement)


def sent_form(team: RoundTeam) -> QuestionnaireForm:
    """Return what somebody sent, not validated yet.

    Raises `UnaskedError` if it answers questions about an agreement that this team is not asked.
    """
    form = form_class(team)(request.form)
    for item in ABOUT_AGREEMENT:
        if item.id in request.form and item.id not in form:
            raise UnaskedError(item.id)
    return form


def _questionnaire(team: RoundTeam, form: QuestionnaireForm, address: str) -> str:
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
    asked = [name for name in FORM_ORDER if name in form]
    return {
        "items": [
            *(BY_ID[name] for name in asked if name in BY_ID),
            *(item for item in ABOUT_AGREEMENT if item.id in form),
        ],
        "comments": [comment for comment in COMMENTS if comment.id in asked],
        "intro": INTRO,
        "supervision": SUPERVISION,
    }


def _slip_refused(error: AnsweringError) -> ResponseReturnValue:
    used = error.team_id if isinstance(error, SlipUsedError) else None
    form = SlipForm(request.form)
    page = render_template("answer/slip.html", form=form, problem=message(error), used=used)
    return page, 422


def _thanks(team: RoundTeam, code: bytes, *, changed: bool = False) -> str:
    words = change_code.to_words(code)
    return render_template("answer/thanks.html", team=team, words=words, changed=changed)
