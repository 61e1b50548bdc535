"""People who sign in, and what they may see. Employees who answer have no account."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import ForeignKey, LargeBinary, String, Text, false
from sqlalchemy.ext.mutable import MutableList
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
    links_used: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts the mailed links that signed somebody in: each one ends all that were sent before."""
    entered: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether anybody ever signed in to it, in whichever way; signing out does not change it."""
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    """Flask-Security's: "authenticator" if there is a second step, else none."""
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    """Encrypted with the installation's secret."""
    tf_phone_number: Mapped[str | None] = mapped_column(String(1))
    """Flask-Security writes here that there is none."""
    totp_counter: Mapped[int | None]
    """The time step of the last code that was taken; no code works twice."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    """Encrypted like the secret; each one is deleted when it is used."""
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # Flask-Security's mixin says there is one
        String(64), unique=True
    )
    """By what passkeys know the account: random, and no secret."""

    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]  # Flask-Security's mixin says its own model
        back_populates="account", cascade="all, delete-orphan", order_by="Passkey.id"
    )
    roles: Mapped[list[Role]] = relationship(secondary="account_role")  # type: ignore[assignment]  # Flask-Security's mixin says Role's base
    grants: Mapped[list[Grant]] = relationship(back_populates="account")


class Passkey(Base, WebAuthnMixin):
    """A key on somebody's device, with which they sign in; named as Flask-Security names it."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    lastuse_datetime: Mapped[dt.datetime]
    usage: Mapped[str] = mapped_column(String(64))

    account: Mapped[Account] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, int]:
        """Return by what Flask-Security finds the account."""
        return {"id": self.account_id}


class SignedIn(Base):
    """A session of somebody who signed in: no address, and no time finer than a day."""

    __tablename__ = "signed_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Of what the cookie carries: who reads the table cannot make a cookie of it."""
    browser: Mapped[str] = mapped_column(String(20))
    system: Mapped[str] = mapped_column(String(20))
    used_on: Mapped[dt.date]


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
