"""What a coach asked for: who may fetch it, and for how long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from surveyapp.jobs.reporting import report_file
from surveyapp.jobs.running import work
from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import Coaching, Job, JobKind, ReportOrder
from surveyapp.web.pages import keys, settings
from tests import factories
from tests.web.orders import make_all, order

if TYPE_CHECKING:
    from tests.installation import PageClient


def test_progress_is_told_until_the_file_is_there(client: PageClient, reported: int) -> None:
    factories.sign_in(client, factories.address("Coach"))
    order(client, reported)
    with writing() as session:
        order_id = session.scalars(select(ReportOrder.id)).one()
    path = f"/coach/reports/{order_id}/progress"
    assert client.get(path).get_json() == {"done": 0, "total": 0, "working": True}
    assert client.get(f"/coach/reports/{order_id}.zip").status_code == 404
    make_all()
    assert client.get(path).get_json() == {"done": 7, "total": 7, "working": False}


def test_the_file_is_private_and_bound_to_who_coaches_everybody_in_it(
    client: PageClient, reported: int
) -> None:
    factories.sign_in(client, factories.address("Coach"))
    order(client, reported)
    make_all()
    with writing() as session:
        order_id = session.scalars(select(ReportOrder.id)).one()
    file = report_file(settings(), order_id)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o077 == 0
    assert len(order_id) == 24
    path = f"/coach/reports/{order_id}.zip"
    assert client.get(path).status_code == 200
    with writing() as session:
        coach = accounts.find_account(session, factories.address("Coach"))
        found = session.scalars(select(Coaching).where(Coaching.coach_id == coach.id)).first()
        session.delete(found)
    assert client.get(path).status_code == 404
    page = client.get(f"/coach/rounds/{factories.public_id(reported)}/reports").text
    assert "Download the reports" not in page


def test_a_file_is_gone_after_a_day(client: PageClient, reported: int) -> None:
    factories.sign_in(client, factories.address("Coach"))
    order(client, reported)
    make_all()
    folder = settings().instance / "reports"
    (folder / "left-over.zip").write_bytes(b"of an order that nobody knows")
    (file,) = [one for one in folder.iterdir() if one.name != "left-over.zip"]
    later = time.time() + 24 * 3600 + 1
    with writing() as session:
        session.execute(update(Job).where(Job.kind == JobKind.TIDY).values(due_at=int(later)))
    work(keys(), settings(), lambda _seconds: False, once=True)
    assert list(folder.iterdir()) == [file]
    work(keys(), settings(), lambda _seconds: False, once=True, clock=lambda: later)
    assert list(folder.iterdir()) == []
    with writing() as session:
        assert session.scalars(select(ReportOrder.id)).all() == []
        assert session.scalars(select(Job).where(Job.kind == JobKind.REPORTS)).all() == []


def test_a_job_for_leaders_who_are_not_coached_any_more_makes_nothing(
    client: PageClient, reported: int
) -> None:
    factories.sign_in(client, factories.address("Coach"))
    order(client, reported)
    with writing() as session:
        coach = accounts.find_account(session, factories.address("Coach"))
        session.delete(
            session.scalars(select(Coaching).where(Coaching.coach_id == coach.id)).first()
        )
    make_all()
    assert not list((settings().instance / "reports").glob("*"))


def test_what_is_made_already_is_not_made_again(client: PageClient, reported: int) -> None:
    factories.sign_in(client, factories.address("Coach"))
    order(client, reported)
    make_all()
    (file,) = (settings().instance / "reports").iterdir()
    before = file.stat().st_mtime_ns
    with writing() as session:
        session.execute(update(Job).where(Job.kind == JobKind.REPORTS).values(state="waiting"))
    make_all()
    assert file.stat().st_mtime_ns == before
