"""An organisation's own settings: what it is called, how it is reached, how rounds begin."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from surveyapp.jobs.calendar import try_again
from surveyapp.reports.colours import DEFAULT
from surveyapp.rounds import dates
from surveyapp.rounds.opening import accept_purpose
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note, own_organisation
from surveyapp.web.admin.organisation_forms import TIME_ZONES, LookForm, OrganisationForm
from surveyapp.web.admin.round_forms import PurposeForm
from surveyapp.web.admin.views import blueprint
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/organisation", methods=["GET", "POST"])
def organisation() -> ResponseReturnValue:
    """Show and change the organisation's settings."""
    form = OrganisationForm(scope().organisation)
    if form.validate_on_submit() and _keep(form):
        flash(_("Kept."))
        return redirect(url_for("admin.organisation"))
    return _page(form), 422 if form.errors else 200


@blueprint.post("/purpose")
def purpose() -> ResponseReturnValue:
    """Accept what results are for, before the first round."""
    form = PurposeForm()
    if not form.validate():
        return _page(OrganisationForm(scope().organisation, is_sent=False), purpose=form), 422
    with writing() as session:
        owner = own_organisation(session)
        note(session, Action.PURPOSE_ACCEPTED)
        accept_purpose(owner, scope().account.email, today())
        try_again(session, owner.id, time.time())  # rounds whose day came before
    flash(_("Kept."))
    return redirect(url_for("admin.organisation"))


@blueprint.post("/look")
def look() -> ResponseReturnValue:
    """Choose how the organisation's reports look."""
    form = LookForm()
    if not form.validate():
        return _page(OrganisationForm(scope().organisation, is_sent=False), look=form), 422
    with writing() as session:
        owner = own_organisation(session)
        owner.colour, owner.paper = form.colour.data, form.paper.data
        note(session, Action.SETTINGS_CHANGED, "how reports look")
    flash(_("Kept."))
    return redirect(url_for("admin.organisation"))


def _page(
    form: OrganisationForm, purpose: PurposeForm | None = None, look: LookForm | None = None
) -> str:
    owner = scope().organisation
    kept = {"colour": owner.colour or DEFAULT, "paper": owner.paper}
    return render_template(
        "admin/organisation.html",
        form=form,
        time_zones=TIME_ZONES,
        purpose_form=purpose or PurposeForm(formdata=None),
        look_form=look or LookForm(formdata=None, data=kept),
    )


def _keep(form: OrganisationForm) -> bool:
    try:
        with writing() as session:
            owner = own_organisation(session)
            before = form.on_record(owner)
            if form.time_zone.data != owner.time_zone:
                dates.choose_zone(session, owner, form.time_zone.data or "")
            form.write(owner)
            now = form.on_record(owner)
            changed = [name for name, value in now.items() if before[name] != value]
            note(session, Action.SETTINGS_CHANGED, ", ".join(changed))
    except dates.DatesError:
        said = _("It stays as it is until the open round is closed: its last day would change.")
        form.time_zone.errors = [said]
        return False
    return True
