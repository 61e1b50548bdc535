"""After signing in: on to the page that the account is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_security import current_user, hash_password

from surveyapp.storage.accounts import set_password
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Account, RoleName
from surveyapp.web.access import ORGANISATION
from surveyapp.web.account.forms import PasswordForm
from surveyapp.web.account.links import LinkError, account_of, is_own_path

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


@blueprint.route("/start/<signed_token:token>", methods=["GET", "POST"])
def start(token: str) -> ResponseReturnValue:
    """Let somebody whom an administrator invited choose their password."""
    form = PasswordForm()
    try:
        email = account_of(db.session, token).email
        if not form.validate_on_submit():
            status = 422 if form.errors else 200
            return render_template("account/start.html", form=form, email=email), status
        hashed = hash_password(form.password.data or "")  # slow by design: before the write lock
        with writing() as changing:
            set_password(changing, account_of(changing, token), hashed)
    except LinkError:
        return render_template("account/link_over.html"), 404
    flash(_("Your password is kept. Sign in with it."))
    return redirect(url_for("security.login"))
