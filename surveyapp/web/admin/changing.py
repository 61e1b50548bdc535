"""Changing a round: a draft in all, an open one in its last day alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from surveyapp.rounds import dates
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Round, State
from surveyapp.storage.rounds import lock_round, open_round_of, round_summaries
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note
from surveyapp.web.admin.progress import own_draft
from surveyapp.web.admin.round_forms import LastDayForm, RoundForm
from surveyapp.web.admin.views import blueprint
from surveyapp.web.pages import day, today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/rounds/<public_id:round_id>/change", methods=["GET", "POST"])
def change_round(round_id: str) -> ResponseReturnValue:
    """Give a draft another name, other dates, other thresholds."""
    found = own_draft(round_id)
    others = round_summaries(db.session, scope().organisation)
    taken = {row.round.name for row in others if row.round.id != found.id}
    form = RoundForm(scope().organisation, taken, found)
    if not form.validate_on_submit():
        page = render_template("admin/new_round.html", form=form, round=found)
        return page, 422 if form.errors else 200
    _change(form, found.id)
    flash(_("Kept."))
    return redirect(url_for("admin.one_round", round_id=round_id))


@blueprint.route("/rounds/<public_id:round_id>/last-day", methods=["GET", "POST"])
def last_day(round_id: str) -> ResponseReturnValue:
    """Let a round take answers for longer, after a page that says what this means."""
    opened = open_round_of(db.session, scope().organisation, round_id)
    if opened is None or opened.closes_on < today():
        abort(404)
    form = LastDayForm()
    form.told = opened.closes_on
    form.opened_on = opened.opened_on or opened.closes_on
    valid = form.validate_on_submit()
    until = form.closes_on.data
    if not (valid and until and form.confirmed.data):
        page = render_template("admin/last_day.html", round=opened, form=form, asks=valid)
        return page, 422 if form.errors else 200
    try:
        with writing() as session:
            found = session.get_one(Round, opened.id)
            dates.move_closing(session, found, until, today())
            note(session, Action.ROUND_MOVED, f"last day {until}", round_=found)
    except dates.DatesError:
        flash(_("The last day was not moved: the round has changed meanwhile."), "problem")
        return redirect(url_for("admin.one_round", round_id=round_id))
    flash(_("Answers are taken until the end of %(day)s.", day=day(until)))
    return redirect(url_for("admin.overview"))


def _change(form: RoundForm, round_id: int) -> None:
    with writing() as session:
        draft = session.get_one(Round, round_id)
        lock_round(session, draft)
        if draft.state != State.DRAFT:  # it opened by itself meanwhile
            abort(404)
        for column in ("name", "threshold", "comment_threshold", "team_sees"):
            setattr(draft, column, form[column].data)
        dates.plan(draft, form.planned(), today())
        note(session, Action.ROUND_MOVED, f"draft, last day {draft.closes_on}", round_=draft)
