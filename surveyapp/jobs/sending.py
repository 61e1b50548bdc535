"""Sending a mailing: each mail once, whoever is killed meanwhile, and whatever a server says.

What was taken is noted in a transaction of its own after the server's yes and before the next
mail. So a worker that is killed leaves at most one mail of which that is not known; it goes out
again with the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from surveyapp.core.errors import DomainError
from surveyapp.jobs.leasing import DELAYS, MOST_ATTEMPTS, WaitingError
from surveyapp.mail.delivering import open_post
from surveyapp.mail.faults import MailServerError, NotTakenError, RefusedError
from surveyapp.storage import mailings
from surveyapp.storage.database import db, transact, writing
from surveyapp.storage.models import DeliveryState, Mailing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from email.message import EmailMessage

    from surveyapp.config import Settings
    from surveyapp.jobs.leasing import Lease
    from surveyapp.mail.delivering import Post
    from surveyapp.storage.mailings import Written

BATCH: Final = 20
"""Mails that are composed before the first of them is sent."""


class NotAllTakenError(DomainError):
    """Some mails have to wait; the others went out."""


@dataclass(frozen=True)
class Mail:
    """One mail that is ready to go."""

    name: str
    written: Written
    compose: Callable[[], EmailMessage] = field(repr=False)
    """May raise `RefusedError`."""


@dataclass(frozen=True)
class Outgoing:
    """A mailing, as it is sent."""

    round_id: int
    mailing: str
    people: Callable[[Session], Sequence[int]]
    """Everybody whom it goes to, as ids; asked again at the end, for those who came meanwhile."""
    mails: Callable[[Session, Sequence[int]], Sequence[Mail] | None]
    """The mails of some people; None when it is too late for this mailing."""


def hour(now: float, time_zone: str) -> dt.datetime:
    """Return the hour that all mails of a mailing bear: no finer than what everybody may know."""
    here = dt.datetime.fromtimestamp(now, ZoneInfo(time_zone))
    return here.replace(minute=0, second=0, microsecond=0)


def send(lease: Lease, settings: Settings, outgoing: Outgoing) -> None:
    """Send a mailing to everybody who does not have it yet.

    Ends quietly when it is too late for it. Raises `MailServerError` if the server cannot be used,
    and `NotAllTakenError` if it wants some mails later; after the last attempt these count as
    refused. Invitations wait for a server for as long as the round is open: `WaitingError`.
    """
    round_id, mailing = outgoing.round_id, outgoing.mailing
    last = lease.attempts >= MOST_ATTEMPTS
    if lease.attempts == 1 and not lease.done:  # somebody asked for it, anew perhaps
        with writing() as session:
            mailings.forget_failures(session, round_id, mailing)
    try:
        with open_post(settings) as post:
            _send(lease, outgoing, post)
    except MailServerError as error:
        if last and mailing == Mailing.INVITATION:
            raise WaitingError(str(error), int(lease.clock()) + DELAYS[-1]) from error
        if last:
            with writing() as session:
                mailings.give_up(session, round_id, mailing)
        raise
    with writing() as session:
        later = mailings.deferred(session, round_id, mailing)
        if later and last:
            mailings.give_up(session, round_id, mailing)
    if later and not last:
        message = f"The mail server takes {later} of the mails later; the others went out."
        raise NotAllTakenError(message)


def _send(lease: Lease, outgoing: Outgoing, post: Post) -> None:
    tried: set[int] = set()
    without: set[int] = set()
    while waiting := _waiting(lease, outgoing, tried, without):
        for first in range(0, len(waiting), BATCH):
            batch = waiting[first : first + BATCH]
            with Session(db.engine) as session:
                mails = outgoing.mails(session, batch)
            if mails is None:
                return
            without |= set(batch) - {mail.written.person_id for mail in mails}
            for mail in sorted(mails, key=lambda mail: batch.index(mail.written.person_id)):
                if _deliver(post, mail):
                    tried.add(mail.written.person_id)
                lease.progress(lease.done + 1, lease.total)


def _waiting(lease: Lease, outgoing: Outgoing, tried: set[int], without: set[int]) -> list[int]:
    """Return who is to be tried now; who was corrected or asked about more meanwhile is, again."""
    round_id, mailing = outgoing.round_id, outgoing.mailing
    with Session(db.engine) as session:
        everybody = outgoing.people(session)
        waiting = mailings.still_waiting(session, round_id, mailing, everybody, tried)
    fresh = [person for person in waiting if person not in without]
    lease.progress(len(everybody) - len(fresh), len(everybody))
    return fresh


def _deliver(post: Post, mail: Mail) -> bool:
    """Deliver a mail and note what came of it; False if somebody is to get another one, or none.

    Some seconds lie between writing and delivering: an address may be another one by then.
    """
    with Session(db.engine) as session:
        if not mailings.is_awaited(session, mail.written):
            return False
    state, fault = DeliveryState.SENT, None
    try:
        post.deliver(mail.name, mail.compose())
    except RefusedError as error:
        state, fault = DeliveryState.REFUSED, str(error)
    except NotTakenError as error:
        state, fault = DeliveryState.DEFERRED, str(error)
    # The mail is out: that must be known, or it goes out again.
    return transact(lambda session: mailings.note(session, mail.written, state, fault))
