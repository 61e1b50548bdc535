"""An administrator's pages: who is asked, where each round stands, how good its answers are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template

from surveyapp.charts.words import quality as quality_words
from surveyapp.core.quality import Quality
from surveyapp.storage.database import db
from surveyapp.storage.mailing_summaries import mailing_summaries
from surveyapp.storage.rounds import (
    counted_round,
    roster_summary,
    round_summaries,
)
from surveyapp.web.access import scope
from surveyapp.web.admin import calendar
from surveyapp.web.pages import today

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
