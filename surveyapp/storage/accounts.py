"""Accounts and what they are granted."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from surveyapp.core.errors import DomainError
from surveyapp.storage import sessions
from surveyapp.storage.database import lock
from surveyapp.storage.models import (
    Account,
    Grant,
    Job,
    JobKind,
    Person,
    RoleName,
    Team,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Organisation


class AccountError(DomainError):
    """An account that does not exist, or a right that it cannot have."""


def set_password(session: Session, account: Account, hashed: str) -> None:
    """Give an account a password, already hashed; sessions and links of before end with it."""
    account.password = hashed
    end_everything(session, account)


def forget_second_step(account: Account) -> None:
    """Sign somebody in without codes from now on."""
    account.tf_primary_method = account.tf_totp_secret = account.totp_counter = None
    account.mf_recovery_codes = None


def reset(session: Session, account: Account) -> None:
    """Take away what somebody lost: codes, passkeys and sessions; the password stays."""
    forget_second_step(account)
    account.webauthn = []
    end_everything(session, account)


def end_everything(session: Session, account: Account) -> None:
    """End every session of an account, and every link that would sign in to it."""
    account.fs_uniquifier = _new_uniquifier()
    sessions.end_all(session, account.id)


def ensure_account(session: Session, email: str, name: str) -> Account:
    """Return the account with this address, making one that cannot sign in yet if needed."""
    if found := session.scalar(select(Account).where(Account.email == email.lower())):
        return found
    made = new_account(email.lower(), name)
    session.add(made)
    session.flush()
    return made


def new_account(email: str, name: str) -> Account:
    """Return an account that cannot sign in yet, for an address in lower case."""
    return Account(email=email, name=name, active=True, fs_uniquifier=_new_uniquifier(), grants=[])


def find_account(session: Session, email: str) -> Account:
    """Return the account with this address; raises `AccountError` if there is none."""
    found = session.scalar(select(Account).where(Account.email == email.lower()))
    if found is None:
        message = f"There is no account {email}. Make one: surveyapp account add {email}."
        raise AccountError(message)
    return found


def grant(session: Session, account: Account, organisation: Organisation, role: RoleName) -> None:
    """Give an account a role in an organisation; nothing changes if it has it."""
    key = (account.id, organisation.id, str(role))
    if session.get(Grant, key) is None:
        session.add(Grant(account_id=account.id, organisation_id=organisation.id, role=role))
        session.flush()


def invite(
    session: Session, email: str, name: str, organisation: Organisation, roles: Collection[RoleName]
) -> Account:
    """Give the account with an address roles in an organisation, at the word of its administrator.

    One that was there before may be closed first: see `close_to_strangers`.
    """
    made = ensure_account(session, email, name)
    close_to_strangers(session, made, organisation, roles)
    for role in roles:
        grant(session, made, organisation, role)
    return made


def close_to_strangers(
    session: Session, account: Account, organisation: Organisation, roles: Collection[RoleName]
) -> None:
    """Take away all that opens an account, where an organisation now trusts who is in it.

    That is when it gives the account its first role, or makes it a leader's: whoever began it may
    know its password or have its first link. Who holds the address gets in by a mailed link, and a
    mail says so. Nothing is taken from an account that a mailed link opened once, which shows whose
    the address is; from an administrator's own who comes to lead; nor from one that another
    organisation uses, which must not lose it by this.
    """
    held = set(roles_of(session, organisation, account.email))
    fresh = set(roles) - held
    if not fresh or (held and (RoleName.LEADER not in fresh or RoleName.ADMIN in held)):
        return
    if account.links_used or _is_used_elsewhere(session, account, organisation):
        return
    was_open = account.entered or account.password or account.webauthn
    account.password = None
    reset(session, account)
    if was_open:
        told = {"kind": JobKind.CLOSED_ACCOUNT, "subject": str(account.id)}
        session.execute(delete(Job).filter_by(**told))
        session.add(Job(**told, due_at=int(time.time())))


def _is_used_elsewhere(session: Session, account: Account, organisation: Organisation) -> bool:
    """Return whether somebody of another organisation would miss what opens an account."""
    elsewhere = select(Grant.role).where(
        Grant.account_id == account.id, Grant.organisation_id != organisation.id
    )
    held = set(session.scalars(elsewhere))
    if account.password and held & {RoleName.ADMIN, RoleName.COACH}:
        return True
    return bool(held) and account.entered


def take(session: Session, account: Account, organisation: Organisation, role: RoleName) -> None:
    """Take a role of an organisation away from an account.

    Raises `AccountError` for the last administrator's: nobody could give it back.
    """
    lock(session, organisation)  # two administrators must not take each other's at once
    if role == RoleName.ADMIN and not _other_administrators(session, account, organisation):
        message = f"{account.email} is the last administrator of {organisation.name}."
        raise AccountError(message)
    if held := session.get(Grant, (account.id, organisation.id, str(role))):
        session.delete(held)
        session.flush()


def _other_administrators(session: Session, account: Account, organisation: Organisation) -> bool:
    query = select(Grant).where(
        Grant.organisation_id == organisation.id,
        Grant.role == RoleName.ADMIN,
        Grant.account_id != account.id,
    )
    return session.scalar(query.limit(1)) is not None


def roles_of(session: Session, organisation: Organisation, email: str | None) -> Sequence[str]:
    """Return what the account with this address is in an organisation."""
    query = (
        select(Grant.role)
        .join(Account)
        .where(Grant.organisation_id == organisation.id, Account.email == email)
    )
    return session.scalars(query.order_by(Grant.role)).all()


def accounts(session: Session, organisation: Organisation) -> Sequence[tuple[Account, list[str]]]:
    """Return an organisation's accounts with their roles there, by address."""
    query = (
        select(Account, Grant.role)
        .join(Grant)
        .where(Grant.organisation_id == organisation.id)
        .order_by(Account.email, Grant.role)
    )
    found: dict[Account, list[str]] = {}
    for account, role in session.execute(query):
        found.setdefault(account, []).append(role)
    return list(found.items())


def own_account(session: Session, organisation: Organisation, account_id: int) -> Account | None:
    """Return an account that has a role in an organisation."""
    query = select(Account).join(Grant).where(Grant.organisation_id == organisation.id)
    return session.scalar(query.where(Account.id == account_id).limit(1))


def is_ours_to_start(session: Session, account: Account, organisation: Organisation) -> bool:
    """Return whether an organisation may hand out the link that chooses an account's password.

    Not once somebody signed in with it, in whichever way; nor to a leader's, whose result nobody
    else may open; nor where it belongs to another organisation as well: whoever has the link would
    get in there, too.
    """
    if account.password or account.entered or account.links_used:
        return False
    others = select(Grant).where(
        Grant.account_id == account.id,
        (Grant.organisation_id != organisation.id) | (Grant.role == RoleName.LEADER),
    )
    return session.scalar(others.limit(1)) is None and not leads(session, account)


def leads(session: Session, account: Account) -> bool:
    """Return whether the address of an account is a leader's on a roster, whatever its roles."""
    query = select(Team.id).join(Person, Team.leader_id == Person.id)
    return session.scalar(query.where(Person.email == account.email).limit(1)) is not None


def set_roles(
    session: Session, account: Account, organisation: Organisation, chosen: Collection[RoleName]
) -> tuple[list[RoleName], list[RoleName]]:
    """Give an account these roles in an organisation, no others; returns what it got and lost.

    Raises `AccountError` for the last administrator's own.
    """
    held = {RoleName(role) for role in roles_of(session, organisation, account.email)}
    got = [role for role in RoleName if role in chosen and role not in held]
    lost = [role for role in RoleName if role in held and role not in chosen]
    close_to_strangers(session, account, organisation, got)
    for role in got:
        grant(session, account, organisation, role)
    for role in lost:
        take(session, account, organisation, role)
    return got, lost


def _new_uniquifier() -> str:
    """Draw what an account's sessions are known by: 256 random bits."""
    return secrets.token_urlsafe(32)
