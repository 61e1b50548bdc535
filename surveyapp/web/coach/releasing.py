"""Releasing results, to one leader or to all of a coach's, after a page that says who sees what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from surveyapp.rounds import releasing
from surveyapp.storage import audit
from surveyapp.storage import results as stored
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Round
from surveyapp.web.access import doer, scope
from surveyapp.web.coach.rows import rows_of
from surveyapp.web.coach.views import blueprint, round_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from surveyapp.storage.models import RoundTeam
    from surveyapp.storage.results import CoachedTeam


@blueprint.route("/results/<public_id:team_id>/release", methods=["GET", "POST"])
def release_one(team_id: str) -> ResponseReturnValue:
    """Release one leader's result."""
    team = stored.coached_result(db.session, scope(), team_id) or abort(404)
    waiting = [] if team.released else [team]
    return _release(team.round, waiting, url_for("coach.result", team_id=team_id))


@blueprint.route("/rounds/<public_id:round_id>/release", methods=["GET", "POST"])
def release_all(round_id: str) -> ResponseReturnValue:
    """Release the results of all leaders of this coach that wait for it in one round."""
    chosen, _rounds = round_among(round_id)
    waiting = [row.team for row in rows_of(chosen) if not row.team.released]
    return _release(chosen, waiting, url_for("coach.portfolio_of_round", round_id=round_id))


def _release(
    closed: Round, waiting: Sequence[CoachedTeam | RoundTeam], back: str
) -> ResponseReturnValue:
    """Ask first, naming the leaders; then release what this coach may release and still waits."""
    if not waiting:
        flash(_("Everything here is released already."))
        return redirect(back)
    if not FlaskForm().validate_on_submit():
        return render_template("coach/release.html", round=closed, waiting=waiting, back=back)
    with writing() as session:
        found = session.get_one(Round, closed.id)
        fresh = releasing.release_teams(found, {team.id for team in waiting})
        count = len(fresh)
        if fresh:
            audit.record(
                *(session, found.organisation, doer(), Action.RESULT_RELEASED),
                round_=found,
                person=fresh[0].leader if count == 1 else None,
                note=f"leaders: {count}",
            )
    flash(ngettext("Released to %(num)s leader.", "Released to %(num)s leaders.", count))
    return redirect(back)
