"""After signing in: on to the page that the account is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, render_template, url_for

from surveyapp.storage.models import RoleName

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
