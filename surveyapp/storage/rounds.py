"""Rounds, as an administrator sees them: dates and states, never a count of answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from surveyapp.core.errors import DomainError
from surveyapp.storage.database import lock
from surveyapp.storage.models import (
    Channel,
    Invite,
    Job,
    JobKind,
    Organisation,
    Person,
    Round,
    RoundTeam,
    State,
    Team,
)
from surveyapp.storage.people import on_roster

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


class NotFoundError(DomainError):
    """Something named on the command line does not exist, or the name fits several."""


@dataclass(frozen=True)
class RoundSummary:
    """A round, and how many were asked in it."""

    round: Round
    teams: int
    invited: int


def lock_round(session: Session, found: Round) -> None:
    """Read a round anew and keep others from changing it until the transaction ends.

    Its organisation comes first, always: whoever writes into the log locks that one as well, and
    of two who lock both in different orders the database ends one.
    """
    lock(session, found.organisation)
    lock(session, found)


def round_summaries(session: Session, organisation: Organisation) -> Sequence[RoundSummary]:
    """Return an organisation's rounds, the newest first."""
    query = (
        select(Round, func.count(RoundTeam.id), func.coalesce(func.sum(RoundTeam.invited), 0))
        .outerjoin(RoundTeam)
        .where(Round.organisation_id == organisation.id)
        .group_by(Round.id)
        .order_by(Round.closes_on.desc(), Round.id.desc())
    )
    return [RoundSummary(*row) for row in session.execute(query)]


def opened_round(session: Session, public_id: str) -> Round | None:
    """Return a round that was opened, whatever became of it since; its promise stays readable."""
    query = select(Round).where(Round.public_id == public_id, Round.state != State.DRAFT)
    return session.scalar(query)


def own_round(session: Session, organisation: Organisation, public_id: str) -> Round | None:
    """Return an organisation's round, whatever its state."""
    return session.scalar(_own(organisation, public_id))


def running_round(session: Session, organisation: Organisation) -> Round | None:
    """Return the round that is open or being closed; there is never more than one."""
    query = select(Round).where(
        Round.organisation_id == organisation.id, Round.state.in_((State.OPEN, State.CLOSING))
    )
    return session.scalar(query.limit(1))


def counted_round(session: Session, organisation: Organisation, public_id: str) -> Round | None:
    """Return an organisation's round that was counted and whose single answers are destroyed."""
    query = _own(organisation, public_id).where(Round.destroyed)
    return session.scalar(query.where(Round.state.in_((State.CLOSED, State.RELEASED))))


def open_round_of(session: Session, organisation: Organisation, public_id: str) -> Round | None:
    """Return an organisation's round that is open."""
    return session.scalar(_own(organisation, public_id).where(Round.state == State.OPEN))


def _own(organisation: Organisation, public_id: str) -> Select[Round]:
    return select(Round).where(
        Round.public_id == public_id, Round.organisation_id == organisation.id
    )


def reminded(session: Session, opened: Round) -> set[int]:
    """Return which of a round's reminders were asked for, from 1 on."""
    query = select(Job.subject).where(
        Job.kind == JobKind.REMIND, Job.subject.startswith(f"{opened.public_id}-")
    )
    return {int(subject.rpartition("-")[2]) for subject in session.scalars(query)}


def asked_by(session: Session, opened: Round) -> dict[Channel, int]:
    """Count a round's invitations by channel."""
    query = (
        select(Invite.channel, func.count())
        .join(RoundTeam, RoundTeam.id == Invite.round_team_id)
        .where(RoundTeam.round_id == opened.id)
        .group_by(Invite.channel)
    )
    found = {Channel(channel): count for channel, count in session.execute(query)}
    return {channel: found.get(channel, 0) for channel in Channel}


def people_asked(session: Session, opened: Round) -> dict[int, frozenset[int]]:
    """Return who was invited, as ids, by the row id of the team of the round.

    Somebody without mail is on the roster once for each of their leaders. So people of one name
    count as one if any of them has no mail: rather too few people than too many. Somebody deleted
    since goes on counting as before: else what is withheld for their sake would be shown.
    """
    counted_as = aliased(Person)
    query = (
        select(Invite.round_team_id, Person.id, Person.email, counted_as)
        .join(RoundTeam, RoundTeam.id == Invite.round_team_id)
        .join(Person, Person.id == Invite.person_id)
        .join(counted_as, counted_as.id == func.coalesce(Person.counts_as, Person.id))
        .where(RoundTeam.round_id == opened.id)
        .order_by(Person.id)
    )
    rows = [
        (team, person, email, f"#{one.id}" if one.counts_as else one.name.casefold())
        for team, person, email, one in session.execute(query)
    ]
    without_mail = {name for _, _, email, name in rows if email is None}
    first: dict[str, int] = {}
    found: dict[int, set[int]] = {team.id: set() for team in opened.teams}
    for team, person, _, name in rows:
        one = first.setdefault(name, person)
        found[team].add(one if name in without_mail else person)
    return {team: frozenset(people) for team, people in found.items()}


def asked_in_time(session: Session, opened: Round) -> int:
    """Return how many people, at least, were invited when the round opened."""
    people = frozenset().union(*people_asked(session, opened).values())
    return len(people) - sum(team.joined_late for team in opened.teams)


@dataclass(frozen=True)
class Newcomers:
    """Who came into a team of an open round since it opened, and who left it."""

    leader: str
    late: Sequence[str]
    left: Sequence[str]


def newcomers(session: Session, opened: Round) -> Sequence[Newcomers]:
    """Return the teams of an open round that somebody has joined since, by leader."""
    query = (
        select(RoundTeam)
        .where(RoundTeam.round_id == opened.id)
        .order_by(RoundTeam.leader_name, RoundTeam.id)
        .options(joinedload(RoundTeam.team).selectinload(Team.members))
    )
    asked: dict[int, dict[int, str]] = {}
    invited = select(Invite.round_team_id, Person.id, Person.name).join(Invite.person)
    for team_id, person_id, name in session.execute(
        invited.join(RoundTeam, RoundTeam.id == Invite.round_team_id)
        .where(RoundTeam.round_id == opened.id)
        .order_by(Person.name)
    ):
        asked.setdefault(team_id, {})[person_id] = name
    found = []
    for team in session.scalars(query):
        known = asked.get(team.id, {})
        members = {member.id: member.name for member in team.team.members}
        late = sorted(name for number, name in members.items() if number not in known)
        left = [name for number, name in known.items() if number not in members]
        if late:
            found.append(Newcomers(team.leader_name, late, left))
    return found


@dataclass(frozen=True)
class RosterSummary:
    """How large an organisation is."""

    people: int
    teams: int
    without_mail: int


def roster_summary(session: Session, organisation: Organisation) -> RosterSummary:
    """Count an organisation's people and teams."""
    people = select(func.count(Person.id), func.count(Person.email)).where(on_roster(organisation))
    total, with_mail = session.execute(people).one()
    teams = select(func.count(Team.id)).where(
        Team.organisation_id == organisation.id, Team.members.any()
    )
    return RosterSummary(total, session.scalar(teams) or 0, total - with_mail)


def find_organisation(session: Session, slug: str | None) -> Organisation:
    """Return the organisation with this short name, or the only one there is.

    Raises `NotFoundError` listing the short names.
    """
    every = session.scalars(select(Organisation).order_by(Organisation.slug)).all()
    if not every:
        message = "There is no organisation yet: run “surveyapp init --admin EMAIL” first."
        raise NotFoundError(message)
    fitting = [o for o in every if slug in (None, o.slug)]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(o.slug for o in every)
    message = f"Say which organisation is meant with --organisation: {names}."
    raise NotFoundError(message)


def find_round(session: Session, organisation: Organisation, name: str) -> Round:
    """Return the round with this name or id; raises `NotFoundError` listing the names."""
    every = session.scalars(
        select(Round).where(Round.organisation_id == organisation.id).order_by(Round.id)
    ).all()
    for found in every:
        if name in (found.public_id, found.name):
            return found
    names = ", ".join(f"“{r.name}”" for r in every) or "none yet"
    message = f"{organisation.name} has no round “{name}”. Its rounds: {names}."
    raise NotFoundError(message)
