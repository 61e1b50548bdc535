"""Correcting one address: the same person, who keeps their invitations, their account and all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.core.errors import DomainError
from surveyapp.roster.checking import ADDRESS
from surveyapp.storage.mailings import forget_mails
from surveyapp.storage.models import Account, Mailing, Person, Round, State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Organisation


class CorrectingError(DomainError):
    """An address that cannot be corrected as asked."""


def correct_address(
    session: Session, organisation: Organisation, old: str, new: str
) -> list[Round]:
    """Give a person their right address; returns the open rounds that must invite them anew.

    Their invitation stays the one that it is, so nobody answers twice. Raises `CorrectingError` if
    nobody has the old address, or the new one is none, or somebody has it.
    """
    old, new = old.lower(), new.lower()
    theirs = select(Person).where(Person.organisation_id == organisation.id)
    person = session.scalar(theirs.where(Person.email == old))
    if person is None:
        message = f"Nobody in {organisation.name} has the address {old}."
        raise CorrectingError(message)
    if not ADDRESS.fullmatch(new):
        message = f"{new!r} is no address: write a full one such as name@company.example."
        raise CorrectingError(message)
    if session.scalar(theirs.where(Person.email == new)):
        message = f"Somebody in {organisation.name} has the address {new} already."
        raise CorrectingError(message)
    _correct_account(session, organisation, old, new)
    person.email = new
    open_rounds = select(Round).where(
        Round.organisation_id == organisation.id, Round.state == State.OPEN
    )
    found = list(session.scalars(open_rounds))
    for opened in found:
        forget_mails(session, opened.id, Mailing.INVITATION, [person.id])
    return found


def _correct_account(session: Session, organisation: Organisation, old: str, new: str) -> None:
    """Let somebody who signs in do so with the new address: it is what makes a result theirs."""
    account = session.scalar(select(Account).where(Account.email == old))
    if account is None:
        return
    elsewhere = any(grant.organisation_id != organisation.id for grant in account.grants)
    if elsewhere or session.scalar(select(Account).where(Account.email == new)):
        message = (
            f"{old} signs in here with that address, and it cannot change to {new}: one of the two"
            " has other roles. Import the roster with the new address before the next round."
        )
        raise CorrectingError(message)
    account.email = new
