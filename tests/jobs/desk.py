"""What tests of jobs have in hand: a clock that they set, and the job table's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.jobs.running import work
from surveyapp.jobs.schedule import enqueue
from surveyapp.storage.database import writing
from surveyapp.storage.models import Delivery, Job, JobKind
from surveyapp.web.pages import keys, settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOON = 1_795_521_600
"""24 November 2026, 12:00 UTC."""


@dataclass
class Clock:
    """A clock that stands still until somebody sets it."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


def put(kind: JobKind, subject: str = "", due_at: int = NOON) -> int:
    """Put a job into the table; returns its id."""
    with writing() as session:
        job = enqueue(session, kind, subject, due_at)
        session.flush()
        return job.id


def row(job_id: int) -> Job:
    """Return a job as it stands."""
    with writing() as session:
        job = session.get_one(Job, job_id)
        session.expunge(job)
        return job


def rows() -> list[Job]:
    """Return all jobs as they stand."""
    with writing() as session:
        ids = session.scalars(select(Job.id).order_by(Job.id)).all()
    return [row(job_id) for job_id in ids]


def do_what_is_due(
    now: float = NOON, stopping: Callable[[float], bool] = lambda _seconds: False
) -> bool:
    """Work once, at this second; returns whether all went well."""
    return work(keys(), settings(), stopping, once=True, clock=Clock(now))


def outbox(about: str = "") -> dict[str, bytes]:
    """Return the mails that were sent, or those about something, by the address of each."""
    found = {}
    sent = [content for file in mails() if about.encode() in (content := file.read_bytes())]
    for content in sent:
        (to,) = (line for line in content.splitlines() if line.startswith(b"To: "))
        found[to.decode().partition("<")[2].rstrip(">")] = content
    assert len(found) == len(sent)
    return found


def noted() -> dict[str, tuple[str, str | None]]:
    """Return state and fault of each mail by address and mailing."""
    with writing() as session:
        return {
            f"{one.person.email} {one.mailing}": (one.state, one.fault)
            for one in session.scalars(select(Delivery))
        }


def states(mailing: str = "invitation") -> list[str]:
    """Return the states of a mailing in the order of the addresses."""
    return [state for name, (state, _fault) in sorted(noted().items()) if name.endswith(mailing)]


def mails() -> list[Path]:
    """Return the files in the outbox."""
    return sorted((settings().instance / "outbox").glob("*"))
