"""What was done by whom, for auditors. Nothing here is ever about an answer."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.storage.models.base import Base


class Action(StrEnum):
    """What was done."""

    PURPOSE_ACCEPTED = "purpose accepted"
    SETTINGS_CHANGED = "settings changed"
    ROSTER_IMPORTED = "roster imported"
    ROLE_GRANTED = "role granted"
    ROLE_TAKEN = "role taken away"
    SIGN_IN_RESET = "sign-in reset"
    ROUND_CREATED = "round created"
    ROUND_OPENED = "round opened"
    ROUND_JOINED = "late joiners invited"
    MAILS_REPEATED = "mails sent again"
    ROUND_MOVED = "last day moved"
    ROUND_CLOSED = "round closed"
    ROUND_HELD = "round held"
    ROUND_DISCARDED = "round discarded"
    SLIPS_PRINTED = "slips printed"
    RESULT_RELEASED = "result released"
    RESULT_SHARED = "result shared"
    SHARING_ENDED = "sharing ended"
    REPORTS_MADE = "reports made"
    PERSON_CORRECTED = "person corrected"
    PERSON_SHOWN = "personal data given"
    PERSON_DELETED = "person deleted"
    PURGED = "purged"
    LOG_EXPORTED = "log exported"


class Actor(StrEnum):
    """Who did it."""

    ACCOUNT = "account"
    """Somebody who was signed in."""
    COMMAND = "command"
    """Whoever runs the server, on its command line."""
    CALENDAR = "calendar"
    """Nobody: its day had come."""


class AuditEntry(Base):
    """One thing that was done; chained to the one before it, so that none can be changed unseen.

    People and accounts are named by their numbers: who was deleted since has no name any more.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    """From 1 on, without a gap, in each organisation."""
    at: Mapped[int]
    """Seconds since 1970."""
    actor: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[int | None]
    """Of an account that may be gone."""
    action: Mapped[str] = mapped_column(String(30))
    round_id: Mapped[str | None] = mapped_column(String(24))
    """The public id of the round that it was done to."""
    person_id: Mapped[int | None]
    """Of a person who may be gone: a leader whose result was released, somebody deleted."""
    note: Mapped[str] = mapped_column(String(200), default="")
    """Details: which role, how many people, which dates."""
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of the digest before it and of all the columns above."""
