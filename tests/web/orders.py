"""A closed round to report, and a coach who asks for the reports as the page has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from surveyapp.jobs.running import run_job
from surveyapp.storage.database import writing
from surveyapp.storage.models import Job, JobKind, SelfForm
from surveyapp.web.pages import keys, settings
from tests import factories, followups
from tests.publications import PUBLICATIONS, publish

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.installation import PageClient

LEADERS = ("Dana", "Eve", "Finn", "Gil", "Hana", "Ivo")
KINDS = ("fine", "too few", "hands-off", "micro-leading", "micro-managing", "between")
OWN = '{"S1": 4, "S2": 3, "T1": 5, "T2": 4, "P1": 4, "P2": 5, "E1": 2, "E2": 3, "A1": 1}'


def close_six() -> int:
    """Close a round of six leaders, all coached by Coach and Deputy, and one by Other."""
    organisation = factories.make_organisation()
    for leader in LEADERS:
        factories.make_team(organisation, leader, 5)
    factories.make_leader_account(organisation, "Dana")
    factories.make_coach_account(organisation)
    factories.make_coach_account(organisation, "Other", ["Eve"])
    factories.make_coach_account(organisation, "Deputy")
    round_id = factories.open_round(organisation)
    factories.close_and_release(round_id, release=False)
    teams = factories.team_ids(round_id)
    for leader, kind in zip(LEADERS, KINDS, strict=True):
        publish(teams[leader], PUBLICATIONS[kind])
    with writing() as session:
        dana = followups.round_team(session, round_id).id
        session.add(SelfForm(round_team_id=dana, answers=OWN, guess_closeness=70, guess_meant=80))
    return round_id


def order(client: PageClient, round_id: int, **form: Any) -> TestResponse:  # noqa: ANN401  (any field)
    """Send the form as the page has it, with changes."""
    path = f"/coach/rounds/{factories.public_id(round_id)}/reports"
    return factories.send(client, path, **({"formats": ["pdf", "xlsx"], "paper": "a4"} | form))


def make_all() -> None:
    """Do what the worker does."""
    with writing() as session:
        ids = session.scalars(select(Job.id).where(Job.kind == JobKind.REPORTS)).all()
    for job_id in ids:
        run_job(job_id, keys(), settings())


def download(client: PageClient, round_id: int) -> TestResponse:
    """Follow the first link to a file on the page."""
    page = client.get(f"/coach/rounds/{factories.public_id(round_id)}/reports").text
    found = re.search(r'href="(/coach/reports/\w+\.zip)"', page)
    assert found, page
    return client.get(found[1])
