"""Removing rounds whose time of keeping is over, and everybody whom nothing needs any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from surveyapp.storage import audit, erasing
from surveyapp.storage.database import lock
from surveyapp.storage.models import (
    Account,
    Action,
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
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from surveyapp.storage.models import Organisation

OVER = (State.CLOSED, State.RELEASED, State.DISCARDED)


@dataclass(frozen=True)
class Purged:
    """What was removed."""

    rounds: tuple[str, ...]
    """Their public ids."""
    people: int
    accounts: int
    words: frozenset[str]
    """What must not be found any more: names, addresses, public ids of results."""


def purge(session: Session, organisation: Organisation, before: dt.date, by: audit.Doer) -> Purged:
    """Remove the rounds that are over and whose last day is before a date, with all about them.

    So go people whom only these rounds knew, who are in no team any more, with their account if it
    is good for nothing else. Rounds whose single answers are not destroyed yet wait until they
    are. The log of what was done stays, and says so. What is left in files is for the caller to
    erase, once this is committed.
    """
    lock(session, organisation)
    gone = session.scalars(
        select(Round)
        .where(
            Round.organisation_id == organisation.id,
            Round.state.in_(OVER),
            Round.destroyed,
            Round.closes_on < before,
        )
        .order_by(Round.closes_on, Round.id)
    ).all()
    if not gone:
        return Purged((), 0, 0, frozenset())
    for one in gone:
        note = f"last day {one.closes_on}"
        audit.record(session, organisation, by, Action.PURGED, round_=one, note=note)
    ids, rounds = [one.id for one in gone], tuple(one.public_id for one in gone)
    frozen = session.scalars(select(RoundTeam).where(RoundTeam.round_id.in_(ids))).all()
    results = [team.public_id for team in frozen]
    teams = {team.team_id for team in frozen}
    people = _people(session, frozen)
    orders = session.scalars(select(ReportOrder.id).where(ReportOrder.round_id.in_(ids))).all()
    names = {team.leader_name for team in frozen}
    erasing.remove_jobs(session, [*rounds, *results, *orders])
    erasing.remove(session, Round, ids)
    names |= _remove_teams(session, teams)
    words, accounts, count = _remove_people(session, organisation, people)
    remove_nameless(session)
    note = f"{count} people, {accounts} accounts"
    audit.record(session, organisation, by, Action.PURGED, note=note)
    session.flush()
    words |= names
    words -= erasing.still_named(session, words)
    return Purged(rounds, count, accounts, frozenset(words | set(results)))


def _people(session: Session, teams: Sequence[RoundTeam]) -> set[int]:
    """Return whom some teams of rounds knew."""
    ids = [team.id for team in teams]
    invited = select(Invite.person_id).where(Invite.round_team_id.in_(ids))
    return {team.leader_id for team in teams} | set(session.scalars(invited))


def _all(session: Session, column: InstrumentedAttribute[Any]) -> set[int]:
    return set(session.scalars(select(column).where(column.is_not(None)).distinct()))


def _remove_teams(session: Session, teams: Collection[int]) -> set[str]:
    """Remove teams without members that no round knows any more; returns their names."""
    names: set[str] = set()
    while True:
        used = {
            number
            for column in (Membership.team_id, RoundTeam.team_id, Team.parent_id)
            for number in _all(session, column)
        }
        if not (empty := set(teams) - used):
            return names
        names |= set(session.scalars(select(Team.name).where(Team.id.in_(empty))))
        erasing.remove(session, Team, empty)
        teams = set(teams) - empty


def _remove_people(
    session: Session, organisation: Organisation, people: Collection[int]
) -> tuple[set[str], int, int]:
    """Remove whom nothing needs any more; returns names and addresses, accounts, and people."""
    needed = {
        number
        for column in (Membership.person_id, Team.leader_id, Invite.person_id, RoundTeam.leader_id)
        for number in _all(session, column)
    }
    gone = session.scalars(select(Person).where(Person.id.in_(set(people) - needed))).all()
    ids = [person.id for person in gone]
    words = {word for person in gone for word in (person.name, person.email) if word}
    emails = [person.email for person in gone if person.email]
    count_as_others(session, ids)
    erasing.remove(session, Person, ids)
    accounts = session.scalars(select(Account).where(Account.email.in_(emails))).all()
    removed = [
        account.id for account in accounts if _take_leadership(session, organisation, account)
    ]
    erasing.remove(session, Account, removed)
    return words, len(removed), len(ids)


def _take_leadership(session: Session, organisation: Organisation, account: Account) -> bool:
    """Take the role of somebody who leads nobody any more; returns whether none is left at all.

    Whoever never had a role waits for one: that is not for one organisation to decide.
    """
    held = select(Grant).where(Grant.account_id == account.id).limit(1)
    if session.scalar(held) is None:
        return False
    session.execute(
        delete(Grant).where(
            Grant.account_id == account.id,
            Grant.organisation_id == organisation.id,
            Grant.role == RoleName.LEADER,
        )
    )
    return session.scalar(held) is None


def remove_nameless(session: Session) -> None:
    """Remove people deleted earlier whom no round needs any more for its counts."""
    needed = select(Invite.person_id)
    query = select(Person.id).where(Person.counts_as.is_not(None), Person.id.not_in(needed))
    ids = session.scalars(query).all()
    count_as_others(session, ids)
    erasing.remove(session, Person, ids)


def count_as_others(session: Session, gone: Collection[int], instead: int | None = None) -> None:
    """Let people deleted earlier who counted as somebody count as another one, all as the same."""
    fresh: dict[int, int] = {}
    query = select(Person).where(Person.counts_as.in_(gone), Person.id.not_in(gone))
    for person in session.scalars(query.order_by(Person.id)).all():
        former = person.counts_as or person.id
        person.counts_as = instead or fresh.setdefault(former, person.id)
