"""What a leader adds to a round: no part of the survey, and nothing that an answer leads to."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.storage.models.base import Base
from surveyapp.storage.models.round import RoundTeam


class SelfForm(Base):
    """How a leader sees themselves, and where they guess that the team will put them."""

    __tablename__ = "self_form"
    __table_args__ = (
        CheckConstraint("guess_closeness between 0 and 100", name="guess_closeness_percent"),
        CheckConstraint("guess_meant between 0 and 100", name="guess_meant_percent"),
    )

    round_team_id: Mapped[int] = mapped_column(ForeignKey("round_team.id"), primary_key=True)
    answers: Mapped[str] = mapped_column(Text)
    """JSON: item id -> raw answer; items without an answer are left out."""
    guess_closeness: Mapped[int | None]
    """The guess's place in the square, across, in percent; none if they did not guess."""
    guess_meant: Mapped[int | None]
    """The same, up."""

    round_team: Mapped[RoundTeam] = relationship()


class Outcome(StrEnum):
    """What became of an agreement when the leader talked it over with the team."""

    NOT_YET = "not_yet"
    AGREED = "agreed"
    CHANGED = "changed"
    """Agreed on after it was changed; what is kept is the changed one."""


class Agreement(Base):
    """How a leader and their team will check in after a result, and until when."""

    __tablename__ = "agreement"

    round_team_id: Mapped[int] = mapped_column(ForeignKey("round_team.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    """JSON of `surveyapp.core.checkin.Agreed`."""
    outcome: Mapped[str] = mapped_column(String(10))
    saved_on: Mapped[dt.date]

    round_team: Mapped[RoundTeam] = relationship()


class SharedLink(Base):
    """A link by which a team sees its result; gone once it is withdrawn."""

    __tablename__ = "shared_link"

    round_team_id: Mapped[int] = mapped_column(ForeignKey("round_team.id"), primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_on: Mapped[dt.date]

    round_team: Mapped[RoundTeam] = relationship()
