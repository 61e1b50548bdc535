"""Whom the coaches of an organisation coach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.storage.accounts import AccountError
from surveyapp.storage.leader_accounts import leaders
from surveyapp.storage.models import Coaching, Person, Team

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Account, Organisation


def coached(session: Session, organisation: Organisation) -> dict[int, set[int]]:
    """Return whom the coaches of an organisation coach: account id -> ids of leaders."""
    query = (
        select(Coaching.coach_id, Coaching.leader_id)
        .join(Person, Person.id == Coaching.leader_id)
        .where(Person.organisation_id == organisation.id)
    )
    found: dict[int, set[int]] = {}
    for coach_id, leader_id in session.execute(query):
        found.setdefault(coach_id, set()).add(leader_id)
    return found


def coach_leaders(
    session: Session, account: Account, organisation: Organisation, emails: Sequence[str] | None
) -> int:
    """Let a coach see these leaders' results, or every leader's; returns how many leaders.

    Raises `AccountError` naming the addresses that lead no team of the organisation.
    """
    query = select(Person).join(Team, Team.leader_id == Person.id)
    leading = session.scalars(query.where(Person.organisation_id == organisation.id)).all()
    if emails is not None:
        wanted = {email.lower() for email in emails}
        if missing := sorted(wanted - {leader.email for leader in leading}):
            message = f"No team of {organisation.name} is led by: {', '.join(missing)}."
            raise AccountError(message)
        leading = [leader for leader in leading if leader.email in wanted]
    for leader in leading:
        if session.get(Coaching, (account.id, leader.id)) is None:
            session.add(Coaching(coach_id=account.id, leader_id=leader.id))
    return len(leading)


def set_coached(
    session: Session, account: Account, organisation: Organisation, chosen: Collection[int]
) -> tuple[set[int], set[int]]:
    """Let a coach see the results of these leaders and of no others; returns who came and went.

    All are ids of people; those who lead no team of the organisation are left out. The coach's
    file on somebody who is not chosen any more is deleted; on somebody who leads no team any more,
    and so could not be chosen, it stays.
    """
    now = coached(session, organisation).get(account.id, set())
    offered = {leader.id for leader in leaders(session, organisation)}
    wanted = offered & set(chosen)
    gone = (now & offered) - wanted
    for leader_id in gone:
        session.delete(session.get_one(Coaching, (account.id, leader_id)))
    session.add_all(Coaching(coach_id=account.id, leader_id=one) for one in wanted - now)
    session.flush()
    return wanted - now, gone
