"""The reports' part of the walk through every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.storage.database import writing
from surveyapp.storage.models import Job, JobKind, JobState
from tests import factories
from tests.report_orders import order_reports

if TYPE_CHECKING:
    from tests.every_page import Walk


def walk(going: Walk, round_id: int) -> None:
    """Visit a coach's reports: none yet, refused, being made, failed, ready."""
    path = f"/coach/rounds/{factories.public_id(round_id)}/reports"
    page = going.visit("reports", path, who="everything")
    form = {"csrf_token": factories.token(page), "formats": "pdf", "paper": "a4"}
    going.visit("reports: refused", path, who="everything", csrf_token=form["csrf_token"])
    sent = {"query_string": {"lang": going.lang}}
    going.clients["everything"].post(path, data=form | {"group": "y"}, **sent)
    going.visit("reports: being made", path, who="everything")
    with writing() as session:
        session.scalars(
            select(Job).where(Job.kind == JobKind.REPORTS)
        ).one().state = JobState.FAILED
    going.visit("reports: failed", path, who="everything")
    order_reports(round_id, "Dana", ["Eve"])
    going.visit("reports: ready", path, who="everything")
