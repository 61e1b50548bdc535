"""Who has a job in hand: one worker at a time, and another one if that one dies."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from surveyapp.core.errors import DomainError
from surveyapp.jobs.schedule import PERIODS
from surveyapp.storage.database import writing
from surveyapp.storage.models import Job, JobKind, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

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
            self._write(leased_until=now + LEASE_SECONDS)
            self.until = now + LEASE_SECONDS
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
        self._write(**({"state": JobState.WAITING, "leased_until": None} | changes))

    def _write(self, **changes: Any) -> None:  # noqa: ANN401  (any column of a job)
        written = (
            update(Job)
            .where(Job.id == self.job_id, Job.leased_until == self.until)
            .values(done=self.done, total=self.total, **changes)
        )
        with writing() as session:
            if session.scalar(written.returning(Job.id)) is None:
                raise LeaseLostError


def take(
    clock: Callable[[], float] = time.time,
    *,
    stopping: Callable[[], bool] = lambda: False,
    job_id: int | None = None,
) -> Lease | None:
    """Take the next due job in hand, or this one, due or not; None if there is none to take.

    A job whose worker died is taken up once its lease is over. A lease further ahead than any is
    given was given before the clock was set back, and is over as well.
    """
    now = int(clock())
    query = (
        select(Job)
        .where(Job.state.in_((JobState.WAITING, JobState.RUNNING)))
        .where(
            or_(
                Job.leased_until.is_(None),
                Job.leased_until < now,
                Job.leased_until > now + 2 * LEASE_SECONDS,
            )
        )
        .where(Job.due_at <= now if job_id is None else Job.id == job_id)
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with writing() as session:
        while job := session.scalar(query):
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
