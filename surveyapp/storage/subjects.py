"""Who asks for what is kept about them: found by name, number or address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from surveyapp.core.errors import DomainError
from surveyapp.storage.models import Account, Person
from surveyapp.storage.people import on_roster, own_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Organisation


class NobodyError(DomainError):
    """Nobody of an organisation has an address."""


@dataclass(frozen=True)
class Subject:
    """Somebody by their roster entry, their account, or both."""

    person: Person | None
    account: Account | None


def people_named(session: Session, organisation: Organisation, wanted: str) -> Sequence[Person]:
    """Return the people on record whose name or address contains these words, by name."""
    words = wanted.strip()
    query = select(Person).where(
        on_roster(organisation),
        or_(
            Person.name.icontains(words, autoescape=True),
            Person.email.icontains(words, autoescape=True),
        ),
    )
    return session.scalars(query.order_by(Person.name, Person.id)).all() if words else []


def subject_by_id(session: Session, organisation: Organisation, person_id: int) -> Subject | None:
    """Return a person of an organisation who was not deleted, with their account."""
    person = own_person(session, organisation, person_id)
    if person is None:
        return None
    account = _account(session, organisation, person.email) if person.email else None
    return Subject(person, account)


def subject_by_email(session: Session, organisation: Organisation, email: str) -> Subject:
    """Return who has an address in an organisation; raises `NobodyError` if nobody does."""
    address = email.strip().lower()
    person = session.scalar(
        select(Person).where(Person.organisation_id == organisation.id, Person.email == address)
    )
    account = _account(session, organisation, address)
    if person is None and account is None:
        message = f"Nobody in {organisation.name} has the address {email}."
        raise NobodyError(message)
    return Subject(person, account)


def _account(session: Session, organisation: Organisation, email: str) -> Account | None:
    """Return an account with a role in this organisation, or with none anywhere.

    One that has roles elsewhere alone is not this organisation's business.
    """
    found = session.scalar(select(Account).where(Account.email == email))
    places = {grant.organisation_id for grant in found.grants} if found else set()
    return found if not places or organisation.id in places else None
