"""An organisation's own settings: what it is called, how it is reached, how rounds begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from surveyapp.rounds import dates
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note, own_organisation
from surveyapp.web.admin.organisation_forms import TIME_ZONES, OrganisationForm
from surveyapp.web.admin.views import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/organisation", methods=["GET", "POST"])
def organisation() -> ResponseReturnValue:
    """Show and change the organisation's settings."""
    form = OrganisationForm(scope().organisation)
    if form.validate_on_submit() and _keep(form):
        flash(_("Kept."))
        return redirect(url_for("admin.organisation"))
    page = render_template("admin/organisation.html", form=form, time_zones=TIME_ZONES)
    return page, 422 if form.errors else 200


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
