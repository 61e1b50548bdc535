"""What became of each mail of a round."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.storage.models.base import Base
from surveyapp.storage.models.organisation import Person


class Mailing(StrEnum):
    """What a mail of a round is about; reminders are numbered, as they are sent anew each time."""

    INVITATION = "invitation"
    REMINDER_1 = "reminder-1"
    REMINDER_2 = "reminder-2"
    REMINDER_3 = "reminder-3"
    ANNOUNCEMENT = "announcement"
    RESULTS = "results"
    """Followed by a dash and the team's public id: somebody with two leaders gets two."""


class DeliveryState(StrEnum):
    """How far a mail came."""

    SENT = "sent"
    """A mail server took it."""
    DEFERRED = "deferred"
    """A mail server wants it later; it is tried again."""
    REFUSED = "refused"
    """A mail server will not have it, or it was tried too often."""
    BOUNCED = "bounced"
    """It was taken, and came back."""


class Delivery(Base):
    """How far a mail to a person came. Every mail goes to everybody, so this tells of no answer.

    Without a time, which is the same for all of a mailing.
    """

    __tablename__ = "delivery"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    mailing: Mapped[str] = mapped_column(String(24), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    fault: Mapped[str | None] = mapped_column(String(300))
    """What the mail server said, without the address."""

    person: Mapped[Person] = relationship()
