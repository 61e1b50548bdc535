"""Doing what the dates of rounds ask for.

Exactly once comes from what is stored, not from the clock: a round opens and closes by its state,
a mailing is asked for by a job that is made once. So it does not matter how often anybody looks,
how many do so at once, where one of them is killed, or whether the clock goes back.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.core.errors import DomainError
from surveyapp.followup.sharing import team_sees_from
from surveyapp.jobs.counting import telling
from surveyapp.jobs.due import LATEST_NEWS, Due, Standing, Step, due
from surveyapp.jobs.leasing import WaitingError
from surveyapp.jobs.schedule import enqueue
from surveyapp.mail.outbox import Outbox
from surveyapp.rounds import closing, dates, releasing, sheets
from surveyapp.rounds.reminders import reminders
from surveyapp.storage.audit import CALENDAR, record
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import (
    Action,
    Delivery,
    Job,
    JobKind,
    JobState,
    Mailing,
    Round,
    RoundTeam,
    State,
    TeamSees,
)
from surveyapp.storage.results import COUNTED
from surveyapp.storage.rounds import lock_round

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from surveyapp.config import Settings
    from surveyapp.jobs.leasing import Lease
    from surveyapp.rounds.keydir import KeyDirectory

SHOWN_FOR: Final = 3 * LATEST_NEWS
"""How long after its release a round is looked at: a team sees its result a week later."""
A_DAY: Final = 24 * 3600


def keep_dates(now: float) -> None:
    """Do or ask for what is due in every round; writes nothing when nothing is.

    Raises `DatesError` at the end, for organisations whose time zone is none.
    """
    ids, faults = [], {}
    with Session(db.engine) as session:
        for planned in session.scalars(_looked_at(now)):
            try:
                if _todo(session, planned, now):
                    ids.append(planned.id)
            except dates.DatesError as error:
                faults[planned.organisation_id] = f"{planned.organisation.name}: {error}"
    for round_id in ids:
        with writing() as session:
            planned = session.get_one(Round, round_id)
            lock_round(session, planned)
            for one in _todo(session, planned, now):  # of two who look at once, the later sees it
                _do(session, planned, one, now)
    if faults:
        raise dates.DatesError(" ".join(faults.values()))


def _looked_at(now: float) -> Select[Round]:
    """Return the rounds that may have something due, those that end first at the beginning."""
    since = dt.datetime.fromtimestamp(now, dt.UTC).date() - SHOWN_FOR
    fresh = select(RoundTeam.round_id).where(RoundTeam.released_on >= since)
    unfinished = ~Round.destroyed | Round.releases_on.is_not(None) | Round.id.in_(fresh)
    return (
        select(Round)
        .where(
            Round.state.in_((State.DRAFT, State.OPEN, State.CLOSING))
            | (Round.state.in_(COUNTED) & unfinished)
            | ((Round.state == State.DISCARDED) & ~Round.destroyed)
        )
        .order_by(Round.closes_on, Round.id)
    )


def _todo(session: Session, planned: Round, now: float) -> list[Due]:
    """Return what is due in a round and not asked for yet."""
    today = dates.today(planned.organisation, now)
    return [
        one
        for one in due(_standing(session, planned, today), today)
        if not _is_asked(session, planned, one, now)
    ]


def _standing(session: Session, planned: Round, today: dt.date) -> Standing:
    teams: Sequence[RoundTeam] = ()
    if planned.state in COUNTED:
        query = select(RoundTeam).where(RoundTeam.round_id == planned.id)
        teams = session.scalars(query.where(RoundTeam.released_on >= today - SHOWN_FOR)).all()
    told = select(Delivery.person_id).where(
        Delivery.round_id == planned.id, Delivery.mailing == Mailing.ANNOUNCEMENT
    )
    had = set(session.scalars(told)) if teams else set()
    sees = planned.team_sees == TeamSees.AFTER_SEVEN_DAYS
    return Standing(
        state=State(planned.state),
        closes_on=planned.closes_on,
        opens_on=planned.opens_on,
        opened_on=planned.opened_on,
        reminders=reminders(planned),
        releases_on=planned.releases_on,
        destroyed=planned.destroyed,
        untold=tuple(
            team.released_on
            for team in teams
            if team.released_on and team.leader_id not in had and team.leader.email
        ),
        teams_see=tuple(
            (team.public_id, day) for team in teams if sees and (day := team_sees_from(team))
        ),
    )


def _is_asked(session: Session, planned: Round, one: Due, now: float) -> bool:
    """Whether something was asked for: a mailing for good, other things until they are done.

    Coaches release one leader after the other, so leaders are told once a day as long as there
    are some who were not.

    What failed is asked for anew a day later, and at once what waits for a day that was far ahead
    before somebody set the clock back.
    """
    if one.step == Step.RELEASE:
        return False
    kind, subject = one.job(planned.public_id)
    job = session.scalar(select(Job).where(Job.kind == kind, Job.subject == subject))
    if one.step == Step.OPEN and job is None:
        return _is_about_to_close(session, planned, now)
    if job is None:
        return False
    if one.step not in {Step.OPEN, Step.CLOSE}:
        last = dates.today(planned.organisation, job.due_at)
        over = job.state == JobState.FAILED or (
            job.state == JobState.DONE and one.step == Step.ANNOUNCE
        )
        return not (over and last < dates.today(planned.organisation, now))
    near = abs(job.due_at - now) < A_DAY + 2 * 3600  # no day is longer
    return (near and job.state != JobState.DONE) or job.state == JobState.RUNNING


def _is_about_to_close(session: Session, planned: Round, now: float) -> bool:
    """Whether a draft waits a moment for the round before it, whose last day is over."""
    others = select(Round).where(
        Round.organisation_id == planned.organisation_id,
        Round.state.in_((State.OPEN, State.CLOSING)),
    )
    today = dates.today(planned.organisation, now)
    for other in session.scalars(others):
        job = select(Job).where(Job.kind == JobKind.CLOSE, Job.subject == other.public_id)
        closing_job = session.scalar(job)
        tried = closing_job is not None and closing_job.fault is not None
        if Due(Step.CLOSE) in due(_standing(session, other, today), today) and not tried:
            return True
    return False


def _do(session: Session, planned: Round, one: Due, now: float) -> None:
    today = dates.today(planned.organisation, now)
    match one.step:
        case Step.RELEASE:
            count = releasing.release(planned, today=today)
            owner, note = planned.organisation, f"{count} leaders"
            record(session, owner, CALENDAR, Action.RESULT_RELEASED, round_=planned, note=note)
        case Step.OPEN | Step.CLOSE:
            job = enqueue(session, *one.job(planned.public_id), int(now))
            job.due_at = min(job.due_at, int(now))
        case Step.REMIND | Step.ANNOUNCE | Step.RESULTS:
            at = dates.morning(today, planned.organisation)
            enqueue(session, *one.job(planned.public_id), at)


def try_again(session: Session, organisation_id: int, now: float) -> None:
    """Let an organisation's drafts that something keeps from opening be tried at once."""
    drafts = select(Round.public_id).where(
        Round.organisation_id == organisation_id, Round.state == State.DRAFT
    )
    waiting = select(Job).where(Job.kind == JobKind.OPEN, Job.state == JobState.WAITING)
    for job in session.scalars(waiting.where(Job.subject.in_(drafts)).with_for_update()):
        job.due_at = min(job.due_at, int(now))


def clear_up(settings: Settings, round_id: int, now: float) -> None:
    """Let drafts open that waited for a round that is over, and forget its files."""
    with writing() as session:
        ended = session.get_one(Round, round_id)
        public_id = ended.public_id
        try_again(session, ended.organisation_id, now)
    sheets.forget(settings.instance, public_id)  # where nobody waits to write meanwhile
    if outbox := Outbox.of(settings):
        outbox.forget(public_id)


def is_over(lease: Lease) -> bool:
    """Whether a reminder that was asked for must not go out any more, or not yet."""
    round_id, _, number = lease.subject.rpartition("-")
    with Session(db.engine) as session:
        asked = session.scalar(_by_public_id(round_id))
        if asked is None or asked.state != State.OPEN:
            return True
        today = dates.today(asked.organisation, lease.clock())
        due_now = due(_standing(session, asked, today), today)
        return Due(Step.REMIND, number) not in due_now


def close_round(lease: Lease, keys: KeyDirectory, settings: Settings) -> None:
    """Close a round whose last day is over or that somebody closed, or go on with it.

    What was given up is destroyed to its end. Raises `WaitingError`.
    """
    now = lease.clock()
    with writing() as session:
        if (found := session.scalar(_by_public_id(lease.subject))) is None:
            return
        lock_round(session, found)  # whoever moves its last day comes before, or too late
        today = dates.today(found.organisation, now)
        is_due = Due(Step.CLOSE) in due(_standing(session, found, today), today)
        if not is_due and not found.destroyed:
            return
        if found.state == State.OPEN:
            closing.begin(session, found)
        round_id, given_up = found.id, found.state == State.DISCARDED
    try:
        if not is_due:
            destroyed = True  # by somebody who died before the rest was done
        elif given_up:
            destroyed = closing.discard(round_id, keys, CALENDAR)
        else:
            with telling(settings, lease.subject) as tell:
                destroyed = closing.close(round_id, keys, tell, CALENDAR, today=today)
    except DomainError as error:
        with Session(db.engine) as session:
            found = session.get_one(Round, round_id)
            if found.state in COUNTED and found.destroyed:
                return  # somebody else has just closed it, by hand
            raise _tomorrow(error, found, now) from error
    if not destroyed:
        message = "The answers are not destroyed yet: the database is in use, or its disk is full."
        raise closing.ClosingError(message)
    clear_up(settings, round_id, now)


def _by_public_id(round_id: str) -> Select[Round]:
    return select(Round).where(Round.public_id == round_id)


def _tomorrow(error: DomainError, hindered: Round, now: float) -> WaitingError:
    """Put something off until the next day begins. The log does not say which groups are held."""
    words = str(error)
    if isinstance(error, closing.HeldError):
        words = (
            f"“{hindered.name}” is held for checking, and nothing was published:"
            " “surveyapp round close” says why."
        )
    return WaitingError(words, dates.midnight(hindered.organisation, now))
