"""A round's mails: how far its invitations are, and sending those again that reached nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from surveyapp.jobs import schedule
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action, JobKind, Round, State
from surveyapp.web.admin.noting import note
from surveyapp.web.admin.own_round import own
from surveyapp.web.admin.progress import Progress, in_hand
from surveyapp.web.admin.views import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


def inviting(found: Round) -> Progress:
    """Return how far a round's invitations are."""
    return Progress.of(in_hand(JobKind.INVITE, found))


@blueprint.get("/rounds/<public_id:round_id>/invitations")
def inviting_progress(round_id: str) -> ResponseReturnValue:
    """Say how far the invitations are, for the page's script."""
    return inviting(own(round_id))._asdict()


@blueprint.post("/rounds/<public_id:round_id>/invitations/again")
def invite_again(round_id: str) -> ResponseReturnValue:
    """Send the invitations again that were not taken or came back; nobody else gets one."""
    found = own(round_id, State.OPEN)
    if FlaskForm().validate_on_submit():
        with writing() as session:
            opened = session.get_one(Round, found.id)
            note(session, Action.MAILS_REPEATED, "invitations that reached nobody", round_=opened)
            schedule.enqueue(session, JobKind.INVITE, found.public_id)
        flash(_("They go out again in the next minutes."))
    return redirect(url_for("admin.one_round", round_id=round_id))
