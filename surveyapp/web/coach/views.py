"""A coach's leaders on one map, and each one's result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template

from surveyapp.charts.portfolio import portfolio as portfolio_chart
from surveyapp.core.guide import Audience
from surveyapp.core.publication import Withheld
from surveyapp.storage import results as stored
from surveyapp.storage.database import db
from surveyapp.web.access import scope
from surveyapp.web.results import result_page, with_publication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from surveyapp.storage.models import Round

blueprint = Blueprint("coach", __name__, url_prefix="/coach")


@blueprint.get("/")
def portfolio() -> ResponseReturnValue:
    """Show the newest closed round, or say that there is none yet."""
    rounds = stored.coached_rounds(db.session, scope())
    if not rounds:
        return render_template("coach/nothing.html")
    return _portfolio(rounds, rounds[0])


@blueprint.get("/rounds/<public_id:round_id>")
def portfolio_of_round(round_id: str) -> ResponseReturnValue:
    """Show all leaders whom this coach coaches in one round, by name."""
    rounds = stored.coached_rounds(db.session, scope())
    chosen = next((found for found in rounds if found.public_id == round_id), None)
    return _portfolio(rounds, chosen or abort(404))


@blueprint.get("/results/<public_id:team_id>")
def result(team_id: str) -> ResponseReturnValue:
    """Show one leader's result; from closing on, before the leader sees it."""
    team = stored.coached_result(db.session, scope(), team_id) or abort(404)
    return result_page("coach/result.html", team, Audience.COACH)


def _portfolio(rounds: Sequence[Round], chosen: Round) -> str:
    found = stored.coached_results(db.session, scope(), chosen.public_id)
    results = [with_publication(team) for team in found]
    placed = [
        (result.team.leader_name, result.publication.position)
        for result in results
        if not isinstance(result.publication.position, Withheld)
    ]
    return render_template(
        "coach/portfolio.html",
        rounds=rounds,
        chosen=chosen,
        results=results,
        map=portfolio_chart(placed) if placed else None,
    )
