"""What this is, what a round promises, and how to check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, make_response, render_template

from surveyapp.anonymity.tickets import fingerprint
from surveyapp.followup import agreement, sharing
from surveyapp.rounds import dates
from surveyapp.rounds.reminders import reminders
from surveyapp.storage.agreements import announced_result
from surveyapp.storage.database import db
from surveyapp.storage.rounds import asked_in_time, opened_round
from surveyapp.web.results import team_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from surveyapp.storage.models import Round, RoundTeam

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Say what this is; lead to the slip, or to signing in."""
    return render_template("public/home.html")


@blueprint.get("/promise/<public_id:round_id>")
def promise(round_id: str) -> ResponseReturnValue:
    """Say who sees what of a round, with its own numbers, how it works, and how to check it."""
    opened = _round(round_id)
    invited = sum(team.invited for team in opened.teams)
    return render_template(
        "public/promise.html",
        round=opened,
        invited=invited,
        in_time=asked_in_time(db.session, opened),
        reminders=reminders(opened),
    )


@blueprint.get("/keys/<public_id:round_id>")
def team_keys(round_id: str) -> ResponseReturnValue:
    """List the keys that stamp a round's ballot papers: everybody must see the same ones."""
    return render_template(
        "public/keys.html", round=_round(round_id), fingerprint=lambda t: fingerprint(t.public_key)
    )


@blueprint.get("/share/<signed_token:secret>")
def shared_result(secret: str) -> ResponseReturnValue:
    """Show a team its result by the leader's link; an unknown link reads as a withdrawn one."""
    team = sharing.shared_result(db.session, secret)
    if team is None:
        return _for_the_team(render_template("public/not_shared.html"), 404)
    return _for_the_team(_seen_by_team(team))


@blueprint.get("/results/<public_id:team_id>")
def team_result(team_id: str) -> ResponseReturnValue:
    """Show a team its result from the promised day on; before, say which day that is."""
    team = announced_result(db.session, team_id) or abort(404)
    day = sharing.team_sees_from(team)
    if day is None or dates.today(team.round.organisation) < day:
        return _for_the_team(render_template("public/not_yet.html", team=team, day=day))
    return _for_the_team(_seen_by_team(team))


def _seen_by_team(team: RoundTeam) -> str:
    agreed = agreement.made(db.session, team)
    return team_page("public/team_result.html", team, agreed=agreed)


def _for_the_team(page: str, status: int = 200) -> ResponseReturnValue:
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _round(round_id: str) -> Round:
    return opened_round(db.session, round_id) or abort(404)
