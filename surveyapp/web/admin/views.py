"""An administrator's pages: who is asked, where each round stands, how good its answers are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from surveyapp.charts.words import quality as quality_words
from surveyapp.core.quality import Quality
from surveyapp.rounds import dates
from surveyapp.storage import audit
from surveyapp.storage.database import db, writing
from surveyapp.storage.mailing_summaries import mailing_summaries
from surveyapp.storage.models import Action, Round
from surveyapp.storage.rounds import (
    counted_round,
    open_round_of,
    roster_summary,
    round_summaries,
)
from surveyapp.web.access import doer, scope
from surveyapp.web.admin import calendar
from surveyapp.web.admin.forms import LastDayForm
from surveyapp.web.pages import day, today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from surveyapp.storage.mailing_summaries import MailingSummary

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
def overview() -> ResponseReturnValue:
    """Show the roster's size and the rounds; never a count of answers, never a result."""
    organisation = scope().organisation
    mailings = mailing_summaries(db.session, organisation)
    return render_template(
        "admin/overview.html",
        today=today(),
        roster=roster_summary(db.session, organisation),
        rounds=round_summaries(db.session, organisation),
        entries=partial(calendar.entries, db.session),
        waits_for=partial(calendar.waits_for, db.session),
        troubled={one: sent for one, sent in mailings.items() if any(map(_in_trouble, sent))},
    )


@blueprint.route("/rounds/<public_id:round_id>/last-day", methods=["GET", "POST"])
def last_day(round_id: str) -> ResponseReturnValue:
    """Let a round take answers for longer, after a page that says what this means."""
    opened = open_round_of(db.session, scope().organisation, round_id)
    if opened is None or opened.closes_on < today():
        abort(404)
    form = LastDayForm()
    form.told = opened.closes_on
    form.opened_on = opened.opened_on or opened.closes_on
    valid = form.validate_on_submit()
    until = form.closes_on.data
    if not (valid and until and form.confirmed.data):
        page = render_template("admin/last_day.html", round=opened, form=form, asks=valid)
        return page, 422 if form.errors else 200
    try:
        with writing() as session:
            found = session.get_one(Round, opened.id)
            dates.move_closing(session, found, until, today())
            owner, note = found.organisation, f"last day {until}"
            audit.record(session, owner, doer(), Action.ROUND_MOVED, round_=found, note=note)
    except dates.DatesError:
        flash(_("The last day was not moved: the round has changed meanwhile."), "problem")
        return redirect(url_for("admin.one_round", round_id=round_id))
    flash(_("Answers are taken until the end of %(day)s.", day=day(until)))
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


def _in_trouble(sent: MailingSummary) -> bool:
    return bool(sent.failures) or any(job.fault for job in sent.jobs)
