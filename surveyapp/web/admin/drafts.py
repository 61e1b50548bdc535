"""Changing a round that was not opened yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from surveyapp.rounds import dates
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Round, State
from surveyapp.storage.rounds import lock_round, round_summaries
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note
from surveyapp.web.admin.progress import own_draft
from surveyapp.web.admin.round_forms import RoundForm
from surveyapp.web.admin.views import blueprint
from surveyapp.web.pages import today

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
