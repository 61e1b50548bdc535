"""Files that pages give: reports and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response

from surveyapp.reports import results
from surveyapp.reports.making import leader_pdf, leader_workbook
from surveyapp.reports.naming import plain
from surveyapp.storage.database import db
from surveyapp.storage.models import Paper

if TYPE_CHECKING:
    from surveyapp.storage.models import RoundTeam

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(content: bytes | str, name: str) -> Response:
    """Send a file to be kept under a plain name, whose ending says what it is."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=TYPES[name.rpartition(".")[2]], headers=headers)


def leader_download(team: RoundTeam, kind: str) -> Response:
    """Make one leader's report or workbook now."""
    result = results.for_report(db.session, team)
    paper = Paper(team.round.organisation.paper)
    content = leader_pdf(result, paper) if kind == "pdf" else leader_workbook([result])
    name = f"{plain(team.leader_name, 'leader')}-{plain(team.round.name, 'round')}"
    return download(content, f"{name}.{kind}")
