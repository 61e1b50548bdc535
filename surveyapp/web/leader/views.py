"""A leader's own results, once they are released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template

from surveyapp.storage import results as stored
from surveyapp.storage.database import db
from surveyapp.web.access import scope
from surveyapp.web.results import result_page, with_publication

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("leader", __name__, url_prefix="/leader")


@blueprint.get("/")
def results() -> ResponseReturnValue:
    """List the rounds that have a result for this leader."""
    found = [with_publication(team) for team in stored.own_results(db.session, scope())]
    return render_template("leader/results.html", results=found)


@blueprint.get("/results/<public_id:round_id>")
def result(round_id: str) -> ResponseReturnValue:
    """Show where the team puts its leader."""
    team = stored.own_result(db.session, scope(), round_id) or abort(404)
    return result_page("leader/result.html", team)
