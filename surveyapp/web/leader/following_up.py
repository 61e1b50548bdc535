"""What a leader does with a result: agree on check-ins with the team, share it, print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, get_flashed_messages, redirect, render_template, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from surveyapp.anonymity.thresholds import FINE_INVITED
from surveyapp.followup import agreement as agreements
from surveyapp.followup import calendar_file, sharing
from surveyapp.storage import audit
from surveyapp.storage import results as stored
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action
from surveyapp.web.access import doer, scope
from surveyapp.web.downloads import download, leader_download
from surveyapp.web.leader.agreement_form import agreement_form
from surveyapp.web.leader.views import blueprint
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from surveyapp.core.checkin import Agreed
    from surveyapp.storage.models import RoundTeam

LINK = "link"
"""The kind of message that is a new link: it is shown once, and kept nowhere."""


@blueprint.route("/results/<public_id:round_id>/agreement", methods=["GET", "POST"])
def agreement(round_id: str) -> ResponseReturnValue:
    """Write a check-in agreement, and record what the team said to it."""
    team = stored.own_result(db.session, scope(), round_id) or abort(404)
    saved = agreements.read(db.session, team)
    form = agreement_form(saved)
    if not form.validate_on_submit():
        fewest = max(FINE_INVITED, team.round.threshold)
        page = render_template(
            "leader/agreement.html", team=team, form=form, saved=saved, fewest=fewest
        )
        return page, 422 if form.errors else 200
    with writing() as session:
        own = stored.own_result(session, scope(), round_id) or abort(404)
        agreements.save(session, own, form.agreed(), form.outcome.data, today())
    flash(_("Saved."))
    return redirect(url_for("leader.agreement", round_id=round_id))


@blueprint.get("/results/<public_id:round_id>/agreement.ics")
def agreement_day(round_id: str) -> ResponseReturnValue:
    """Return the day on which an agreement ends, for a calendar."""
    team = stored.own_result(db.session, scope(), round_id) or abort(404)
    written = agreements.read(db.session, team) or abort(404)
    file = calendar_file.whole_day(
        team.public_id,
        written.agreed.until,
        _("Check-in agreement: look back together"),
        _in_words(written.agreed),
        written.saved_on,
    )
    return download(file, "check-in-agreement.ics")


@blueprint.get("/results/<public_id:round_id>/report.pdf")
def report(round_id: str) -> ResponseReturnValue:
    """Give a leader their own report, to keep and to print."""
    team = stored.own_result(db.session, scope(), round_id) or abort(404)
    return leader_download(team, "pdf")


@blueprint.get("/results/<public_id:round_id>/share")
def share(round_id: str) -> ResponseReturnValue:
    """Say how the team sees the result; right after a link was made, show it, once."""
    team = stored.own_result(db.session, scope(), round_id) or abort(404)
    return render_template(
        "leader/share.html",
        team=team,
        since=sharing.shared_since(db.session, team),
        day=sharing.team_sees_from(team),
        secrets=get_flashed_messages(category_filter=[LINK]),
    )


@blueprint.post("/results/<public_id:round_id>/share/new")
def make_link(round_id: str) -> ResponseReturnValue:
    """Make a link to a result; an earlier one ends."""
    with writing() as session:
        team = stored.own_result(session, scope(), round_id) or abort(404)
        flash(sharing.share(session, team, today()), LINK)
        _log(session, Action.RESULT_SHARED, team)
    return redirect(url_for("leader.share", round_id=round_id))


@blueprint.post("/results/<public_id:round_id>/share/withdraw")
def withdraw(round_id: str) -> ResponseReturnValue:
    """End the link to a result, at once."""
    with writing() as session:
        team = stored.own_result(session, scope(), round_id) or abort(404)
        sharing.withdraw(session, team)
        _log(session, Action.SHARING_ENDED, team)
    flash(_("The link is withdrawn. Whoever opens it sees that, and nothing else."))
    return redirect(url_for("leader.share", round_id=round_id))


def _log(session: Session, action: Action, team: RoundTeam) -> None:
    asked = team.round
    audit.record(session, asked.organisation, doer(), action, round_=asked, person=team.leader)


def _in_words(agreed: Agreed) -> str:
    lines = (
        _("What is checked: %(text)s", text=agreed.what),
        _("When: %(text)s", text=agreed.when),
        _("How: %(text)s", text=agreed.how),
        _("Until: %(text)s", text=format_date(agreed.until, "full")),
        _("The leader steps back when: %(text)s", text=agreed.sign),
    )
    return "\n".join(lines)
