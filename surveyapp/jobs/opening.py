"""Opening a round: its keys first, while others write; then all of it in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.jobs.due import Due, Standing, Step, due
from surveyapp.jobs.leasing import WaitingError
from surveyapp.jobs.schedule import enqueue
from surveyapp.rounds import dates, opening
from surveyapp.storage.audit import CALENDAR, Doer, record
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Actor, JobKind, Round, State
from surveyapp.storage.rounds import lock_round

if TYPE_CHECKING:
    from surveyapp.jobs.leasing import Lease
    from surveyapp.rounds.keydir import KeyDirectory
    from surveyapp.storage.models import Account


def ask(session: Session, draft: Round, account: Account) -> None:
    """Have a draft opened now, whatever day it names, in the name of whoever is signed in."""
    enqueue(session, JobKind.OPEN, f"{draft.public_id}-{account.id}")


def open_draft(lease: Lease, keys: KeyDirectory) -> None:
    """Open a round and ask for its invitations, both or neither. Raises `WaitingError`.

    What keeps a round from opening that somebody asked for is said by the page that asks.
    """
    now = lease.clock()
    with Session(db.engine) as session:
        if (draft := _wanted(session, lease)) is None:
            return
        tomorrow = dates.midnight(draft.organisation, now)
    try:
        _open(lease, keys, draft.id)
    except opening.OpeningError as error:
        if _account(lease) is None:
            raise WaitingError(str(error), tomorrow) from error


def _open(lease: Lease, keys: KeyDirectory, draft_id: int) -> None:
    with Session(db.engine) as session:
        draft = session.get_one(Round, draft_id)
        today = dates.today(draft.organisation, lease.clock())
        teams = len(opening.check_opening(session, draft, today))
    drawn = opening.draw_keys(teams, lease.progress)
    with writing() as session:
        if (wanted := _wanted(session, lease, locked=True)) is None:
            return
        opening.open_round(session, wanted, keys, today, drawn)
        owner = wanted.organisation
        if (account := _account(lease)) is None:
            by, at = CALENDAR, dates.morning(today, owner)
            note = f"last day {wanted.closes_on}"
        else:
            by, at = Doer(Actor.ACCOUNT, account), int(lease.clock())
            note = f"{sum(team.invited for team in wanted.teams)} invited"
        record(session, owner, by, Action.ROUND_OPENED, round_=wanted, note=note)
        enqueue(session, JobKind.INVITE, wanted.public_id, at)


def _wanted(session: Session, lease: Lease, *, locked: bool = False) -> Round | None:
    """Return the draft that is to be opened; None if it is gone, open, or has another day now."""
    query = select(Round).where(Round.public_id == lease.subject.partition("-")[0])
    if (draft := session.scalar(query)) is None:
        return None
    if locked:
        lock_round(session, draft)
    if _account(lease) is not None:
        return draft if draft.state == State.DRAFT else None
    standing = Standing(State(draft.state), draft.closes_on, draft.opens_on)
    today = dates.today(draft.organisation, lease.clock())
    return draft if Due(Step.OPEN) in due(standing, today) else None


def _account(lease: Lease) -> int | None:
    """Return the account that asked; None if it was the calendar."""
    account = lease.subject.partition("-")[2]
    return int(account) if account else None
