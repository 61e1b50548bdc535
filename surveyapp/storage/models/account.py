"""People who sign in, and what they may see. Employees who answer have no account."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.storage.models.base import Base
from surveyapp.storage.models.organisation import Organisation, Person


class RoleName(StrEnum):
    """What an account may be in an organisation; one account may be several."""

    ADMIN = "admin"
    COACH = "coach"
    LEADER = "leader"


class Role(Base, RoleMixin):
    """Flask-Security's own role: needed to sign in.

    Rights come from `Grant` instead, because a right here always belongs to one organisation.
    """

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class AccountRole(Base):
    """Flask-Security's link between accounts and its roles."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)


class Account(Base, UserMixin):
    """Somebody who signs in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """Lower case."""
    name: Mapped[str] = mapped_column(String(320))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """What a session cookie carries; changing it ends every session."""
    language: Mapped[str | None] = mapped_column(String(8))
    """What they chose to read; none until they do."""

    roles: Mapped[list[Role]] = relationship(secondary="account_role")  # type: ignore[assignment]  # Flask-Security's mixin says Role's base
    grants: Mapped[list[Grant]] = relationship(back_populates="account")


class Grant(Base):
    """A role of an account in one organisation."""

    __tablename__ = "grant"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(20), primary_key=True)

    account: Mapped[Account] = relationship(back_populates="grants")
    organisation: Mapped[Organisation] = relationship()


class Coaching(Base):
    """Whom a coach coaches, and the coach's own file on this leader: nobody else's to read."""

    __tablename__ = "coaching"

    coach_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    notes: Mapped[str | None] = mapped_column(Text, deferred=True)
    """What the coach wrote down; none if they keep nothing. Read where the file is shown, only."""
    follow_up_on: Mapped[dt.date | None]
    """When the coach wants to come back to this leader."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts the changes of the file: what one tab saved, another one does not overwrite."""

    coach: Mapped[Account] = relationship()
    leader: Mapped[Person] = relationship()
