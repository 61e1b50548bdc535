"""What the demo's closed rounds hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.core.publication import Publication
from surveyapp.demo import cast
from surveyapp.storage.models import Organisation, Person, Round, RoundTeam

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.demo.truths import Plan

DANA = "leader@demo.example"
CLOSED = ("February 2026", "June 2026", "October 2026")


def rounds(session: Session, slug: str = "northwind") -> list[Round]:
    """Return an organisation's rounds, the oldest first; the last one is open."""
    query = select(Round).join(Organisation).where(Organisation.slug == slug).order_by(Round.id)
    return list(session.scalars(query))


def asked(session: Session, email: str) -> list[RoundTeam]:
    """Return a leader's team in each round, the oldest first."""
    query = select(RoundTeam).join(Person, RoundTeam.leader_id == Person.id)
    return list(session.scalars(query.where(Person.email == email).order_by(RoundTeam.round_id)))


def published(session: Session, email: str) -> list[Publication]:
    """Return a leader's results, the oldest first."""
    teams = asked(session, email)
    return [Publication.from_json(t.publication.document) for t in teams if t.publication]


def with_plan(plan: Plan) -> list[str]:
    """Return the addresses of Northwind's leaders for whom this is planted."""
    leaders = cast.NORTHWIND.leaders().items()
    return [email for email, leader in leaders if leader.plan is plan]
