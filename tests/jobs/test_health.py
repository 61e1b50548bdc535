"""What a probe is told of the database, the keys and the workers; on each kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text, update

from surveyapp.jobs import health
from surveyapp.jobs.leasing import LEASE_SECONDS, take
from surveyapp.storage.database import writing
from surveyapp.storage.models import Job, JobKind, JobState
from surveyapp.web.pages import keys
from tests import factories
from tests.jobs.desk import NOON, Clock, do_what_is_due, put

if TYPE_CHECKING:
    from flask import Flask


def test_a_worker_is_heard_of_by_the_calendar(app: Flask) -> None:
    assert health.work(NOON).seen_at is None
    assert not health.work(NOON).has_workers(NOON)
    do_what_is_due()
    assert health.work(NOON).seen_at == NOON
    assert health.work(NOON + 119).has_workers(NOON + 119)
    assert not health.work(NOON + 121).has_workers(NOON + 121)


def test_a_worker_is_heard_of_while_it_does_something_long(app: Flask) -> None:
    do_what_is_due()
    put(JobKind.ANNOUNCE, "x", NOON + 1)
    clock = Clock(NOON + 300)
    lease = take(clock)
    assert lease
    assert health.work(clock.now).running == 1
    clock.now += 50
    lease.progress(1, 2)
    now = clock.now + LEASE_SECONDS
    assert health.work(now).seen_at == clock.now
    assert health.work(now).has_workers(now)


def test_jobs_are_counted_by_how_they_stand(app: Flask) -> None:
    do_what_is_due()
    standing: dict[str, dict[str, int | str]] = {
        "waiting": {"due_at": NOON - 5},
        "late": {"due_at": NOON - 500},
        "later": {"due_at": NOON + 500},
        "put off": {"due_at": NOON + 500, "fault": "It broke."},
        "failed": {"due_at": NOON - 500, "state": JobState.FAILED, "fault": "It broke."},
        "done": {"due_at": NOON - 500, "state": JobState.DONE},
    }
    for subject, values in standing.items():
        job = put(JobKind.ANNOUNCE, subject)
        with writing() as session:
            session.execute(update(Job).where(Job.id == job).values(**values))
    found = health.work(NOON)
    assert (found.waiting, found.late, found.put_off, found.failed) == (2, 1, 1, 1)


def test_another_versions_tables_are_noticed(app: Flask) -> None:
    assert health.is_migrated()
    assert health.database_fault() == ""
    with writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'of tomorrow'"))
    assert "another version" in health.database_fault()
    with writing() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert not health.is_migrated()


def test_a_key_that_is_not_there_is_noticed(app: Flask) -> None:
    assert "cannot be read" in health.key_fault(keys())[0]  # no folder was made yet
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    round_id = factories.open_round(organisation, "Spring")
    assert health.key_fault(keys()) == ("", False)
    keys().destroy(factories.public_id(round_id))
    assert health.key_fault(keys()) == ("1 of the open rounds’ keys are not there", True)
