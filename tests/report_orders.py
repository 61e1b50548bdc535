"""Reports that somebody asked for."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING

from surveyapp.jobs.reporting import report_file
from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import Paper, ReportOrder
from surveyapp.web.pages import settings
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Sequence


def order_reports(round_id: int, name: str = "Coach", leaders: Sequence[str] = ("Dana",)) -> str:
    """Let somebody ask for reports, and put a file there as if they were made; returns its id."""
    teams = factories.team_ids(round_id)
    with writing() as session:
        made = ReportOrder(
            id=secrets.token_hex(12),
            account=accounts.ensure_account(session, factories.address(name), name),
            round_id=round_id,
            teams=json.dumps([teams[leader] for leader in leaders]),
            formats="pdf",
            paper=Paper.A4,
            group=False,
            language="en",
            expires_at=int(time.time()) + 3600,
        )
        session.add(made)
        order_id = str(made.id)
    file = report_file(settings(), order_id)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"PK")
    return order_id
