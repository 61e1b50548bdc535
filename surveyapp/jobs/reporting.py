"""Making the reports that a coach asked for, and removing them after a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.reports import results
from surveyapp.reports.bundle import write_zip
from surveyapp.reports.group import FEWEST_LEADERS, group_of
from surveyapp.reports.making import Format, Wanted, in_language, made, steps
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Job, JobKind, Paper, ReportOrder, Round
from surveyapp.storage.reports import order_scope, ordered_teams
from surveyapp.storage.results import COUNTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from surveyapp.config import Settings
    from surveyapp.jobs.leasing import Lease
    from surveyapp.reports.making import Files, Step
    from surveyapp.reports.results import LeaderResult, Survey

KEPT_SECONDS: Final = 24 * 3600
FOLDER: Final = "reports"


def report_file(settings: Settings, order_id: str) -> Path:
    """Return where the file of an order is, once it is made."""
    return settings.instance / FOLDER / f"{order_id}.zip"


def make_reports(lease: Lease, settings: Settings) -> None:
    """Make the file that was asked for, in the language of whoever asked.

    Begins anew after an interruption; what is there already is left as it is. Ends quietly where
    nobody may fetch the file any more: it is past its day, or somebody in it is not coached.
    """
    path = report_file(settings, lease.subject)
    if path.exists():
        return
    with Session(db.engine) as session:
        order = session.get(ReportOrder, lease.subject)
        if order is None or order.expires_at <= lease.clock():
            return
        scope = order_scope(session, order)
        teams = ordered_teams(session, scope, order) if scope else []
        if not teams:
            return
        language, survey = order.language, results.survey(order.round)
        chosen = [results.for_report(session, team) for team in teams]
        wanted = _wanted(order, chosen)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with in_language(language):
        _write(path, lease, survey, steps(chosen, wanted))


def _wanted(order: ReportOrder, chosen: Sequence[LeaderResult]) -> Wanted:
    group = None
    if order.group and len(chosen) >= FEWEST_LEADERS:
        everybody = len(chosen) == len(order.round.teams)
        group = group_of(chosen, *(results.of_everybody(order.round) if everybody else ()))
    formats = frozenset(map(Format, order.formats.split(",")))
    return Wanted(formats, Paper(order.paper), group)


def _write(path: Path, lease: Lease, survey: Survey, todo: Sequence[Step]) -> None:
    def told() -> Iterator[tuple[Step, Files]]:
        lease.progress(0, len(todo))
        for place, one in enumerate(made(todo), 1):
            yield one
            lease.progress(place, len(todo))

    write_zip(path, survey, told())


def remove_old_reports(settings: Settings, now: int) -> None:
    """Remove each file that nobody may fetch any more: its day is over, or its round is gone."""
    with writing() as session:
        gone = (
            select(ReportOrder.id)
            .join(Round)
            .where((ReportOrder.expires_at <= now) | Round.state.not_in(COUNTED))
        )
        ids = session.scalars(gone).all()
        session.execute(delete(ReportOrder).where(ReportOrder.id.in_(ids)))
        session.execute(delete(Job).where(Job.kind == JobKind.REPORTS, Job.subject.in_(ids)))
        kept = set(session.scalars(select(ReportOrder.id)))
    folder = settings.instance / FOLDER
    for file in folder.iterdir() if folder.exists() else ():
        unfinished = file.name.startswith(".")
        fresh = unfinished and file.stat().st_mtime > now - KEPT_SECONDS
        if not fresh and file.stem not in kept:
            file.unlink(missing_ok=True)
