"""Accounts and what they are granted."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.core.errors import DomainError
from surveyapp.storage import sessions
from surveyapp.storage.models import Account, Coaching, Grant, Person, RoleName, Team

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Organisation


class AccountError(DomainError):
    """An account that does not exist, or a right that it cannot have."""


def set_password(session: Session, account: Account, hashed: str) -> None:
    """Give an account a password, already hashed; sessions and links of before end with it."""
    account.password = hashed
    _end_everything(session, account)


def forget_second_step(account: Account) -> None:
    """Sign somebody in without codes from now on."""
    account.tf_primary_method = account.tf_totp_secret = account.totp_counter = None
    account.mf_recovery_codes = None


def reset(session: Session, account: Account) -> None:
    """Take away what somebody lost: codes, passkeys and sessions; the password stays."""
    forget_second_step(account)
    account.webauthn = []
    _end_everything(session, account)


def _end_everything(session: Session, account: Account) -> None:
    account.fs_uniquifier = _new_uniquifier()
    sessions.end_all(session, account.id)


def ensure_account(session: Session, email: str, name: str) -> Account:
    """Return the account with this address, making one that cannot sign in yet if needed."""
    if found := session.scalar(select(Account).where(Account.email == email.lower())):
        return found
    made = Account(email=email.lower(), name=name, active=True, fs_uniquifier=_new_uniquifier())
    session.add(made)
    session.flush()
    return made


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


def coach(
    session: Session, account: Account, organisation: Organisation, emails: Sequence[str] | None
) -> int:
    """Let a coach see these leaders' results, or every leader's; returns how many leaders.

    Raises `AccountError` naming the addresses that lead no team of the organisation.
    """
    query = select(Person).join(Team, Team.leader_id == Person.id)
    leaders = session.scalars(query.where(Person.organisation_id == organisation.id)).all()
    if emails is not None:
        wanted = {email.lower() for email in emails}
        if missing := sorted(wanted - {leader.email for leader in leaders}):
            message = f"No team of {organisation.name} is led by: {', '.join(missing)}."
            raise AccountError(message)
        leaders = [leader for leader in leaders if leader.email in wanted]
    for leader in leaders:
        if session.get(Coaching, (account.id, leader.id)) is None:
            session.add(Coaching(coach_id=account.id, leader_id=leader.id))
    return len(leaders)


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


def _new_uniquifier() -> str:
    """Draw what an account's sessions are known by: 256 random bits."""
    return secrets.token_urlsafe(32)
