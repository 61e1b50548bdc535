"""Correcting one person on record, by the rules of a people file: the same person, invited once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from surveyapp.roster.checking import check
from surveyapp.roster.faults import N_, Fault, RosterError
from surveyapp.roster.reading import Row
from surveyapp.storage import leader_accounts
from surveyapp.storage.mailings import forget_mails
from surveyapp.storage.models import Mailing, Membership, Organisation, Person, Round, State, Team

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

SOMEBODY = "somebody@company.example"
"""A leader, in place of those who stay as they are."""


def correct(
    session: Session, person: Person, name: str, email: str, language: str
) -> Sequence[Round]:
    """Give somebody another name, address or language; a leader's role goes to the new address.

    Their invitation stays the one that it is, so nobody answers twice. Returns the open rounds
    that must send it anew. Raises `RosterError`, each fault with its column, and changes nothing
    then.
    """
    row = Row(0, " ".join(name.split()), email.strip().lower(), "", language=language)
    faults = [*_own_faults(row), *_faults_beside_others(session, person, row)]
    if faults:
        raise RosterError(faults)
    before = person.email
    person.name, person.email = row.name, row.email or None
    person.language = row.language or None
    if not before or before == row.email:
        return ()
    if _leads(session, person):
        owner = session.get_one(Organisation, person.organisation_id)
        leader_accounts.move_leader(session, owner, before, row.email, row.name)
    open_rounds = select(Round).where(
        Round.organisation_id == person.organisation_id, Round.state == State.OPEN
    )
    found = session.scalars(open_rounds).all()
    for opened in found:
        forget_mails(session, opened.id, Mailing.INVITATION, [person.id])
    return found


def find(session: Session, organisation: Organisation, email: str) -> Person:
    """Return whoever has an address; raises `RosterError` if nobody does."""
    theirs = select(Person).where(Person.organisation_id == organisation.id)
    if (found := session.scalar(theirs.where(Person.email == email.lower()))) is None:
        problem = f"Nobody in {organisation.name} has the address {email.lower()}"
        mend = N_("look for it in your people file")
        raise RosterError([Fault(None, "email", "", problem, mend)])
    return found


def _own_faults(row: Row) -> list[Fault]:
    try:
        check([Row(0, row.name, row.email, SOMEBODY, language=row.language)])
    except RosterError as error:
        return [fault for fault in error.faults if fault.column != "leader_email"]
    return []


def _faults_beside_others(session: Session, person: Person, row: Row) -> list[Fault]:
    if person.email and not row.email:
        mend = N_("an address cannot be removed here: leave it blank in a new people file")
        return [Fault(None, "email", "", N_("Address removed"), mend)]
    others = select(Person).where(
        Person.organisation_id == person.organisation_id, Person.id != person.id
    )
    if row.email and session.scalar(others.where(Person.email == row.email)):
        mend = N_("somebody else on the roster has this address")
        return [Fault(None, "email", row.email, N_("Address taken"), mend)]
    mine, theirs = aliased(Membership), aliased(Membership)
    beside = (
        others.join(theirs, theirs.person_id == Person.id)
        .join(mine, mine.team_id == theirs.team_id)
        .where(mine.person_id == person.id, Person.email.is_(None))
    )
    names = {other.name.casefold() for other in session.scalars(beside)}
    if not row.email and row.name.casefold() in names:
        mend = N_("somebody else without email in this team has this name: add an initial")
        return [Fault(None, "name", row.name, N_("Same name twice without email"), mend)]
    return []


def _leads(session: Session, person: Person) -> bool:
    return session.scalar(select(Team.id).where(Team.leader_id == person.id)) is not None
