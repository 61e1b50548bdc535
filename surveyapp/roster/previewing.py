"""What an import would change, by name, before anybody asks for it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.roster.applying import known_people, referred_to
from surveyapp.storage.models import Membership, Team

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from surveyapp.roster.checking import Roster
    from surveyapp.storage.models import Organisation


@dataclass(frozen=True, order=True)
class Step:
    """From what to what: two names, or the leaders before and after, with commas between."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """Names of all that an import would change, each list by name."""

    people: int
    """In the file."""
    teams: int
    without_mail: int
    unplaced: Sequence[str]
    """In no team, so that nobody will ask them."""
    added: Sequence[str]
    renamed: Sequence[Step]
    moved: Sequence[Step]
    """People on record whose leaders are others."""
    gone: Sequence[str]
    """Not those who left before, and stay on record only because a round knows them."""
    new_teams: Sequence[str]
    """Of leaders who had none."""
    renamed_teams: Sequence[Step]
    ended_teams: Sequence[str]
    """Of leaders who have no member any more."""

    @property
    def digest(self) -> str:
        """Tells this preview from any other."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    @property
    def is_empty(self) -> bool:
        """Whether names, leaders and teams are as the file says already."""
        people = (self.added, self.renamed, self.moved, self.gone)
        return not any((*people, self.new_teams, self.renamed_teams, self.ended_teams))


def preview(session: Session, organisation: Organisation, roster: Roster) -> Preview:
    """Compare a file with what is on record, recognising people as `applying.apply` does."""
    known = known_people(session, organisation)
    listed = {member.key: member for member in roster.people}
    teams = {team.leader: team for team in roster.teams}
    leaders: dict[str, set[str]] = defaultdict(set)
    for team in roster.teams:
        for key in team.members:
            leaders[key].add(team.leader)
    keys = {person.id: key for key, person in known.items()}
    names = {key: person.name for key, person in known.items()}
    names |= {key: member.name for key, member in listed.items()}
    before = _leaders_on_record(session, organisation, keys)
    led = _teams_on_record(session, organisation, keys)
    stays = referred_to(session)
    both = known.keys() & listed.keys()
    return Preview(
        people=len(listed),
        teams=len(teams),
        without_mail=roster.without_mail_count,
        unplaced=[member.name for member in roster.unplaced],
        added=sorted(names[key] for key in listed.keys() - known.keys()),
        renamed=_steps((names[key], known[key].name, names[key]) for key in both),
        moved=sorted(
            Step(names[key], _named(before[key], names), _named(leaders[key], names))
            for key in both
            if before[key] != leaders[key]
        ),
        gone=sorted(
            known[key].name
            for key in known.keys() - listed.keys()
            if before[key] or key in led or known[key].id not in stays
        ),
        new_teams=sorted(teams[key].name for key in teams.keys() - led.keys()),
        renamed_teams=_steps(
            (names[key], led[key], teams[key].name) for key in teams.keys() & led.keys()
        ),
        ended_teams=sorted(led[key] for key in led.keys() - teams.keys()),
    )


def _steps(of: Iterable[tuple[str, str, str]]) -> list[Step]:
    return sorted(Step(name, before, after) for name, before, after in of if before != after)


def _named(leaders: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(sorted(names[key] for key in leaders))


def _leaders_on_record(
    session: Session, organisation: Organisation, keys: Mapping[int, str]
) -> Mapping[str, set[str]]:
    query = (
        select(Membership.person_id, Team.leader_id)
        .join(Team, Team.id == Membership.team_id)
        .where(Team.organisation_id == organisation.id)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for person, leader in session.execute(query):
        found[keys[person]].add(keys[leader])
    return found


def _teams_on_record(
    session: Session, organisation: Organisation, keys: Mapping[int, str]
) -> Mapping[str, str]:
    query = select(Team.leader_id, Team.name).where(
        Team.organisation_id == organisation.id, Team.members.any()
    )
    return {keys[leader]: name for leader, name in session.execute(query)}
