"""People and teams as an administrator sees them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased, joinedload

from surveyapp.storage.models import Channel, Membership, Person, Team

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Organisation


@dataclass(frozen=True)
class Listed:
    """Somebody on the roster, and where they belong."""

    id: int
    name: str
    email: str | None
    language: str | None
    teams: Sequence[str]
    leaders: Sequence[str]
    """One for each of the teams."""
    leads: str | None
    """The name of the team that they lead, if it has members."""


@dataclass(frozen=True)
class Branch:
    """A team in the tree of leaders."""

    team: Team
    size: int
    depth: int
    """How many leaders stand above this one."""


def on_roster(organisation: Organisation) -> ColumnElement[bool]:
    """Match an organisation's people, without those who were deleted and only still count."""
    return and_(Person.organisation_id == organisation.id, Person.counts_as.is_(None))


def people(session: Session, organisation: Organisation) -> Sequence[Listed]:
    """Return everybody on the roster, by name."""
    leader = aliased(Person)
    query = (
        select(Membership.person_id, Team.name, leader.name)
        .join(Team, Team.id == Membership.team_id)
        .join(leader, leader.id == Team.leader_id)
        .where(Team.organisation_id == organisation.id)
        .order_by(leader.name)
    )
    places: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for person, team, led_by in session.execute(query):
        places[person].append((team, led_by))
    led = {branch.team.leader_id: branch.team.name for branch in tree(session, organisation)}
    everybody = (
        select(Person.id, Person.name, Person.email, Person.language)
        .where(on_roster(organisation))
        .order_by(func.lower(Person.name), Person.id)
    )
    return [
        Listed(
            *row,
            [team for team, _ in places[row.id]],
            [led_by for _, led_by in places[row.id]],
            led.get(row.id),
        )
        for row in session.execute(everybody)
    ]


def own_person(session: Session, organisation: Organisation, person_id: int) -> Person | None:
    """Return somebody on an organisation's roster; nobody who was deleted."""
    found = session.get(Person, person_id)
    if found is None or found.organisation_id != organisation.id or found.counts_as is not None:
        return None
    return found


def tree(session: Session, organisation: Organisation) -> Sequence[Branch]:
    """Return all teams with members, each below the team that its leader belongs to."""
    size = (
        select(Membership.team_id, func.count().label("size"))
        .group_by(Membership.team_id)
        .subquery()
    )
    query = (
        select(Team, size.c.size)
        .join(size, size.c.team_id == Team.id)
        .join(Team.leader)
        .where(Team.organisation_id == organisation.id)
        .order_by(func.lower(Person.name).desc(), Team.id)
        .options(joinedload(Team.leader))
    )
    rows = [(team, count) for team, count in session.execute(query)]
    known = {team.id for team, _ in rows}
    below: dict[int | None, list[tuple[Team, int]]] = defaultdict(list)
    for team, count in rows:
        below[team.parent_id if team.parent_id in known else None].append((team, count))
    found = []
    waiting = [(team, count, 0) for team, count in below[None]]
    while waiting:  # no recursion: a chain of leaders may be long
        team, count, depth = waiting.pop()
        found.append(Branch(team, count, depth))
        waiting += [(under, under_count, depth + 1) for under, under_count in below[team.id]]
    return found


def would_be_asked(session: Session, organisation: Organisation) -> dict[Channel, int]:
    """Count the people whom a round would ask if it opened now, by how."""
    query = select(func.count(Person.id), func.count(Person.email)).where(
        on_roster(organisation), Person.id.in_(select(Membership.person_id))
    )
    total, with_mail = session.execute(query).one()
    return {Channel.MAIL: with_mail, Channel.SLIP: total - with_mail}
