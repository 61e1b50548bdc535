"""An administrator's pages: who is asked, where each round stands, how good its answers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, url_for

from surveyapp.charts.words import quality as quality_words
from surveyapp.core.quality import Quality
from surveyapp.reports.colours import DEFAULT
from surveyapp.rounds.opening import accept_purpose
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Organisation
from surveyapp.storage.rounds import counted_round, roster_summary, round_summaries
from surveyapp.web.access import scope
from surveyapp.web.admin.forms import LookForm, PurposeForm
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


@blueprint.post("/look")
def look() -> ResponseReturnValue:
    """Choose how the organisation's reports look."""
    form = LookForm()
    if not form.validate():
        return _overview(PurposeForm(obj=scope().organisation, formdata=None), form), 422
    with writing() as session:
        owner = session.get_one(Organisation, scope().organisation.id)
        owner.colour, owner.paper = form.colour.data, form.paper.data
    return redirect(url_for("admin.overview"))


@blueprint.get("/rounds/<public_id:round_id>/quality")
def quality(round_id: str) -> ResponseReturnValue:
    """Say how good the answers of a round are, of the whole organisation alone."""
    found = counted_round(db.session, scope().organisation, round_id) or abort(404)
    return render_template(
        "admin/quality.html",
        round=found,
        quality=Quality.from_json(found.quality) if found.quality else None,
        say=quality_words,
    )


def _overview(form: PurposeForm, look_form: LookForm | None = None) -> str:
    organisation = scope().organisation
    if look_form is None:
        kept = {"colour": organisation.colour or DEFAULT, "paper": organisation.paper}
        look_form = LookForm(formdata=None, data=kept)
    return render_template(
        "admin/overview.html",
        form=form,
        look_form=look_form,
        today=today(),
        roster=roster_summary(db.session, organisation),
        rounds=round_summaries(db.session, organisation),
    )
