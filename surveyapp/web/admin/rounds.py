"""A round's page; making a round, and inviting people once more or late."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from surveyapp.jobs import schedule
from surveyapp.rounds import dates, opening, sheets, slips
from surveyapp.storage.database import db, lock, writing
from surveyapp.storage.mailing_summaries import mailing_summaries
from surveyapp.storage.models import Action, JobKind, Round, State
from surveyapp.storage.rounds import newcomers, round_summaries
from surveyapp.web.access import scope
from surveyapp.web.admin import calendar
from surveyapp.web.admin.noting import note, own_organisation
from surveyapp.web.admin.own_round import own
from surveyapp.web.admin.previews import questionnaire_shown
from surveyapp.web.admin.progress import being_opened, counting, inviting
from surveyapp.web.admin.round_forms import TAKEN, RoundForm
from surveyapp.web.admin.views import blueprint
from surveyapp.web.pages import keys, settings, today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/rounds/new", methods=["GET", "POST"])
def new_round() -> ResponseReturnValue:
    """Make a draft; nobody is asked before it is opened."""
    rounds = round_summaries(db.session, scope().organisation)
    form = RoundForm(scope().organisation, {row.round.name for row in rounds})
    made = _make(form) if form.validate_on_submit() else None
    if made is None:
        return render_template("admin/new_round.html", form=form), 422 if form.errors else 200
    where = "admin.one_round" if form.opens_on.data else "admin.open_round"
    return redirect(url_for(where, round_id=made))


@blueprint.get("/rounds/<public_id:round_id>")
def one_round(round_id: str) -> ResponseReturnValue:
    """Show where a round stands and what can be done with it; never a count of answers."""
    found = own(round_id)
    summaries = round_summaries(db.session, scope().organisation)
    is_open = found.state == State.OPEN
    return render_template(
        "admin/round.html",
        round=found,
        asked=next(row for row in summaries if row.round.id == found.id),
        today=today(),
        slips_kept=is_open
        and sheets.are_kept(settings().instance, found.public_id, scope().account.id, time.time()),
        late=newcomers(db.session, found) if is_open else [],
        unprinted=slips.missing(db.session, found) if is_open else 0,
        opening=being_opened(found),
        counting=counting(found),
        inviting=inviting(found),
        sends_mails=settings().sends_mails,
        mailings=mailing_summaries(db.session, scope().organisation).get(found.id, []),
        entries=calendar.entries(db.session, found),
        waits=calendar.waits_for(db.session, found),
    )


@blueprint.get("/rounds/<public_id:round_id>/questionnaire")
def questionnaire(round_id: str) -> ResponseReturnValue:
    """Show the questions as people will see them; nothing can be sent from here."""
    found = own(round_id)
    return render_template("admin/questionnaire.html", round=found, **questionnaire_shown(found))


@blueprint.route("/rounds/<public_id:round_id>/join", methods=["GET", "POST"])
def join_round(round_id: str) -> ResponseReturnValue:
    """Invite people who came into a team of an open round, after naming them."""
    found = own(round_id, State.OPEN)
    late = newcomers(db.session, found)
    changed = any(team.left for team in late)
    unsure = changed and not request.form.get("others")
    if late and FlaskForm().validate_on_submit() and not unsure:
        try:
            _join(found.id, others_than_left=changed)
        except opening.OpeningError as error:
            flash(_not_joined(error), "problem")
        return redirect(url_for("admin.one_round", round_id=round_id))
    asked_again = request.method == "POST" and unsure
    page = render_template(
        "admin/join_round.html", round=found, late=late, changed=changed, asked_again=asked_again
    )
    return page, 422 if asked_again else 200


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


def _make(form: RoundForm) -> str | None:
    given = form.data
    with writing() as session:
        owner = own_organisation(session)
        lock(session, owner)  # two at once must not both find the name free
        try:
            made = opening.create_round(
                session,
                owner,
                given["name"],
                given["closes_on"],
                threshold=given["threshold"],
                comment_threshold=given["comment_threshold"],
            )
        except opening.OpeningError:  # all else that it refuses the form has refused
            form.name.errors = [TAKEN]
            return None
        dates.plan(made, form.planned(), today())
        made.team_sees = given["team_sees"]
        note(session, Action.ROUND_CREATED, f"until {made.closes_on}", round_=made)
        return made.public_id


def _not_joined(error: opening.OpeningError) -> str:
    if error.obstacle == opening.Obstacle.TOO_LARGE:
        said = _("Nobody was invited: a team would have more people than one round can ask.")
    elif error.obstacle == opening.Obstacle.OVER:
        said = _("Nobody was invited: this round takes no answers any more.")
    else:
        said = _("Nobody was invited: the teams have changed meanwhile. Please look again.")
    return str(said)


def _join(round_id: int, *, others_than_left: bool) -> None:
    with writing() as session:
        found = session.get_one(Round, round_id)
        joined = opening.invite_late(
            session, found, keys(), today(), others_than_left=others_than_left
        )
        schedule.enqueue(session, JobKind.INVITE, found.public_id)
        note(session, Action.ROUND_JOINED, f"{joined} joined", round_=found)
    flash(ngettext("%(num)s person joined.", "%(num)s people joined.", joined))
