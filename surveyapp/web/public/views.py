"""What this is, what a round promises, and how to check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template

from surveyapp.anonymity.tickets import fingerprint
from surveyapp.storage.database import db
from surveyapp.storage.rounds import asked_in_time, opened_round

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from surveyapp.storage.models import Round

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
    )


@blueprint.get("/keys/<public_id:round_id>")
def team_keys(round_id: str) -> ResponseReturnValue:
    """List the keys that stamp a round's ballot papers: everybody must see the same ones."""
    return render_template(
        "public/keys.html", round=_round(round_id), fingerprint=lambda t: fingerprint(t.public_key)
    )


def _round(round_id: str) -> Round:
    return opened_round(db.session, round_id) or abort(404)
