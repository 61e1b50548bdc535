"""What there is to do: jobs that somebody asked for, and those that come again by the clock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp.storage.database import db, transact
from surveyapp.storage.models import Job, JobKind, JobState

if TYPE_CHECKING:
    from collections.abc import Sequence

PERIODS = {
    JobKind.CALENDAR: 60,
    JobKind.RESEAL: 3600,
    JobKind.TIDY: 3600,
    JobKind.PURGE: 24 * 3600,
}
"""Seconds between two runs of the jobs that come again."""


def enqueue(session: Session, kind: JobKind, subject: str = "", due_at: int | None = None) -> Job:
    """Put a job into the table, due at once or at a second since 1970.

    One that waits for its time stays as it is; one that ended, or waits because something went
    wrong, begins anew, and one that is in hand does so once it ends: whoever has it may have passed
    what it is asked for.
    """
    due_at = int(time.time()) if due_at is None else due_at
    query = (
        select(Job)
        .where(Job.kind == kind, Job.subject == subject)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if (job := session.scalar(query)) is None:
        try:
            with session.begin_nested():
                session.add(made := Job(kind=kind, subject=subject, due_at=due_at))
        except IntegrityError:  # another process was faster
            job = session.scalars(query).one()
        else:
            return made
    if kind not in PERIODS:  # the schedule asks all the time
        if job.state == JobState.RUNNING:
            job.again = True
        elif job.state != JobState.WAITING or job.fault is not None:
            begin_anew(job, due_at)
    return job


def begin_anew(job: Job, due_at: int) -> None:
    """Let a job wait as if it had never been taken up."""
    job.state, job.due_at, job.fault, job.again = JobState.WAITING, due_at, None, False
    job.attempts = job.done = job.total = 0


def keep_time(now: int) -> None:
    """See to it that each job that comes again is in the table, and due within its period.

    One that is due later than that was put off before somebody set the clock back.
    """

    def see(session: Session) -> None:
        for kind, period in PERIODS.items():
            job = enqueue(session, kind, due_at=now)
            job.due_at = min(job.due_at, now + period)

    transact(see)


def put_off() -> Sequence[Job]:
    """Return the jobs that went wrong and are tried again later."""
    query = select(Job).where(Job.state == JobState.WAITING, Job.fault.is_not(None))
    with Session(db.engine) as session:
        return session.scalars(query.order_by(Job.due_at)).all()
