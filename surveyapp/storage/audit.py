"""The log of what was done: written once, chained, and read by auditors."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.anonymity.tickets import digest_words
from surveyapp.storage.database import lock
from surveyapp.storage.models import Actor, AuditEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Account, Action, Organisation, Person, Round

GENESIS = bytes(32)
"""What the first entry is chained to."""
CHAINED = (
    "organisation_id",
    "number",
    "at",
    "actor",
    "account_id",
    "action",
    "round_id",
    "person_id",
    "note",
)


@dataclass(frozen=True)
class Doer:
    """Who does something: an account, or one of the two that have none."""

    actor: Actor
    account_id: int | None = None

    @staticmethod
    def signed_in(account: Account) -> Doer:
        """Return who is signed in with an account."""
        return Doer(Actor.ACCOUNT, account.id)


COMMAND = Doer(Actor.COMMAND)
CALENDAR = Doer(Actor.CALENDAR)


def record(  # noqa: PLR0913  (what an entry says)
    session: Session,
    organisation: Organisation,
    by: Doer,
    action: Action,
    *,
    round_: Round | None = None,
    person: Person | None = None,
    note: str = "",
) -> AuditEntry:
    """Write down what is done, in the same transaction: both are kept, or neither."""
    lock(session, organisation)  # two at once would be chained to the same one
    last = session.scalar(_entries(organisation).order_by(AuditEntry.number.desc()).limit(1))
    entry = AuditEntry(
        organisation_id=organisation.id,
        number=last.number + 1 if last else 1,
        at=int(time.time()),
        actor=by.actor,
        account_id=by.account_id,
        action=action,
        round_id=round_.public_id if round_ else None,
        person_id=person.id if person else None,
        note=note,
    )
    entry.digest = digest(last.digest if last else GENESIS, entry)
    session.add(entry)
    session.flush()
    return entry


def digest(before: bytes, entry: AuditEntry) -> bytes:
    """Return SHA-256 of the digest before and of the entry's columns as canonical JSON."""
    said = json.dumps([getattr(entry, name) for name in CHAINED], ensure_ascii=False)
    return hashlib.sha256(before + said.encode()).digest()


@dataclass(frozen=True)
class Wanted:
    """Which entries are looked for; all of them without any of these."""

    action: Action | None = None
    by: Doer | None = None
    round_id: str | None = None
    since: int | None = None
    """Seconds since 1970; this one is in."""
    until: int | None = None
    """Seconds since 1970; this one is not."""


def entries(
    session: Session,
    organisation: Organisation,
    wanted: Wanted = Wanted(),
    *,
    skip: int = 0,
    most: int | None = None,
) -> Sequence[AuditEntry]:
    """Return an organisation's log, or some of it, the newest first."""
    query = _entries(organisation).order_by(AuditEntry.number.desc())
    if wanted.action is not None:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.by is not None:
        query = query.where(AuditEntry.actor == wanted.by.actor)
        query = query.where(AuditEntry.account_id.is_not_distinct_from(wanted.by.account_id))
    if wanted.round_id is not None:
        query = query.where(AuditEntry.round_id == wanted.round_id)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    return session.scalars(query.offset(skip).limit(most)).all()


def doers(session: Session, organisation: Organisation) -> list[Doer]:
    """Return everybody who did something."""
    query = (
        select(AuditEntry.actor, AuditEntry.account_id)
        .where(AuditEntry.organisation_id == organisation.id)
        .distinct()
        .order_by(AuditEntry.actor, AuditEntry.account_id)
    )
    return [Doer(Actor(actor), account) for actor, account in session.execute(query)]


@dataclass(frozen=True)
class Chain:
    """How far a log is as it was written."""

    verified: int
    """Entries, from the first one on, that are."""
    digest: bytes
    """Of the last one of them: whoever keeps it sees later whether what came before is the same."""
    broken: int | None
    """The number of the first entry that is not as it was written; None if all are."""

    @property
    def words(self) -> str:
        """The digest's first 44 bits as four words, to be read aloud."""
        return digest_words(self.digest)


def chain(session: Session, organisation: Organisation) -> Chain:
    """Calculate an organisation's chain anew and compare.

    Whoever can write to the database can also write the whole chain anew: that is seen by who
    kept an earlier digest. Entries cut off at the end are seen in the same way.
    """
    before = GENESIS
    number = 0
    every = session.scalars(_entries(organisation).order_by(AuditEntry.number))
    for number, entry in enumerate(every, 1):
        if entry.number != number or entry.digest != digest(before, entry):
            return Chain(number - 1, before, number)
        before = entry.digest
    return Chain(number, before, None)


def _entries(organisation: Organisation) -> Select[AuditEntry]:
    return select(AuditEntry).where(AuditEntry.organisation_id == organisation.id)
