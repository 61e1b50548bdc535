"""Who asks, and for which organisation: what every query of a signed-in page takes."""

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


def scope_of(session: Session, account: Account) -> Scope | None:
    """Return the scope of an account's first organisation by name; None if it has no role."""
    query = (
        select(Grant)
        .where(Grant.account_id == account.id)
        .join(Organisation)
        .order_by(Organisation.name)
    )
    grants = session.scalars(query).all()
    if not grants:
        return None
    organisation = grants[0].organisation
    roles = {RoleName(g.role) for g in grants if g.organisation_id == organisation.id}
    on_roster = select(Person.language).where(
        Person.organisation_id == organisation.id, Person.email == account.email
    )
    return Scope(organisation, account, frozenset(roles), session.scalar(on_roster))
