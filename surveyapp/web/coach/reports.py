"""Reports for a coach: one leader's at once, all leaders' in the background."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from flask import abort, redirect, render_template, send_file, url_for
from flask_babel import get_locale
from sqlalchemy import select

from surveyapp.jobs.reporting import KEPT_SECONDS, report_file
from surveyapp.jobs.schedule import enqueue
from surveyapp.reports.group import FEWEST_LEADERS
from surveyapp.reports.naming import plain
from surveyapp.storage import audit, results
from surveyapp.storage import reports as stored
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import (
    Action,
    Job,
    JobKind,
    JobState,
    Organisation,
    ReportOrder,
)
from surveyapp.web.access import doer, scope
from surveyapp.web.coach.forms import ReportsForm
from surveyapp.web.coach.views import blueprint
from surveyapp.web.downloads import leader_download
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from surveyapp.storage.models import Round, RoundTeam


class Ordered(NamedTuple):
    """What was asked for, and how far it is."""

    order: ReportOrder
    ready: bool
    failed: bool
    done: int
    total: int

    @property
    def working(self) -> bool:
        """Whether it is still being made."""
        return not (self.ready or self.failed)


@blueprint.get('/results/<public_id:team_id>/report.<any("pdf", "xlsx"):kind>')
def leader_report(team_id: str, kind: str) -> ResponseReturnValue:
    """Give the coach one leader's report or workbook."""
    team = results.coached_result(db.session, scope(), team_id) or abort(404)
    return leader_download(team, kind)


@blueprint.route("/rounds/<public_id:round_id>/reports", methods=["GET", "POST"])
def reports(round_id: str) -> ResponseReturnValue:
    """Offer reports of all leaders of this coach in a round; show what was asked for already."""
    teams = results.coached_results(db.session, scope(), round_id) or abort(404)
    form = ReportsForm(paper=scope().organisation.paper)
    if form.validate_on_submit():
        _order(form, teams)
        return redirect(url_for("coach.reports", round_id=round_id))
    return _page(form, teams), 422 if form.errors else 200


@blueprint.get("/reports/<public_id:order_id>/progress")
def reports_progress(order_id: str) -> ResponseReturnValue:
    """Say how far it is, for the page's script."""
    shown = _shown(_own(order_id))
    return {"done": shown.done, "total": shown.total, "working": shown.working}


@blueprint.get("/reports/<public_id:order_id>.zip")
def reports_file(order_id: str) -> ResponseReturnValue:
    """Give the file to the coach who asked for it, while they coach every leader in it."""
    order = _own(order_id)
    path = report_file(settings(), order.id)
    if not path.exists():
        abort(404)
    name = f"reports-{plain(order.round.name, 'round')}.zip"
    return send_file(path, "application/zip", as_attachment=True, download_name=name)


def _own(order_id: str) -> ReportOrder:
    return stored.own_order(db.session, scope(), order_id, int(time.time())) or abort(404)


def _order(form: ReportsForm, teams: Sequence[RoundTeam]) -> None:
    with writing() as session:
        made = ReportOrder(
            id=secrets.token_hex(12),
            account_id=scope().account.id,
            round_id=teams[0].round_id,
            teams=json.dumps([team.public_id for team in teams]),
            formats=",".join(form.formats.data or ()),
            paper=form.paper.data,
            group=bool(form.group.data) and len(teams) >= FEWEST_LEADERS,
            language=str(get_locale()),
            expires_at=int(time.time()) + KEPT_SECONDS,
        )
        session.add(made)
        audit.record(
            *(session, session.get_one(Organisation, teams[0].round.organisation_id), doer()),
            Action.REPORTS_MADE,
            round_=teams[0].round,
            note=f"{made.formats}; leaders: {len(teams)}",
        )
        enqueue(session, JobKind.REPORTS, made.id)


def _page(form: ReportsForm, teams: Sequence[RoundTeam]) -> str:
    chosen: Round = teams[0].round
    orders = stored.orders(db.session, scope(), chosen, int(time.time()))
    shown = [_shown(order) for order in orders]
    return render_template(
        "coach/reports.html",
        form=form,
        round=chosen,
        leaders=len(teams),
        unreleased=sum(not team.released for team in teams),
        fewest=FEWEST_LEADERS,
        orders=shown,
        working=any(one.working for one in shown),
    )


def _shown(order: ReportOrder) -> Ordered:
    query = select(Job).where(Job.kind == JobKind.REPORTS, Job.subject == order.id)
    job = db.session.scalar(query)
    ready = report_file(settings(), order.id).exists()
    ended = job is None or job.state in {JobState.DONE, JobState.FAILED}
    return Ordered(
        order,
        ready=ready,
        failed=ended and not ready,
        done=job.done if job else 0,
        total=job.total if job else 0,
    )
