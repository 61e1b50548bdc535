"""Reports that a coach asked for, until the file is removed."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.storage.models.account import Account
from surveyapp.storage.models.base import Base
from surveyapp.storage.models.round import Round


class Paper(StrEnum):
    """What reports are printed on."""

    A4 = "a4"
    LETTER = "letter"


class ReportOrder(Base):
    """A ZIP of reports of one round: what goes in, and for whom. No result is in here."""

    __tablename__ = "report_order"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    """Random; the file's name, which nobody can guess."""
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    """Who asked, and who alone may fetch it."""
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    teams: Mapped[str] = mapped_column(Text)
    """JSON: the public ids of the teams whose results go in, as the coach saw them."""
    formats: Mapped[str] = mapped_column(String(40))
    """Words with commas between them, as on the command line."""
    paper: Mapped[str] = mapped_column(String(6))
    group: Mapped[bool]
    """Whether a report about all leaders together goes in."""
    language: Mapped[str] = mapped_column(String(8))
    expires_at: Mapped[int]
    """Seconds since 1970; then the file is removed."""

    account: Mapped[Account] = relationship()
    round: Mapped[Round] = relationship()
