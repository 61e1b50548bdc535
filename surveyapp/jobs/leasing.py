"""Who has a job in hand: one worker at a time, and another one if that one dies."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveyapp.core.errors import DomainError
from surveyapp.jobs.schedule import PERIODS, begin_anew
from surveyapp.storage.database import db, transact
from surveyapp.storage.models import Job, JobKind, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Select

LEASE_SECONDS = 60
RENEWAL_SECONDS = 20
STEPS_BETWEEN_SAVES = 20
DELAYS = tuple(60 * minutes for minutes in (1, 5, 30, 60, 180, 360, 720))
"""Seconds before the second, third … attempt."""
MOST_ATTEMPTS = len(DELAYS) + 1


class LeaseLostError(Exception):
    """Another worker has the job in hand: this one was silent for too long, or the clock jumped."""


class WaitingError(DomainError):
    """Something is in the way that does not go by itself soon: the next attempt is at `due_at`."""

    def __init__(self, message: str, due_at: int) -> None:
        """Keep when to try again, in seconds since 1970."""
        super().__init__(message)
        self.due_at = due_at


class StoppedError(Exception):
    """The worker was told to end; whoever takes up the job goes on where it stands."""


@dataclass
class Lease:
    """A job in hand."""

    job_id: int
    kind: JobKind
    subject: str
    attempts: int
    fault: str | None
    """What went wrong at the last attempt."""
    done: int
    total: int
    until: int
    """No other worker takes the job before this second; tells this lease from any other."""
    clock: Callable[[], float]
    stopping: Callable[[], bool]

    def __str__(self) -> str:
        """Name the job as the log does."""
        return f"{self.kind} {self.subject}".rstrip()

    def progress(self, done: int, total: int) -> None:
        """Say how far the job is, between two steps; saved every now and then.

        Raises `StoppedError` if the worker is to end, and `LeaseLostError`.
        """
        fresh = total != self.total
        self.done, self.total = done, total
        now = int(self.clock())
        age = now - (self.until - LEASE_SECONDS)
        if (
            (stopping := self.stopping())
            or fresh
            or done % STEPS_BETWEEN_SAVES == 0
            or not 0 <= age < RENEWAL_SECONDS  # less than nothing if the clock was set back
        ):
            until = now + LEASE_SECONDS
            # Not twice: a lease that was renewed would look like one that was lost.
            transact(lambda session: self._write(session, leased_until=until), twice=False)
            self.until = until
        if stopping:
            raise StoppedError

    def finish(self) -> None:
        """Note that the job is done; one of the schedule waits for its next time."""
        if self.kind in PERIODS:
            due_at = int(self.clock()) + PERIODS[self.kind]
            self._end(due_at=due_at, attempts=0, fault=None)
        else:
            self._end(state=JobState.DONE, fault=None)

    def give_back(self) -> None:
        """Let the next worker go on at once, as if this one had not begun."""
        self._end(attempts=self.attempts - 1)

    def put_off(self, fault: str, due_at: int | None = None) -> None:
        """Note what went wrong; try again later, or not any more. The schedule never gives up.

        Nor does a job that says itself when it is due again.
        """
        if due_at is not None:
            self._end(due_at=due_at, attempts=0, fault=fault)
            return
        delay = DELAYS[min(self.attempts, len(DELAYS)) - 1]
        if self.kind not in PERIODS and self.attempts >= MOST_ATTEMPTS:
            self._end(state=JobState.FAILED, fault=fault)
        else:
            delay = min(delay, PERIODS.get(self.kind, delay))
            self._end(due_at=int(self.clock()) + delay, fault=fault)

    def _end(self, **changes: Any) -> None:  # noqa: ANN401  (any column of a job)
        """Let go of the job; however it went, it begins anew if somebody asked meanwhile."""

        def end(session: Session) -> None:
            self._write(session, **({"state": JobState.WAITING, "leased_until": None} | changes))
            job = session.get_one(Job, self.job_id)
            if job.again:
                begin_anew(job, int(self.clock()))

        transact(end, twice=False)  # as above

    def _write(self, session: Session, **changes: Any) -> None:  # noqa: ANN401  (any column of a job)
        written = (
            update(Job)
            .where(Job.id == self.job_id, Job.leased_until == self.until)
            .values(done=self.done, total=self.total, **changes)
        )
        if session.scalar(written.returning(Job.id)) is None:
            raise LeaseLostError


def take(
    clock: Callable[[], float] = time.time,
    *,
    stopping: Callable[[], bool] = lambda: False,
    job_id: int | None = None,
    due: bool = False,
) -> Lease | None:
    """Take a job in hand: the next one that is due, or this one, only if `due` or in any case.

    Returns None if there is none to take. A job whose worker died is taken up once its lease is
    over. A lease further ahead than any is given was given before the clock was set back, and is
    over as well.
    """
    now = int(clock())
    query = (
        _free(select(Job), now, due=due or job_id is None)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job_id is not None:
        query = query.where(Job.id == job_id)

    def hand_out(session: Session) -> Lease | None:
        while job := session.scalar(query):
            if job.again:  # whoever was asked has died, and this one begins after the asking
                begin_anew(job, job.due_at)
            if job.attempts < MOST_ATTEMPTS or JobKind(job.kind) in PERIODS:
                break
            job.state, job.fault = JobState.FAILED, "Each worker that took this up died of it."
            session.flush()
        else:
            return None
        job.state, job.leased_until = JobState.RUNNING, now + LEASE_SECONDS
        job.attempts += 1
        return Lease(
            job_id=job.id,
            kind=JobKind(job.kind),
            subject=job.subject,
            attempts=job.attempts,
            fault=job.fault,
            done=job.done,
            total=job.total,
            until=job.leased_until,
            clock=clock,
            stopping=stopping,
        )

    return transact(hand_out)


def to_take(now: float) -> Sequence[Job]:
    """Return the jobs that are due and that nobody has in hand, those first that wait longest."""
    with Session(db.engine) as session:
        return session.scalars(_free(select(Job), int(now))).all()


def _free(query: Select[Job], now: int, *, due: bool = True) -> Select[Job]:
    taken = Job.leased_until.between(now, now + 2 * LEASE_SECONDS)
    query = query.where(
        Job.state.in_((JobState.WAITING, JobState.RUNNING)),
        Job.leased_until.is_(None) | ~taken,
    )
    return (query.where(Job.due_at <= now) if due else query).order_by(Job.due_at, Job.id)
