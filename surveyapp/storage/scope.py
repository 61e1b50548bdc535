"""Who is signed in, and in which organisation: what queries of somebody's own results take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.storage.models import Grant, Organisation, Person, RoleName

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Account


@dataclass(frozen=True)
class Scope:
    """An account in one organisation. Queries return nothing from outside it."""

    organisation: Organisation
    account: Account
    roles: frozenset[RoleName]
    roster_language: str | None = None
    """What the roster says that they read."""
    organisations: tuple[Organisation, ...] = ()
    """Where else the account has a role, this organisation included, by name."""


def scope_of(session: Session, account: Account, chosen: str | None = None) -> Scope | None:
    """Return the scope of an account in the organisation of this short name.

    Without one, or without a role there any more, it is in the first by name of those in which it
    has a role; None if there is none.
    """
    query = (
        select(Organisation, Grant.role)
        .join(Grant)
        .where(Grant.account_id == account.id)
        .order_by(Organisation.name, Organisation.id)
    )
    roles: dict[Organisation, set[RoleName]] = {}
    for found, role in session.execute(query):
        roles.setdefault(found, set()).add(RoleName(role))
    if not roles:
        return None
    organisation = next((one for one in roles if one.slug == chosen), next(iter(roles)))
    on_roster = select(Person.language).where(
        Person.organisation_id == organisation.id, Person.email == account.email
    )
    return Scope(
        organisation,
        account,
        frozenset(roles[organisation]),
        session.scalar(on_roster),
        tuple(roles),
    )
