"""A leader's own results, once they are released, and their own view, until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from surveyapp.core.position import (
    square_shares,
    square_zone,
    triangle_point,
    triangle_zones,
)
from surveyapp.core.publication import Withheld
from surveyapp.core.questionnaire import CANT_SAY
from surveyapp.core.selfview import OWN_FORM, own_choices
from surveyapp.followup import agreement, selfform, sharing
from surveyapp.followup.selfform import LockedError
from surveyapp.storage import agreements
from surveyapp.storage import results as stored
from surveyapp.storage.database import db, writing
from surveyapp.web.access import scope
from surveyapp.web.leader.forms import own_view_form
from surveyapp.web.results import result_page, with_publication

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from surveyapp.core.position import Point, Zone
    from surveyapp.followup.selfform import SelfView
    from surveyapp.storage.models import RoundTeam
    from surveyapp.web.leader.forms import OwnViewForm

REVEALED, MOST_REVEALED = "revealed", 20
"""Results that this browser has seen beside the guess, in its own session: no table knows."""

blueprint = Blueprint("leader", __name__, url_prefix="/leader")


class GuessMap(NamedTuple):
    """The triangle with a guess on it, in sides of the triangle."""

    zones: dict[Zone, str]
    cross: Point | None
    says: str
    """The zone's machine word, "between" on a border, "none" without a guess."""


@blueprint.get("/")
def results() -> ResponseReturnValue:
    """List the rounds that have a result for this leader, and those that wait for one."""
    waiting = [
        (team, selfform.read(db.session, team) is not None)
        for team in stored.own_rounds(db.session, scope())
    ]
    released = stored.own_results(db.session, scope())
    written, links = agreements.of_results(db.session, released)
    found = [(with_publication(team), written.get(team.id), team.id in links) for team in released]
    return render_template("leader/results.html", results=found, waiting=waiting)


@blueprint.get("/results/<public_id:round_id>")
def result(round_id: str) -> ResponseReturnValue:
    """Show where the team puts its leader; before that, once, where the leader guessed it."""
    team = stored.own_result(db.session, scope(), round_id) or abort(404)
    if "reveal" in request.args:
        seen = [*session.get(REVEALED, []), team.public_id]
        session[REVEALED] = list(dict.fromkeys(seen))[-MOST_REVEALED:]
    elif guess := _not_compared_yet(team):
        return render_template("leader/guess.html", team=team, guess=_on_map(guess))
    return result_page(
        "leader/result.html",
        team,
        written=agreement.read(db.session, team),
        since=sharing.shared_since(db.session, team),
    )


def _not_compared_yet(team: RoundTeam) -> Point | None:
    """Return the leader's guess, if there is one and a place to compare it with from now on."""
    saved = selfform.read(db.session, team)
    if saved is None or team.public_id in session.get(REVEALED, []):
        return None
    place = with_publication(team).publication.position
    return None if isinstance(place, Withheld) else saved.guess


@blueprint.route("/rounds/<public_id:round_id>/own", methods=["GET", "POST"])
def own_view(round_id: str) -> ResponseReturnValue:
    """Let a leader say how they see themselves, and guess; once released, show what they said."""
    team = stored.own_round(db.session, scope(), round_id) or abort(404)
    saved = selfform.read(db.session, team)
    form = own_view_form(saved)
    if form.validate_on_submit():
        return _save(round_id, form)
    if selfform.is_open(team):
        return _form_page(team, form), 422 if form.errors else 200
    return _locked_page(team, saved)


def _save(round_id: str, form: OwnViewForm) -> ResponseReturnValue:
    try:
        with writing() as changing:
            team = stored.own_round(changing, scope(), round_id) or abort(404)
            selfform.save(changing, team, form.answers(), form.guess())
    except LockedError:
        flash(_("Not saved: your result was released before you sent this."), "problem")
    else:
        flash(_("Saved. You can change it until your result is released."))
    return redirect(url_for("leader.own_view", round_id=round_id))


def _form_page(team: RoundTeam, form: OwnViewForm) -> str:
    return render_template(
        "leader/own.html",
        team=team,
        form=form,
        items=[(item, own_choices(item)) for item in OWN_FORM],
        guess=_on_map(None if form.errors else form.guess()),
    )


def _locked_page(team: RoundTeam, saved: SelfView | None) -> str:
    said = [
        (item, CANT_SAY if (raw := saved.answers[item.id]) is None else str(raw))
        for item in OWN_FORM
        if saved and item.id in saved.answers
    ]
    return render_template(
        "leader/own_locked.html",
        team=team,
        saved=saved,
        said=said,
        guess=_on_map(saved.guess if saved else None),
    )


def _on_map(guess: Point | None) -> GuessMap:
    """Put a guess on the triangle, whose zones are polygons as SVG writes them."""
    zones = {
        zone: " ".join(f"{x:.4f},{y:.4f}" for x, y in kite)
        for zone, kite in triangle_zones().items()
    }
    if guess is None:
        return GuessMap(zones, None, "none")
    return GuessMap(zones, triangle_point(square_shares(*guess)), square_zone(*guess) or "between")
