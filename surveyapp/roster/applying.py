"""Writing a checked roster into the database: all of it, in the caller's one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from surveyapp.storage import leader_accounts
from surveyapp.storage.models import (
    Coaching,
    Delivery,
    Invite,
    Membership,
    Person,
    RoundTeam,
    Team,
)
from surveyapp.storage.people import on_roster

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.roster.checking import Roster
    from surveyapp.storage.models import Organisation


@dataclass(frozen=True)
class Changes:
    """What an import changed, in people and teams."""

    added: int
    kept: int
    removed: int
    """No longer in the file. Whoever a round knows stays on record, in no team."""
    teams: int
    accounts: int
    """New accounts for leaders; they cannot sign in before they have a password."""


def apply(session: Session, organisation: Organisation, roster: Roster) -> Changes:
    """Make an organisation's people and teams what the file says; the file is the whole truth.

    People with mail are recognised by their address, people without by their leader and name.
    An open round is not touched: its roster was frozen when it opened.
    """
    known = known_people(session, organisation)
    people = {}
    for member in roster.people:
        person = known.pop(member.key, None)
        if person is None:
            person = Person(organisation_id=organisation.id, email=member.email)
            session.add(person)
        person.name, person.language = member.name, member.language
        people[member.key] = person
    added = len(session.new)
    session.flush()
    _write_teams(session, organisation, roster, people)
    leaders = {record.leader: people[record.leader].name for record in roster.teams}
    made = leader_accounts.ensure_leaders(session, organisation, leaders)
    removed = _remove(session, list(known.values()))
    session.flush()
    return Changes(added, len(people) - added, removed, len(roster.teams), made)


def known_people(session: Session, organisation: Organisation) -> dict[str, Person]:
    """Return the people on record by the key that `checking.Member` uses."""
    query = select(Person).where(on_roster(organisation))
    known = {person.email or f"#{person.id}": person for person in session.scalars(query)}
    leader = select(Person.id, Person.email).subquery()
    led = (
        select(Person, leader.c.email)
        .join(Membership, Membership.person_id == Person.id)
        .join(Team, Team.id == Membership.team_id)
        .join(leader, leader.c.id == Team.leader_id)
        .where(Person.organisation_id == organisation.id, Person.email.is_(None))
    )
    for person, leader_email in session.execute(led):
        del known[f"#{person.id}"]
        known[f"{leader_email} {person.name}".casefold()] = person
    return known


def _write_teams(
    session: Session, organisation: Organisation, roster: Roster, people: dict[str, Person]
) -> None:
    query = select(Team).where(Team.organisation_id == organisation.id)
    known = {team.leader_id: team for team in session.scalars(query)}
    session.execute(
        delete(Membership).where(Membership.team_id.in_([team.id for team in known.values()]))
    )
    teams = {}
    for record in roster.teams:
        leader = people[record.leader]
        team = known.get(leader.id)
        if team is None:
            team = Team(organisation_id=organisation.id, leader_id=leader.id)
            session.add(team)
        team.name = record.name
        teams[record.leader] = team
    session.flush()
    for record in roster.teams:
        teams[record.leader].parent_id = teams[record.parent].id if record.parent else None
    memberships = [
        {"team_id": teams[record.leader].id, "person_id": people[key].id}
        for record in roster.teams
        for key in record.members
    ]
    if memberships:  # somebody alone is in no team
        session.execute(insert(Membership), memberships)


def _remove(session: Session, gone: list[Person]) -> int:
    """Delete people whom nothing refers to; returns how many left the roster."""
    referred = referred_to(session)
    for person in gone:
        if person.id not in referred:
            session.delete(person)
    return len(gone)


def referred_to(session: Session) -> set[int]:
    """Return the ids of people who stay on record when they leave: rounds and teams name them."""
    referred = set(session.scalars(select(Invite.person_id)))
    for column in (Team.leader_id, RoundTeam.leader_id, Coaching.leader_id, Delivery.person_id):
        referred |= set(session.scalars(select(column)))
    return referred
