"""After signing in: on to the page that the account is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_security import current_user

from surveyapp.storage.database import writing
from surveyapp.storage.models import Account, RoleName
from surveyapp.web.access import ORGANISATION
from surveyapp.web.account.links import is_own_path

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("account", __name__, url_prefix="/account")

FIRST_PAGES = {
    RoleName.COACH: "coach.portfolio",
    RoleName.ADMIN: "admin.overview",
    RoleName.LEADER: "leader.results",
}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Lead to the first page that the account may see; say so if there is none."""
    roles = g.scope.roles if g.scope else ()
    for role, page in FIRST_PAGES.items():
        if role in roles:
            return redirect(url_for(page))
    return render_template("account/nothing.html")


@blueprint.post("/language")
def language() -> ResponseReturnValue:
    """Keep the language that somebody chose, and go on where they were."""
    chosen, here = request.form.get("lang"), request.form.get("next", "")
    if chosen not in current_app.config["LANGUAGES"] or not is_own_path(here):
        abort(400)
    with writing() as changing:
        changing.get_one(Account, current_user.id).language = chosen
    return redirect(here)


@blueprint.post("/organisation")
def organisation() -> ResponseReturnValue:
    """Go over to another organisation in which the account has a role."""
    chosen = request.form.get("organisation")
    if g.scope is None or chosen not in {one.slug for one in g.scope.organisations}:
        abort(404)
    session[ORGANISATION] = chosen
    # Forms that lie open in other tabs were filled in for the organisation of before.
    session.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
    return redirect(url_for("account.home"))
