"""The log of what was done: written once, chained, and read by auditors."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

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


def entries(session: Session, organisation: Organisation) -> Sequence[AuditEntry]:
    """Return an organisation's log, the newest first."""
    return session.scalars(_entries(organisation).order_by(AuditEntry.number.desc())).all()


def first_broken(session: Session, organisation: Organisation) -> int | None:
    """Return the number of the first entry that is not as it was written; None if all are.

    Whoever can write to the database can also write the whole chain anew: that is seen by who
    kept an earlier digest. Entries cut off at the end are seen in the same way.
    """
    before = GENESIS
    chain = session.scalars(_entries(organisation).order_by(AuditEntry.number))
    for number, entry in enumerate(chain, 1):
        if entry.number != number or entry.digest != digest(before, entry):
            return number
        before = entry.digest
    return None


def _entries(organisation: Organisation) -> Select[AuditEntry]:
    return select(AuditEntry).where(AuditEntry.organisation_id == organisation.id)
