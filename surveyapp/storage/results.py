"""Results that somebody may see, and rounds that wait for one.

A leader sees their own once it is released, a coach those of the leaders whom they coach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, undefer

from surveyapp.storage.models import (
    Coaching,
    Person,
    Publication,
    Round,
    RoundTeam,
    Span,
    State,
    Team,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from surveyapp.storage.scope import Scope

COUNTED = (State.CLOSED, State.RELEASED)
ASKED = (State.OPEN, State.CLOSING, *COUNTED)


class CoachedTeam(NamedTuple):
    """One result of a round with what a coach keeps on its leader: a row, for long lists."""

    id: int
    parent_id: int | None
    public_id: str
    team_id: int
    leader_id: int
    leader_name: str
    released: bool
    document: str
    """The publication's JSON."""
    follow_up_on: dt.date | None


def own_results(session: Session, scope: Scope) -> Sequence[RoundTeam]:
    """Return a leader's released results, the newest round first."""
    return session.scalars(_own(scope)).all()


def own_result(session: Session, scope: Scope, round_id: str) -> RoundTeam | None:
    """Return a leader's released result of the round with this public id."""
    return session.scalar(_own(scope).where(Round.public_id == round_id))


def own_rounds(session: Session, scope: Scope) -> Sequence[RoundTeam]:
    """Return a leader's teams in the rounds that are not released to them, the newest first."""
    return session.scalars(_led(scope).where(~RoundTeam.released)).all()


def own_round(session: Session, scope: Scope, round_id: str) -> RoundTeam | None:
    """Return a leader's team in the round with this public id, from its opening on."""
    return session.scalar(_led(scope).where(Round.public_id == round_id))


def coached_rounds(session: Session, scope: Scope) -> Sequence[Round]:
    """Return the closed rounds in which somebody whom this coach coaches has a result."""
    teams = _coached(scope).with_only_columns(RoundTeam.round_id).order_by(None)
    query = select(Round).where(Round.id.in_(teams)).order_by(*_newest_first())
    return session.scalars(query).all()


def coached_results(session: Session, scope: Scope, round_id: str) -> Sequence[RoundTeam]:
    """Return the results of one round of the leaders whom this coach coaches, by name."""
    query = _coached(scope).where(Round.public_id == round_id)
    return session.scalars(query.order_by(None).order_by(RoundTeam.leader_name)).all()


def coached_result(session: Session, scope: Scope, team_id: str) -> RoundTeam | None:
    """Return one result of a leader whom this coach coaches."""
    return session.scalar(_coached(scope).where(RoundTeam.public_id == team_id))


def coached_teams(session: Session, scope: Scope, asked: Round) -> list[CoachedTeam]:
    """Return the same as rows, in no order: with a thousand leaders objects take too long."""
    team = _coached(scope).where(RoundTeam.round_id == asked.id).with_only_columns(RoundTeam.id)
    query = (
        select(
            *(RoundTeam.id, RoundTeam.parent_id, RoundTeam.public_id, RoundTeam.team_id),
            *(RoundTeam.leader_id, RoundTeam.leader_name, RoundTeam.released),
            *(Publication.document, Coaching.follow_up_on),
        )
        .join(
            Publication,
            and_(Publication.round_team_id == RoundTeam.id, Publication.span == Span.TEAM),
        )
        .join(
            Coaching,
            and_(Coaching.leader_id == RoundTeam.leader_id, Coaching.coach_id == scope.account.id),
        )
        .where(RoundTeam.id.in_(team.order_by(None)))
    )
    return [CoachedTeam(*row) for row in session.execute(query)]


def departments(session: Session, asked: Round) -> dict[int, str]:
    """Name the department of each team of a round, by the team's row id.

    That is the branch of the tree just below its top, or, where several trees stand side by side,
    the tree; the top itself goes by its own name.
    """
    query = select(RoundTeam.id, RoundTeam.parent_id, Team.name).join(Team)
    rows = session.execute(query.where(RoundTeam.round_id == asked.id)).all()
    parents = {team: parent for team, parent, _name in rows}
    names = {team: name for team, _parent, name in rows}
    above = {parent for parent in parents.values() if parent is not None}
    tops = {team for team in above if parents[team] is None}
    only_top = next(iter(tops)) if len(tops) == 1 else None
    found = {}
    for team in parents:
        branch = team
        while (parent := parents[branch]) not in (None, only_top):
            branch = parent
        found[team] = names[branch]
    return found


def coached_history(session: Session, scope: Scope, leader_id: int) -> Sequence[RoundTeam]:
    """Return all results of a leader whom this coach coaches, the newest round first."""
    return session.scalars(_coached(scope).where(RoundTeam.leader_id == leader_id)).all()


def coached_file(session: Session, scope: Scope, leader_id: int) -> Coaching | None:
    """Return this coach's own file on a leader."""
    return session.scalar(
        select(Coaching)
        .join(Person, Coaching.leader_id == Person.id)
        .where(
            Coaching.coach_id == scope.account.id,
            Coaching.leader_id == leader_id,
            Person.organisation_id == scope.organisation.id,
        )
        .options(undefer(Coaching.notes))
    )


def _asked(scope: Scope) -> Select[RoundTeam]:
    return (
        select(RoundTeam)
        .join(Round)
        .join(Person, RoundTeam.leader_id == Person.id)
        .where(Round.organisation_id == scope.organisation.id, Round.state.in_(ASKED))
        .options(contains_eager(RoundTeam.round), contains_eager(RoundTeam.leader))
        .order_by(*_newest_first())
    )


def _results(scope: Scope) -> Select[RoundTeam]:
    return (
        _asked(scope)
        .where(Round.state.in_(COUNTED))
        # A result that somebody saw while answers could still be restored could be counted twice.
        .where(Round.destroyed)
        .options(joinedload(RoundTeam.publication))
    )


def _led(scope: Scope) -> Select[RoundTeam]:
    return _asked(scope).where(Person.email == scope.account.email)


def _own(scope: Scope) -> Select[RoundTeam]:
    return _results(scope).where(RoundTeam.released, Person.email == scope.account.email)


def _coached(scope: Scope) -> Select[RoundTeam]:
    coached = select(Coaching.leader_id).where(Coaching.coach_id == scope.account.id)
    # Nobody previews their own result, not even as a coach: their own view would know it.
    theirs = or_(RoundTeam.released, Person.email != scope.account.email)
    return _results(scope).where(RoundTeam.leader_id.in_(coached), theirs)


def _newest_first() -> tuple[ColumnElement[Any], ...]:
    return Round.closes_on.desc(), Round.id.desc()
