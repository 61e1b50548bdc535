"""How far work is that somebody waits for on a round's page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from flask import abort, redirect, url_for
from sqlalchemy import and_, or_, select

from surveyapp.jobs.counting import teams_counted
from surveyapp.storage.database import db
from surveyapp.storage.models import Job, JobKind, JobState, Round, State
from surveyapp.web.admin.own_round import own
from surveyapp.web.admin.views import blueprint
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import ColumnElement

SOON = 600
"""Seconds. What is tried again later than that is no work that somebody waits for."""


class Progress(NamedTuple):
    """How far some work is that is done for a round."""

    done: int
    total: int
    working: bool
    """Whether a worker has it in hand, or will have; else it is done, held, or has failed."""

    @staticmethod
    def of(job: Job | None) -> Progress:
        """Return how far a job is that a worker has in hand, if there is one."""
        return Progress(job.done, job.total, working=True) if job else Progress(0, 0, working=False)


def in_hand(kind: JobKind, found: Round, *conditions: ColumnElement[bool]) -> Job | None:
    """Return the job of a kind that a worker has in hand for a round, or will have."""
    soon = time.time() + SOON
    about = or_(Job.subject == found.public_id, Job.subject.startswith(f"{found.public_id}-"))
    query = select(Job).where(Job.kind == kind, about, *conditions)
    waits = and_(Job.state == JobState.WAITING, Job.due_at <= soon)
    return db.session.scalar(query.where(or_(Job.state == JobState.RUNNING, waits)).limit(1))


def being_opened(found: Round) -> Progress:
    """Return how far a draft's opening is; one that something hinders can be changed meanwhile."""
    if found.state != State.DRAFT:
        return Progress.of(None)
    unhindered = or_(Job.state == JobState.RUNNING, Job.fault.is_(None))
    return Progress.of(in_hand(JobKind.OPEN, found, unhindered))


def inviting(found: Round) -> Progress:
    """Return how far a round's invitations are."""
    return Progress.of(in_hand(JobKind.INVITE, found))


def counting(found: Round) -> Progress:
    """Return how far a round's count is."""
    working = in_hand(JobKind.CLOSE, found) is not None
    return Progress(teams_counted(settings(), found.public_id), len(found.teams), working)


@blueprint.get("/rounds/<public_id:round_id>/opening")
def opening_progress(round_id: str) -> ResponseReturnValue:
    """Say how far the opening is, for the page's script."""
    return being_opened(own(round_id))._asdict()


@blueprint.get("/rounds/<public_id:round_id>/invitations")
def inviting_progress(round_id: str) -> ResponseReturnValue:
    """Say how far the invitations are, for the page's script."""
    return inviting(own(round_id))._asdict()


@blueprint.get("/rounds/<public_id:round_id>/progress")
def closing_progress(round_id: str) -> ResponseReturnValue:
    """Say how far the count is, for the page's script."""
    return counting(own(round_id))._asdict()


def own_draft(round_id: str) -> Round:
    """Return the organisation's draft, or answer 404; one being opened is shown as it opens."""
    found = own(round_id, State.DRAFT)
    if being_opened(found).working:
        abort(redirect(url_for("admin.one_round", round_id=round_id)))
    return found
