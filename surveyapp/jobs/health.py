"""Whether what pages and workers stand on is well; for a probe every few seconds, so it is cheap.

Nothing here counts or times anything that an answer changes: whoever keeps what a probe says keeps
nothing about who answered when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from surveyapp.jobs.leasing import LEASE_SECONDS
from surveyapp.jobs.schedule import PERIODS
from surveyapp.storage.database import db, migrations
from surveyapp.storage.models import Job, JobKind, JobState, Round, State

if TYPE_CHECKING:
    from surveyapp.rounds.keydir import KeyDirectory

LATE_SECONDS: Final = 120
"""A worker shows itself more often than that, and takes up in less what is due."""


@dataclass(frozen=True)
class Work:
    """How the work in the background stands."""

    waiting: int
    """Due, and not in hand."""
    running: int
    put_off: int
    """Went wrong, and tried again later."""
    failed: int
    """Given up."""
    late: int
    """Waiting for longer than a worker leaves anything that it has time for."""
    seen_at: int | None
    """When a worker was last heard of, in seconds since 1970."""

    def has_workers(self, now: float) -> bool:
        """Whether a worker was heard of lately."""
        return self.seen_at is not None and now - self.seen_at <= LATE_SECONDS


def work(now: float) -> Work:
    """Read the job table as it stands; takes an app context.

    A worker shows itself by the calendar, which is due again a minute after it was looked at, and
    by renewing its hold on whatever it does for longer.
    """
    with Session(db.engine) as session:
        jobs = session.scalars(select(Job).where(Job.state != JobState.DONE)).all()
    seen = [
        job.leased_until - LEASE_SECONDS
        if job.leased_until
        else job.due_at - PERIODS[JobKind.CALENDAR]
        for job in jobs
        if job.leased_until or job.kind == JobKind.CALENDAR
    ]
    alive = [job for job in jobs if job.state != JobState.FAILED]
    free_since = [max(job.due_at, job.leased_until or 0) for job in alive]
    return Work(
        waiting=sum(since <= now for since in free_since),
        running=sum((job.leased_until or 0) > now for job in alive),
        put_off=sum(job.fault is not None for job in alive),
        failed=len(jobs) - len(alive),
        late=sum(since < now - LATE_SECONDS for since in free_since),
        seen_at=max(seen, default=None),
    )


def is_migrated() -> bool:
    """Whether the database has this version's tables."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    return found == {revision.revision for revision in migrations.heads()}


def database_fault() -> str:
    """Say what keeps the database from being used; nothing of its address, and "" if it is well."""
    try:
        if not is_migrated():
            return "the database has another version's tables: run “surveyapp doctor” of this one"
        with Session(db.engine) as session:
            session.scalar(select(func.count()).select_from(Round))
    except SQLAlchemyError as error:
        return f"the database cannot be used ({type(error).__name__})"
    return ""


def key_fault(keys: KeyDirectory) -> tuple[str, bool]:
    """Say what is amiss with the keys, "" if they are well; and whether nobody can answer here.

    A machine that lost its mount has no key at all, and another one can take over. One key that is
    missing is missing everywhere, and people answer in all other rounds.
    """
    query = select(Round.public_id).where(Round.state.in_((State.OPEN, State.CLOSING)))
    try:
        names = [path.name for path in keys.path.iterdir()]
        with Session(db.engine) as session:
            missing = sum(not keys.exists(public_id) for public_id in session.scalars(query))
    except OSError as error:
        return f"the key directory cannot be read ({error.strerror})", True
    except SQLAlchemyError:
        return "it cannot be told which keys are needed", True
    if not missing:
        return "", False
    is_lost = not any(name.startswith("round-") for name in names)
    return f"{missing} of the open rounds’ keys are not there", is_lost
