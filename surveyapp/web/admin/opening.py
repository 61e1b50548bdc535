"""Opening a round: a worker makes its keys and freezes it, while its page says how far that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for

from surveyapp.jobs.opening import ask
from surveyapp.rounds import opening
from surveyapp.storage.database import lock, writing
from surveyapp.storage.models import Action, Round, State
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note
from surveyapp.web.admin.previews import opening_shown
from surveyapp.web.admin.progress import own_draft
from surveyapp.web.admin.round_forms import OpeningForm
from surveyapp.web.admin.views import blueprint
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/rounds/<public_id:round_id>/open", methods=["GET", "POST"])
def open_round(round_id: str) -> ResponseReturnValue:
    """Show who would be asked and how, then have the round opened and the invitations sent."""
    found = own_draft(round_id)
    form = OpeningForm(scope().organisation)
    if form.validate_on_submit() and _open(found.id):
        return redirect(url_for("admin.one_round", round_id=round_id))
    page = render_template("admin/open_round.html", form=form, round=found, **opening_shown(found))
    return page, 422 if form.errors else 200


def _open(round_id: int) -> bool:
    try:
        with writing() as session:
            found = session.get_one(Round, round_id)
            lock(session, found.organisation)
            lock(session, found)
            if found.state != State.DRAFT:
                return True  # by somebody else, in this moment
            if found.organisation.purpose_accepted_on is None:
                opening.accept_purpose(found.organisation, scope().account.email, today())
                note(session, Action.PURPOSE_ACCEPTED)
            opening.check_opening(session, found, today())
            ask(session, found, scope().account)
    except opening.OpeningError:
        return False  # the page that is shown again names the obstacle
    return True
