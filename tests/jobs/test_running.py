from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from surveyapp.jobs import running
from surveyapp.jobs.leasing import take
from surveyapp.jobs.running import run_job, work
from surveyapp.jobs.schedule import PERIODS
from surveyapp.rounds.resealing import ResealingError
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Box, JobKind, JobState, Organisation, Round
from surveyapp.web.pages import keys, settings
from tests import factories
from tests.jobs.desk import NOON, Clock, do_what_is_due, mails, put, row, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

ZONE = "no zone at all"
PATIENCE_SECONDS = 20


def open_round(name: str = "Northwind") -> str:
    """Open a round of three people with mail; returns its public id."""
    organisation = factories.make_organisation(name)
    factories.make_team(organisation, name, 3, mail=True)
    return factories.public_id(factories.open_round(organisation))


def spoil(name: str) -> None:
    """Give an organisation a time zone that there is not."""
    with writing() as session:
        query = select(Organisation).where(Organisation.name == name)
        session.scalars(query).one().time_zone = ZONE


def blobs() -> list[bytes]:
    with writing() as session:
        return list(session.scalars(select(Box.blob).order_by(Box.round_team_id, Box.kind)))


def until(come: Callable[[], bool]) -> None:
    """Look again and again whether something has come; a failure if it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not come():
        assert time.monotonic() < deadline


def test_a_job_runs_without_any_worker_and_once(app: Flask) -> None:
    job_id = put(JobKind.INVITE, open_round())
    assert run_job(job_id, keys(), settings())
    assert len(mails()) == 3
    assert row(job_id).state == JobState.DONE
    assert not run_job(job_id, keys(), settings())
    assert not run_job(job_id + 1, keys(), settings())


def test_a_job_in_another_workers_hands_is_not_run(app: Flask) -> None:
    job_id = put(JobKind.INVITE, open_round())
    assert take(job_id=job_id)
    assert not run_job(job_id, keys(), settings())
    assert mails() == []


def test_what_goes_wrong_is_raised_and_stays_readable_in_the_table(app: Flask) -> None:
    public_id = open_round()
    invite, reseal = put(JobKind.INVITE, public_id), put(JobKind.RESEAL)
    (settings().instance / "outbox").write_text("a file in the way")
    with pytest.raises(FileExistsError):
        run_job(invite, keys(), settings())
    assert "outbox cannot be used: File exists" in (row(invite).fault or "")
    keys().destroy(public_id)
    with pytest.raises(ResealingError):
        run_job(reseal, keys(), settings())
    assert "“Spring”: The key of this round is missing" in (row(reseal).fault or "")


def test_a_worker_reseals_every_hour_and_does_what_is_due(app: Flask) -> None:
    invite = put(JobKind.INVITE, open_round(), NOON + 60)
    changed, last = [], blobs()
    for now in (NOON, NOON + 60, NOON + 3599, NOON + 3600, NOON + 7200):
        assert do_what_is_due(now)
        changed.append(blobs() != last)
        last = blobs()
        assert (row(invite).state == JobState.DONE) == (now >= NOON + 60)
    assert changed == [True, False, False, True, True]


def test_a_job_that_fails_hinders_no_other_and_is_told_without_a_value(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    bad = put(JobKind.INVITE, open_round("Contoso"))
    good = put(JobKind.INVITE, open_round(), NOON)
    spoil("Contoso")
    assert not do_what_is_due()
    assert row(good).state == JobState.DONE
    failed = row(bad)
    assert (failed.state, failed.due_at) == (JobState.WAITING, NOON + 60)
    assert failed.fault
    assert f"invite {failed.subject}: {failed.fault}" in caplog.text
    assert "sending.py" in caplog.text
    told = "".join(line for line in caplog.text.splitlines() if " calendar: " not in line)
    for secret in (ZONE, "Contoso 2", "demo.example"):
        assert secret not in told + failed.fault


def test_a_worker_without_its_table_says_so_and_ends_if_it_was_to_work_once(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE job RENAME TO gone"))
    assert not do_what_is_due()
    assert "The job table: OperationalError" in caplog.text or "ProgrammingError" in caplog.text


def test_a_worker_goes_on_until_it_is_told_to_end(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks for work, waits, and looks again, also after something went wrong."""
    monkeypatch.setattr(running, "POLL_SECONDS", 0.01)
    told, waits = threading.Event(), list[float]()

    def stopping(seconds: float) -> bool:
        if seconds:
            waits.append(seconds)
        return told.wait(seconds)

    def worker() -> None:
        with app.app_context():
            work(keys(), settings(), stopping, once=False, clock=Clock(NOON))

    thread = threading.Thread(target=worker)
    thread.start()
    try:
        public_id = open_round()
        spoil("Northwind")
        failing = put(JobKind.INVITE, public_id)
        until(lambda: row(failing).fault is not None)
        good = put(JobKind.INVITE, open_round("Contoso"))
        until(lambda: row(good).state == JobState.DONE)
    finally:
        told.set()
        thread.join(20)
    assert not thread.is_alive()
    assert set(waits) == {0.01}
    assert {job.kind for job in rows()} == {JobKind.INVITE, *PERIODS}


def test_two_workers_share_the_work(app: Flask) -> None:
    for name in ("Northwind", "Contoso", "Fabrikam"):
        put(JobKind.INVITE, open_round(name))

    def worker() -> None:
        with app.app_context():
            do_what_is_due()

    threads = [threading.Thread(target=worker) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert {job.state for job in rows() if job.kind == JobKind.INVITE} == {JobState.DONE}
    assert [job.attempts for job in rows() if job.kind == JobKind.INVITE] == [1, 1, 1]
    assert len(mails()) == 9
    with writing() as session:
        assert len(session.scalars(select(Round)).all()) == 3
