"""Those who lead a team, and their accounts, as people files and corrected addresses say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from surveyapp.storage import erasing
from surveyapp.storage.accounts import close_to_strangers, invite, new_account, take
from surveyapp.storage.models import Account, Grant, Person, RoleName, Team
from surveyapp.storage.people import on_roster

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Organisation


def leaders(session: Session, organisation: Organisation) -> Sequence[Person]:
    """Return everybody who leads a team with members, by name."""
    query = (
        select(Person)
        .join(Team, Team.leader_id == Person.id)
        .where(on_roster(organisation), Team.members.any())
        .order_by(func.lower(Person.name), Person.id)
    )
    return session.scalars(query).all()


def invite_leaders(session: Session, organisation: Organisation) -> int:
    """Give every leader with an address an account and the role; returns to how many it is new."""
    query = (
        select(Account.email)
        .join(Grant)
        .where(Grant.organisation_id == organisation.id, Grant.role == RoleName.LEADER)
    )
    known = set(session.scalars(query))
    fresh = [one for one in leaders(session, organisation) if one.email and one.email not in known]
    for leader in fresh:
        invite(session, leader.email or "", leader.name, organisation, [RoleName.LEADER])
    return len(fresh)


def ensure_leaders(session: Session, organisation: Organisation, names: Mapping[str, str]) -> int:
    """Do for leaders what `invite` does for one account: at once, since there may be thousands.

    `names` go by addresses in lower case, each of which leads a team by now. Returns how many
    accounts are new.
    """
    leading = (
        select(Person.email)
        .join(Team, Team.leader_id == Person.id)
        .where(Team.organisation_id == organisation.id)
    )
    query = select(Account).where(Account.email.in_(leading)).options(selectinload(Account.grants))
    known = {account.email: account for account in session.scalars(query)}
    for email, name in names.items():
        account = known.get(email) or new_account(email, name)
        roles = [one.role for one in account.grants if one.organisation_id == organisation.id]
        if RoleName.LEADER not in roles:
            if email in known:
                close_to_strangers(session, account, organisation, [RoleName.LEADER])
            account.grants.append(Grant(organisation_id=organisation.id, role=RoleName.LEADER))
        session.add(account)
    session.flush()
    return len(names.keys() - known.keys())


def move_leader(
    session: Session, organisation: Organisation, before: str, after: str, name: str
) -> None:
    """Make the account with another address a leader's, instead of the one before.

    The account itself keeps its address: it may belong to other organisations as well. If it has no
    role left, it goes: nobody would find it any more who is asked to delete this person.
    """
    if old := session.scalar(select(Account).where(Account.email == before)):
        take(session, old, organisation, RoleName.LEADER)
        if not session.scalar(select(Grant).where(Grant.account_id == old.id).limit(1)):
            erasing.remove(session, Account, [old.id])
    invite(session, after, name, organisation, [RoleName.LEADER])
