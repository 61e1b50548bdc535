"""Work in the background: what there is to do, how far it is, and who has it in hand."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.storage.models.base import Base


class JobKind(StrEnum):
    """What a job does; `subject` says to what."""

    INVITE = "invite"
    """Send the invitations of the round with this public id."""
    REMIND = "remind"
    """Remind everybody of a round: its public id, a dash, and which time it is (1, 2, 3)."""
    ANNOUNCE = "announce"
    """Tell leaders of the round with this public id that their results are there."""
    RESULTS = "results"
    """Tell the team with this public id that it may see its result."""
    CALENDAR = "calendar"
    """Do what a round's dates ask for, every minute; no subject."""
    OPEN = "open"
    """Open the round with this public id, whose day has come."""
    CLOSE = "close"
    """Count the round with this public id, whose last day is over or that somebody closed."""
    REPORTS = "reports"
    """Make the reports of the order with this id."""
    TIDY = "tidy"
    """Remove reports whose day is over, and people files whose hour is, every hour; no subject."""
    PURGE = "purge"
    """Remove rounds whose time of keeping is over, every day; no subject."""
    CLOSED_ACCOUNT = "closed account"
    """Tell who holds the address of the account with this id that what opened it was taken away."""
    RESEAL = "reseal"
    """Encrypt all open boxes anew, every hour; no subject."""


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """Something to do: ids only, never a token, an address or an answer.

    Times are seconds since 1970, because a moment of the schedule is no local time.
    """

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(24), default="")
    state: Mapped[str] = mapped_column(String(10), default=JobState.WAITING)
    due_at: Mapped[int]
    leased_until: Mapped[int | None]
    """Until then one worker has it in hand; after that any other may go on with it."""
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    """Steps done; a job that is taken up again goes on here."""
    total: Mapped[int] = mapped_column(default=0)
    again: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Somebody asked for it while it was in hand: it begins anew once it ends."""
    fault: Mapped[str | None] = mapped_column(Text)
    """What went wrong last, in words for an administrator."""
