"""The end of a round: closing it in the background, or giving it up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from surveyapp.jobs import schedule
from surveyapp.jobs.calendar import clear_up
from surveyapp.rounds import closing, sheets
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, JobKind, Round, State
from surveyapp.storage.rounds import lock_round
from surveyapp.web.access import doer
from surveyapp.web.admin.noting import note
from surveyapp.web.admin.own_round import own
from surveyapp.web.admin.progress import being_opened
from surveyapp.web.admin.views import blueprint
from surveyapp.web.pages import keys, settings, today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

GIVEN_UP = (State.DRAFT, State.OPEN, State.CLOSING)


@blueprint.route("/rounds/<public_id:round_id>/close", methods=["GET", "POST"])
def close_round(round_id: str) -> ResponseReturnValue:
    """Stop taking answers and have the round counted, after a page that says what follows."""
    found = own(round_id, State.OPEN, State.CLOSING, State.CLOSED, State.RELEASED)
    here = url_for("admin.one_round", round_id=round_id)
    if found.destroyed:
        return redirect(here)
    if not FlaskForm().validate_on_submit():
        return render_template("admin/close_round.html", round=found, today=today())
    _close(found.id)
    return redirect(here)


@blueprint.route("/rounds/<public_id:round_id>/discard", methods=["GET", "POST"])
def discard_round(round_id: str) -> ResponseReturnValue:
    """Remove a draft, or destroy a round with its answers, uncounted, after asking."""
    found = own(round_id, *GIVEN_UP)
    if being_opened(found).working:
        return redirect(url_for("admin.one_round", round_id=round_id))
    if not FlaskForm().validate_on_submit():
        return render_template("admin/discard_round.html", round=found)
    if found.state == State.DRAFT:
        _remove(found.id)
        return redirect(url_for("admin.overview"))
    try:
        _discard(found.id, round_id)
    except closing.ClosingError:
        flash(_("It was not given up: it has just been counted."), "problem")
        return redirect(url_for("admin.one_round", round_id=round_id))
    return redirect(url_for("admin.overview"))


def _close(round_id: int) -> None:
    with writing() as session:
        found = session.get_one(Round, round_id)
        if found.state in {State.OPEN, State.CLOSING}:
            closing.begin(session, found)
        found.held_for = None
        job = schedule.enqueue(session, JobKind.CLOSE, found.public_id)
        job.due_at = min(job.due_at, int(time.time()))  # one that is held waits for another day
        note(session, Action.ROUND_CLOSED, f"last day {found.closes_on}", round_=found)
        public_id = found.public_id
    sheets.forget(settings().instance, public_id)


def _remove(round_id: int) -> None:
    with writing() as session:
        found = session.get_one(Round, round_id)
        lock_round(session, found)
        if found.state == State.DRAFT:
            note(session, Action.ROUND_DISCARDED, "a draft", round_=found)
            session.delete(found)


def _discard(round_id: int, public_id: str) -> None:
    """Destroy it now; where somebody reads the database's files, the worker tries again."""
    by = doer()
    db.session.close()  # this request must not be the reader that keeps old pages in the files
    destroyed = closing.discard(round_id, keys(), by)
    if not destroyed:
        with writing() as session:
            schedule.enqueue(session, JobKind.CLOSE, public_id)
    clear_up(settings(), round_id, time.time())
