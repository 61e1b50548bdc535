"""A leader's own report, to keep and to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from surveyapp.storage import results as stored
from surveyapp.storage.database import db
from surveyapp.web.access import scope
from surveyapp.web.leader.views import blueprint
from surveyapp.web.reports import leader_download

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/results/<public_id:round_id>/report.pdf")
def report(round_id: str) -> ResponseReturnValue:
    """Give a leader their own report, once it is released."""
    team = stored.own_result(db.session, scope(), round_id) or abort(404)
    return leader_download(team, "pdf")
