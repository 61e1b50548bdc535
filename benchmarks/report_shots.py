"""Pictures of each page of the demo's reports: of many people, of few, too few, of all leaders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
from sqlalchemy import select

from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.core.publication import COARSE_STEPS, FINE_STEPS, Withheld
from surveyapp.reports import results
from surveyapp.reports.group import group_of
from surveyapp.reports.group_report import group_report
from surveyapp.reports.making import leader_pdf
from surveyapp.storage.database import writing
from surveyapp.storage.models import Paper, Round
from surveyapp.storage.reports import reported_teams
from surveyapp.storage.results import COUNTED

if TYPE_CHECKING:
    from pathlib import Path

    from surveyapp.reports.results import LeaderResult

SCALE = 1.5
KINDS = {"fine": FINE_STEPS, "coarse": COARSE_STEPS, "too-few": None}


def picture_reports(instance: Path, folder: Path) -> None:
    """Picture the reports of the newest counted round of the demo in this instance folder."""
    settings = read_settings({"SURVEYAPP_INSTANCE": str(instance)})
    with create_app(settings).app_context(), writing() as session:
        query = select(Round).where(Round.state.in_(COUNTED)).order_by(Round.organisation_id)
        counted = session.scalars(query.order_by(Round.closes_on.desc())).first()
        assert counted
        found = [results.for_report(session, team) for team in reported_teams(session, counted)]
        for paper in Paper:
            for kind, steps in KINDS.items():
                chosen = max((one for one in found if _steps(one) == steps), key=_fullness)
                _picture(leader_pdf(chosen, paper), folder, f"report-{kind}-{paper}")
        group = group_of(found, *results.of_everybody(counted))
        _picture(group_report(group).pdf(Paper.A4), folder, "report-group-a4")


def _steps(result: LeaderResult) -> int | None:
    position, participation = result.reading.position, result.reading.publication.participation
    if position is None:
        return None if isinstance(participation, Withheld) else 0
    return position.steps


def _fullness(result: LeaderResult) -> tuple[bool, bool, int]:
    """Prefer what shows most."""
    reading = result.reading
    comments = sum(isinstance(texts, tuple) for texts in reading.publication.comments.values())
    return reading.own is not None, reading.earlier is not None, comments


def _picture(document: bytes, folder: Path, name: str) -> None:
    opened = pypdfium2.PdfDocument(document)
    for number, page in enumerate(opened, 1):
        page.render(scale=SCALE).to_pil().save(folder / f"{name}-{number:02}.png")
    print(f"  {name}: {len(opened)} pages")
    opened.close()
