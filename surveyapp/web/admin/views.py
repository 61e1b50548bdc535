"""An administrator's overview: who is asked, and where each round stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from surveyapp.storage.database import db
from surveyapp.storage.rounds import roster_summary, round_summaries
from surveyapp.web.access import scope
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
def overview() -> ResponseReturnValue:
    """Show the roster's size and the rounds; never a count of answers, never a result."""
    organisation = scope().organisation
    return render_template(
        "admin/overview.html",
        today=today(),
        roster=roster_summary(db.session, organisation),
        rounds=round_summaries(db.session, organisation),
    )
