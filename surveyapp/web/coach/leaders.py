"""One leader over all rounds, with what their coach keeps for themselves: notes, and a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.followup import notes
from surveyapp.storage import results as stored
from surveyapp.storage.agreements import of_results
from surveyapp.storage.database import db, writing
from surveyapp.web.access import scope
from surveyapp.web.coach.forms import FileForm
from surveyapp.web.coach.views import blueprint
from surveyapp.web.results import with_publication

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Coaching, RoundTeam

NEVER = -1
"""No version of a file: what comes without one was written over nobody knows what."""


@blueprint.route("/leaders/<public_id:team_id>", methods=["GET", "POST"])
def leader(team_id: str) -> ResponseReturnValue:
    """Show a leader's results by round, and keep the coach's own file on them."""
    team, file = _found(db.session, team_id)
    if request.method == "GET":
        return _page(team, FileForm(obj=file), file.version)
    form, version = FileForm(), request.form.get("version", NEVER, int)
    if form.validate():
        return _save(team_id, form, version)
    return _page(team, form, version), 422


def _save(team_id: str, form: FileForm, version: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            _team, file = _found(session, team_id)
            notes.save(session, file, form.notes.data or "", form.follow_up_on.data, version)
    except notes.ChangedMeanwhileError:
        db.session.rollback()  # else it goes on seeing what it read before
        team, file = _found(db.session, team_id)
        return _page(team, form, file.version, saved=file), 409
    flash(_("Saved."))
    return redirect(url_for("coach.leader", team_id=team_id))


def _page(team: RoundTeam, form: FileForm, version: int, saved: Coaching | None = None) -> str:
    history = stored.coached_history(db.session, scope(), team.leader_id)
    agreements, _links = of_results(db.session, history)
    return render_template(
        "coach/leader.html",
        team=team,
        form=form,
        version=version,
        saved=saved,
        agreements=agreements,
        results=[with_publication(found) for found in history],
    )


def _found(session: Session, team_id: str) -> tuple[RoundTeam, Coaching]:
    team = stored.coached_result(session, scope(), team_id) or abort(404)
    return team, stored.coached_file(session, scope(), team.leader_id) or abort(404)
