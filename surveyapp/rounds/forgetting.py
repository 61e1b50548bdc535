"""Deleting a person on request: name and address go everywhere, and no answer can be told by it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from surveyapp.core.errors import DomainError
from surveyapp.rounds.purging import count_as_others, remove_nameless
from surveyapp.storage import accounts, audit, erasing
from surveyapp.storage.database import lock
from surveyapp.storage.models import (
    NOBODY,
    Account,
    Action,
    Coaching,
    Delivery,
    Grant,
    Invite,
    Membership,
    Person,
    ReportOrder,
    RoleName,
    Round,
    RoundTeam,
    State,
    Team,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Organisation


class Obstacle(StrEnum):
    """What has to be done before somebody can be deleted."""

    LEADS = "leads"
    """They lead a team on the roster."""
    ASKED_ABOUT = "asked about"
    """An open round names them in its questions."""
    LAST_ADMINISTRATOR = "last administrator"


class ForgettingError(DomainError):
    """Somebody who cannot be deleted yet; says what has to be done before."""

    def __init__(self, obstacle: Obstacle, message: str) -> None:
        super().__init__(message)
        self.obstacle = obstacle


@dataclass(frozen=True)
class Forgotten:
    """What a deletion leaves to do for its caller."""

    words: frozenset[str]
    """Name and address, as far as nobody else who is there has them."""
    emails: tuple[str, ...]
    """Addresses of accounts that are gone: mails to them go."""
    teams: tuple[str, ...]
    """Public ids of results that are gone: mails that tell of them go."""
    orders: tuple[str, ...]
    """Orders of reports that are void: their files go."""


def forget(
    session: Session,
    organisation: Organisation,
    by: audit.Doer,
    *,
    person: Person | None,
    account: Account | None,
) -> Forgotten:
    """Delete somebody's name, address, account, and what is said about them as a leader.

    Rounds that asked them keep a person without a name: how many were asked stays, and so does what
    is withheld because few people joined, left or were in two teams. Raises `ForgettingError`, with
    nothing changed, for somebody who still leads people, whose team is being asked just now, or
    who is the last administrator.
    """
    lock(session, organisation)
    check(session, organisation, person, account)
    note = f"account {account.id}" if account else ""
    audit.record(session, organisation, by, Action.PERSON_DELETED, person=person, note=note)
    words = {
        word
        for one in (person, account)
        if one is not None
        for word in (one.name, one.email)
        if word
    }
    orders: list[str] = []
    teams: list[str] = []
    emails: list[str] = []
    if person is not None:
        orders, teams, names = _forget_results(session, person)
        words |= names
        _forget_entry(session, person)
        remove_nameless(session)
    if account is not None:
        email = account.email
        if _forget_account(session, organisation, account):
            emails = [email]
    session.flush()
    words -= {NOBODY}
    words -= erasing.still_named(session, words)
    return Forgotten(frozenset(words), tuple(emails), tuple(teams), tuple(orders))


def check(
    session: Session, organisation: Organisation, person: Person | None, account: Account | None
) -> None:
    """Raise `ForgettingError` for somebody who cannot be deleted from an organisation yet."""
    if person is not None:
        _refuse_leader(session, person)
    for grant in account.grants if account else ():
        if (grant.organisation_id, grant.role) == (organisation.id, RoleName.ADMIN):
            _refuse_last_administrator(session, grant)


def _refuse_leader(session: Session, person: Person) -> None:
    led = select(Team).where(Team.leader_id == person.id, Team.members.any())
    if session.scalar(led):
        message = (
            f"{person.name} leads a team on the roster: bring in a roster in which somebody else"
            " leads these people, then delete."
        )
        raise ForgettingError(Obstacle.LEADS, message)
    asked = (
        select(Round)
        .join(RoundTeam)
        .where(RoundTeam.leader_id == person.id, Round.state.in_((State.OPEN, State.CLOSING)))
    )
    if busy := session.scalar(asked):
        message = (
            f"“{busy.name}” asks the team of {person.name}, and its questions name them: close or"
            " discard that round, then delete."
        )
        raise ForgettingError(Obstacle.ASKED_ABOUT, message)


def _refuse_last_administrator(session: Session, grant: Grant) -> None:
    others = select(func.count()).where(
        Grant.organisation_id == grant.organisation_id,
        Grant.role == RoleName.ADMIN,
        Grant.account_id != grant.account_id,
    )
    if not session.scalar(others):
        message = (
            f"{grant.account.email} is the last administrator of {grant.organisation.name}: make"
            " somebody else one, then delete."
        )
        raise ForgettingError(Obstacle.LAST_ADMINISTRATOR, message)


def _forget_results(session: Session, leader: Person) -> tuple[list[str], list[str], set[str]]:
    """Remove a leader's results with all that hangs on them.

    Returns void orders, the results' public ids, and names.

    A result without the name is about the same person for whoever knows the team. Results of
    leaders above stay: they were counted when this one was.
    """
    results = session.scalars(select(RoundTeam).where(RoundTeam.leader_id == leader.id)).all()
    names = {result.leader_name for result in results}
    gone = [result.public_id for result in results]
    orders = [
        order.id
        for order in session.scalars(select(ReportOrder))
        if not set(json.loads(order.teams)).isdisjoint(gone)
    ]
    for result in results:
        above = result.parent_id
        below = update(RoundTeam).where(RoundTeam.parent_id == result.id)
        session.execute(below.values(parent_id=above))
    erasing.remove_jobs(session, [*gone, *orders])
    erasing.remove(session, ReportOrder, orders)
    erasing.remove(session, RoundTeam, [result.id for result in results])
    for team in session.scalars(select(Team).where(Team.leader_id == leader.id)).all():
        names.add(team.name)
        above = team.parent_id
        session.execute(update(Team).where(Team.parent_id == team.id).values(parent_id=above))
        erasing.remove(session, Team, [team.id])
    return orders, gone, names


def _forget_entry(session: Session, person: Person) -> None:
    for table in (
        delete(Membership).where(Membership.person_id == person.id),
        delete(Delivery).where(Delivery.person_id == person.id),
        delete(Coaching).where(Coaching.leader_id == person.id),
    ):
        session.execute(table)
    if session.scalar(select(Invite.person_id).where(Invite.person_id == person.id).limit(1)):
        person.counts_as = _namesake(session, person) or person.id
        count_as_others(session, [person.id], person.counts_as)
        person.name, person.email, person.language = NOBODY, None, None
    else:
        count_as_others(session, [person.id])
        erasing.remove(session, Person, [person.id])


def _namesake(session: Session, person: Person) -> int | None:
    """Return somebody else who may be the same person: see `storage.rounds.people_asked`."""
    others = session.scalars(
        select(Person)
        .where(
            Person.organisation_id == person.organisation_id,
            Person.id != person.id,
            Person.counts_as.is_(None),
        )
        .order_by(Person.id)
    )
    alike = [other for other in others if other.name.casefold() == person.name.casefold()]
    if person.email is not None and all(other.email is not None for other in alike):
        return None
    return alike[0].id if alike else None


def _forget_account(session: Session, organisation: Organisation, account: Account) -> bool:
    """Remove an account, or, where it has a role elsewhere, all that it was here.

    Returns whether it is gone.
    """
    session.execute(
        delete(Grant).where(
            Grant.account_id == account.id, Grant.organisation_id == organisation.id
        )
    )
    coached = select(Person.id).where(Person.organisation_id == organisation.id)
    session.execute(
        delete(Coaching).where(Coaching.coach_id == account.id, Coaching.leader_id.in_(coached))
    )
    here = select(Round.id).where(Round.organisation_id == organisation.id)
    session.execute(
        delete(ReportOrder).where(
            ReportOrder.account_id == account.id, ReportOrder.round_id.in_(here)
        )
    )
    if session.scalar(select(Grant).where(Grant.account_id == account.id).limit(1)):
        accounts.end_everything(session, account)
        return False
    erasing.remove(session, Account, [account.id])
    return True
