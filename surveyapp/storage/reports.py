"""Whose results go into reports, and what was asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from surveyapp.core.errors import DomainError
from surveyapp.storage import results
from surveyapp.storage.models import Account, Person, ReportOrder, Round, RoundTeam
from surveyapp.storage.scope import Scope, scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class NoReportError(DomainError):
    """Nothing to report yet, or nobody of that name."""


def reported_teams(
    session: Session, counted: Round, leader_email: str | None = None
) -> Sequence[RoundTeam]:
    """Return a counted round's teams, or that of one leader, by the leader's name.

    Raises `NoReportError` if the round is not closed, its answers are not destroyed yet, or no
    leader has this address.
    """
    if counted.state not in results.COUNTED:
        message = f"“{counted.name}” is {counted.state}: there is a result once it is closed."
        raise NoReportError(message)
    if not counted.destroyed:
        message = (
            f"The single answers of “{counted.name}” are not destroyed yet: run"
            " “surveyapp round close” once more, then make reports."
        )
        raise NoReportError(message)
    query = (
        select(RoundTeam)
        .where(RoundTeam.round_id == counted.id)
        .order_by(RoundTeam.leader_name, RoundTeam.id)
        .options(joinedload(RoundTeam.publication), joinedload(RoundTeam.team))
    )
    if leader_email is not None:
        query = query.join(Person, RoundTeam.leader_id == Person.id)
        query = query.where(Person.email == leader_email.strip().lower())
    found = session.scalars(query).all()
    if not found:
        who = f"Nobody with the address {leader_email}" if leader_email else "Nobody"
        message = f"{who} leads a team in “{counted.name}”."
        raise NoReportError(message)
    return found


def earlier_released(session: Session, team: RoundTeam, public_id: str) -> RoundTeam | None:
    """Return the same leader's team in an earlier round, if its result is released to them."""
    query = (
        select(RoundTeam)
        .join(Round)
        .where(
            RoundTeam.public_id == public_id,
            RoundTeam.leader_id == team.leader_id,
            RoundTeam.released,
            Round.state.in_(results.COUNTED),
            Round.destroyed,
        )
        .options(joinedload(RoundTeam.publication), joinedload(RoundTeam.round))
    )
    return session.scalar(query)


def orders(session: Session, scope: Scope, counted: Round, now: int) -> Sequence[ReportOrder]:
    """Return what an account asked for of a round and may still fetch, the newest first."""
    query = (
        select(ReportOrder)
        .where(
            ReportOrder.account_id == scope.account.id,
            ReportOrder.round_id == counted.id,
            ReportOrder.expires_at > now,
        )
        .order_by(ReportOrder.expires_at.desc(), ReportOrder.id)
    )
    return [order for order in session.scalars(query) if ordered_teams(session, scope, order)]


def own_order(session: Session, scope: Scope, order_id: str, now: int) -> ReportOrder | None:
    """Return what this account asked for, as long as it coaches every leader who is in it."""
    order = session.get(ReportOrder, order_id)
    if order is None or order.account_id != scope.account.id or order.expires_at <= now:
        return None
    return order if ordered_teams(session, scope, order) else None


def ordered_teams(session: Session, scope: Scope, order: ReportOrder) -> Sequence[RoundTeam]:
    """Return the teams of an order, by the leader's name; none if one of them is not coached."""
    wanted = set(json.loads(order.teams))
    coached = results.coached_results(session, scope, order.round.public_id)
    found = [team for team in coached if team.public_id in wanted]
    return found if len(found) == len(wanted) else []


def order_scope(session: Session, order: ReportOrder) -> Scope | None:
    """Return as whom the account asked; None if it has no role any more."""
    owner = order.round.organisation
    found = scope_of(session, session.get_one(Account, order.account_id), owner.slug)
    return found if found and found.organisation is owner else None
