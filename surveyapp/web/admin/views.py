"""An administrator's overview: who is asked, and where each round stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from surveyapp.rounds.opening import accept_purpose
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Organisation
from surveyapp.storage.rounds import roster_summary, round_summaries
from surveyapp.web.access import scope
from surveyapp.web.admin.forms import PurposeForm
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
def overview() -> ResponseReturnValue:
    """Show the roster's size and the rounds; never a count of answers, never a result."""
    return _overview(PurposeForm(obj=scope().organisation))


@blueprint.post("/purpose")
def purpose() -> ResponseReturnValue:
    """Accept what results are for, before the first round, and name whom people turn to."""
    form = PurposeForm()
    if not form.validate():
        return _overview(form), 422
    with writing() as session:
        owner = session.get_one(Organisation, scope().organisation.id)
        owner.contact = form.contact.data or None
        accept_purpose(owner, scope().account.email, today())
    return redirect(url_for("admin.overview"))


def _overview(form: PurposeForm) -> str:
    organisation = scope().organisation
    return render_template(
        "admin/overview.html",
        form=form,
        today=today(),
        roster=roster_summary(db.session, organisation),
        rounds=round_summaries(db.session, organisation),
    )
