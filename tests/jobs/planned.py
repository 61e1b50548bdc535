"""Rounds with dates, and a worker that looks at them at some hour where the organisation is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from surveyapp.rounds import dates, opening
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Job,
    JobKind,
    Organisation,
    Round,
)
from tests import factories
from tests.jobs.desk import do_what_is_due

if TYPE_CHECKING:
    from threading import Barrier

ZONE = "Pacific/Auckland"
"""Its days begin half a day before those of UTC."""
OPENS = dt.date(2027, 2, 1)
PLANNED = dates.Dates(
    closes_on=dt.date(2027, 2, 14),
    opens_on=OPENS,
    reminders=(dt.date(2027, 2, 6), dt.date(2027, 2, 11)),
    release_at_closing=True,
)
OVER = PLANNED.closes_on + dt.timedelta(days=1)
SEEN = OVER + dt.timedelta(days=7)
MAILINGS = (JobKind.INVITE, JobKind.REMIND, JobKind.ANNOUNCE, JobKind.RESULTS)


def organisation(name: str = "Northwind", zone: str = ZONE) -> int:
    """Make an organisation of one team with mail."""
    made = factories.make_organisation(name)
    factories.make_team(made, name, 3, mail=True)
    with writing() as session:
        session.get_one(Organisation, made).time_zone = zone
    return made


def draft(owner: int, planned: dates.Dates = PLANNED, name: str = "Spring") -> int:
    """Make a draft with dates; returns its id."""
    with writing() as session:
        found = session.get_one(Organisation, owner)
        made = opening.create_round(session, found, name, planned.closes_on)
        dates.plan(made, planned, OPENS)
        return made.id


def at(day: dt.date, hour: float = 0, zone: str = ZONE) -> float:
    """Return an hour of a day, in seconds since 1970."""
    midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
    return midnight.timestamp() + hour * 3600


def look(day: dt.date, hour: float = 0, *, together: Barrier | None = None) -> bool:
    """Let a worker do what is due at an hour, and a minute later what became due by that."""
    well = []
    for minute in range(3):
        well.append(do_what_is_due(at(day, hour) + minute * 60))
        if together:
            together.wait(60)
    return all(well)


def column(round_id: int, name: str) -> Any:  # noqa: ANN401  (any column)
    """Return what is stored of a round."""
    with writing() as session:
        return getattr(session.get_one(Round, round_id), name)


def mailings() -> dict[str, int]:
    """Return the mailings that were asked for, with the second at which each is due."""
    with writing() as session:
        jobs = session.scalars(select(Job).where(Job.kind.in_(MAILINGS)).order_by(Job.id)).all()
        return {f"{job.kind} {job.subject}": job.due_at for job in jobs}


def job(kind: JobKind, round_id: int) -> Job | None:
    """Return a job about a round, as it stands."""
    subject = column(round_id, "public_id")
    with writing() as session:
        found = session.scalar(select(Job).where(Job.kind == kind, Job.subject == subject))
        if found:
            session.expunge(found)
        return found


def expected(round_id: int) -> dict[str, int]:
    """Return all mailings of a round, with the second at which each is due."""
    public_id = factories.public_id(round_id)
    (team,) = factories.team_ids(round_id).values()
    first, second = PLANNED.reminders
    return {
        f"invite {public_id}": int(at(OPENS, 8)),
        f"remind {public_id}-1": int(at(first, 8)),
        f"remind {public_id}-2": int(at(second, 8)),
        f"announce {public_id}": int(at(OVER, 8)),
        f"results {team}": int(at(SEEN, 8)),
    }
