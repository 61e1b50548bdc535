"""One leader's result, as their coach sees it from closing on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort

from surveyapp.core.guide import Audience
from surveyapp.storage import results as stored
from surveyapp.storage.database import db
from surveyapp.web.access import scope
from surveyapp.web.results import result_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from surveyapp.storage.models import Round

blueprint = Blueprint("coach", __name__, url_prefix="/coach")


@blueprint.get("/results/<public_id:team_id>")
def result(team_id: str) -> ResponseReturnValue:
    """Show one leader's result; from closing on, before the leader sees it."""
    team = stored.coached_result(db.session, scope(), team_id) or abort(404)
    return result_page("coach/result.html", team, Audience.COACH)


def round_among(round_id: str) -> tuple[Round, Sequence[Round]]:
    """Return a closed round and all in which this coach's leaders have results, or answer 404."""
    rounds = stored.coached_rounds(db.session, scope())
    chosen = next((found for found in rounds if found.public_id == round_id), None)
    return chosen or abort(404), rounds
