"""All that is kept about one person, for whoever asks for it (Art. 15 GDPR)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, undefer

from surveyapp.core.errors import DomainError
from surveyapp.storage.models import (
    Account,
    Agreement,
    Coaching,
    Delivery,
    Grant,
    Invite,
    Membership,
    Person,
    Round,
    RoundTeam,
    SelfForm,
    SharedLink,
    State,
    Team,
)

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
        Person.organisation_id == organisation.id,
        Person.counts_as.is_(None),
        or_(
            Person.name.icontains(words, autoescape=True),
            Person.email.icontains(words, autoescape=True),
        ),
    )
    return session.scalars(query.order_by(Person.name, Person.id)).all() if words else []


def subject_by_id(session: Session, organisation: Organisation, person_id: int) -> Subject | None:
    """Return a person of an organisation who was not deleted, with their account."""
    person = session.get(Person, person_id)
    if person is None or person.organisation_id != organisation.id or person.counts_as:
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
    """Return an account with a role in this organisation: no other one is its business."""
    return session.scalar(
        select(Account)
        .join(Grant)
        .where(Account.email == email, Grant.organisation_id == organisation.id)
        .limit(1)
    )


def personal_data(
    session: Session, organisation: Organisation, subject: Subject, *, private: bool, notes: bool
) -> dict[str, Any]:
    """Return what is kept about somebody, as plain values.

    An administrator reads what is `private` to a leader as being there, not what it says: the
    leader reads it on their own pages. What a coach noted is given out if `notes` says so.
    Answers are no part of it: nobody can find which are whose.
    """
    person, account = subject.person, subject.account
    return {
        "roster": _roster(session, person) if person else None,
        "invitations": _invitations(session, person) if person else [],
        "mails": _mails(session, person) if person else [],
        "results": _results(session, person, private=private) if person else [],
        "coaching": _coaching(session, person, notes=notes) if person else [],
        "account": _of_account(session, organisation, account) if account else None,
    }


def _roster(session: Session, person: Person) -> dict[str, Any]:
    teams = session.scalars(
        select(Team)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.person_id == person.id)
        .order_by(Team.id)
        .options(joinedload(Team.leader))
    )
    led = session.scalars(select(Team).where(Team.leader_id == person.id))
    return {
        "number": person.id,
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "member_of": [{"team": team.name, "leader": team.leader.name} for team in teams],
        "leads": [team.name for team in led],
    }


def _invitations(session: Session, person: Person) -> list[dict[str, Any]]:
    query = (
        select(Invite.channel, RoundTeam.leader_name, Round.name, Round.opened_on, Round.closes_on)
        .join(RoundTeam, RoundTeam.id == Invite.round_team_id)
        .join(Round)
        .where(Invite.person_id == person.id)
        .order_by(Round.closes_on, RoundTeam.id)
    )
    return [
        {
            "round": name,
            "about": leader,
            "channel": channel,
            "opened_on": str(opened) if opened else None,
            "last_day": str(closes),
        }
        for channel, leader, name, opened, closes in session.execute(query)
    ]


def _mails(session: Session, person: Person) -> list[dict[str, Any]]:
    query = (
        select(Round.name, Delivery.mailing, Delivery.state, Delivery.fault)
        .join(Round, Round.id == Delivery.round_id)
        .where(Delivery.person_id == person.id)
        .order_by(Round.closes_on, Delivery.mailing)
    )
    return [
        {"round": name, "mail": mailing, "state": state, "fault": fault}
        for name, mailing, state, fault in session.execute(query)
    ]


def _results(session: Session, leader: Person, *, private: bool) -> list[dict[str, Any]]:
    query = (
        select(RoundTeam)
        .join(Round)
        .where(RoundTeam.leader_id == leader.id)
        .order_by(Round.closes_on, RoundTeam.id)
        .options(joinedload(RoundTeam.publication))
    )
    return [_result(session, team, private=private) for team in session.scalars(query).all()]


def _result(session: Session, team: RoundTeam, *, private: bool) -> dict[str, Any]:
    own, agreed = session.get(SelfForm, team.id), session.get(Agreement, team.id)
    link = session.get(SharedLink, team.id)
    said: dict[str, Any] = {
        "round": team.round.name,
        "state": team.round.state,
        "called": team.leader_name,
        "released_on": str(team.released_on) if team.released_on else None,
        "released": team.released,
        "own_view": own is not None,
        "agreement": agreed is not None,
        "shared_since": str(link.made_on) if link else None,
    }
    if private:
        said["own_view"] = own and {
            "answers": json.loads(own.answers),
            "guess_in_percent": [own.guess_closeness, own.guess_meant],
        }
        said["agreement"] = agreed and json.loads(agreed.document)
        shown = team.publication if team.released and team.round.state != State.DISCARDED else None
        said["result"] = json.loads(shown.document) if shown else None
    return said


def _coaching(session: Session, leader: Person, *, notes: bool) -> list[dict[str, Any]]:
    query = (
        select(Coaching)
        .where(Coaching.leader_id == leader.id)
        .options(joinedload(Coaching.coach), undefer(Coaching.notes))
    )
    return [
        {"coach": file.coach.name, "notes": file.notes if notes else file.notes is not None}
        for file in session.scalars(query)
    ]


def _of_account(session: Session, organisation: Organisation, account: Account) -> dict[str, Any]:
    roles = select(Grant.role).where(
        Grant.account_id == account.id, Grant.organisation_id == organisation.id
    )
    coached = (
        select(Person.name)
        .join(Coaching, Coaching.leader_id == Person.id)
        .where(Coaching.coach_id == account.id, Person.organisation_id == organisation.id)
        .order_by(Person.name)
    )
    return {
        "number": account.id,
        "name": account.name,
        "email": account.email,
        "language": account.language,
        "may_sign_in": account.active,
        "has_password": account.password is not None,
        "roles": sorted(session.scalars(roles)),
        "coaches": list(session.scalars(coached)),
        "accepted_purpose": organisation.purpose_accepted_by == account.email,
    }
