"""Creating a round and opening it: from here on everything that matters is frozen."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from surveyapp.anonymity import disclosure
from surveyapp.anonymity.keys import derive
from surveyapp.anonymity.tickets import new_ticket_key
from surveyapp.core.errors import DomainError
from surveyapp.core.questionnaire import VERSION
from surveyapp.rounds import boxes
from surveyapp.storage.database import lock
from surveyapp.storage.models import (
    MAX_MEMBERS,
    Channel,
    Invite,
    Round,
    RoundTeam,
    State,
    Team,
)

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from surveyapp.rounds.keydir import KeyDirectory
    from surveyapp.storage.models import Organisation


class OpeningError(DomainError):
    """A round that cannot be created or opened as asked."""


def create_round(
    session: Session,
    organisation: Organisation,
    name: str,
    closes_on: dt.date,
    *,
    threshold: int = disclosure.DEFAULT_THRESHOLD,
    comment_threshold: int = disclosure.DEFAULT_COMMENT_THRESHOLD,
) -> Round:
    """Make a draft. Raises `OpeningError` for a taken name or thresholds below their floors."""
    if not (name := name.strip()):
        message = "A round needs a name, such as “Spring 2027”."
        raise OpeningError(message)
    if threshold < disclosure.THRESHOLD_FLOOR:
        message = f"Scores need at least {disclosure.THRESHOLD_FLOOR} people; {threshold} is less."
        raise OpeningError(message)
    if comment_threshold < max(disclosure.COMMENT_THRESHOLD_FLOOR, threshold):
        message = (
            f"Comments need at least {disclosure.COMMENT_THRESHOLD_FLOOR} people and no fewer than"
            f" scores do; {comment_threshold} is less."
        )
        raise OpeningError(message)
    taken = select(Round).where(Round.organisation_id == organisation.id, Round.name == name)
    if session.scalar(taken):
        message = f"{organisation.name} has a round named “{name}” already: choose another name."
        raise OpeningError(message)
    made = Round(
        organisation=organisation,
        name=name,
        closes_on=closes_on,
        questionnaire_version=VERSION,
        threshold=threshold,
        comment_threshold=comment_threshold,
    )
    session.add(made)
    session.flush()
    return made


def open_round(session: Session, opened: Round, keys: KeyDirectory, today: dt.date) -> None:
    """Freeze the roster and make keys and boxes, one of each per team with members.

    Raises `OpeningError` if the round is no draft, its last day is past, another round is open,
    or nobody is asked.
    """
    lock(session, opened.organisation)  # two drafts opened at once must not both find it free
    lock(session, opened)
    if opened.state != State.DRAFT or keys.was_counted(opened.public_id):
        message = f"“{opened.name}” is {opened.state}: only a draft can be opened."
        raise OpeningError(message)
    if opened.closes_on < today:
        message = f"“{opened.name}” would close on {opened.closes_on}, which is past."
        raise OpeningError(message)
    _check_alone(session, opened)
    query = (
        select(Team)
        .where(Team.organisation_id == opened.organisation_id, Team.members.any())
        .order_by(Team.id)
        .options(selectinload(Team.members), selectinload(Team.leader))
    )
    teams = session.scalars(query).all()
    if not teams:
        message = "Nobody is on the roster yet: import one first (surveyapp roster import FILE)."
        raise OpeningError(message)
    round_key = keys.create(opened.public_id)
    for team in teams:
        _freeze(session, opened, team, round_key)
    opened.state = State.OPEN
    opened.opened_on = today


def _check_alone(session: Session, opened: Round) -> None:
    """Refuse a second open round: two results of almost the same people tell what one said."""
    busy = select(Round).where(
        Round.organisation_id == opened.organisation_id,
        Round.state.in_((State.OPEN, State.CLOSING)),
    )
    if other := session.scalar(busy.limit(1)):
        message = f"“{other.name}” is still {other.state}: close it before another round opens."
        raise OpeningError(message)


def _freeze(session: Session, opened: Round, team: Team, round_key: bytes) -> None:
    if len(team.members) > MAX_MEMBERS:
        message = f"{team.leader.name} leads {len(team.members)} people; {MAX_MEMBERS} is the most."
        raise OpeningError(message)
    public_id = secrets.token_hex(8)
    key = new_ticket_key(derive(round_key, "ticket key", public_id), public_id.encode())
    frozen = RoundTeam(
        round=opened,
        team=team,
        public_id=public_id,
        leader=team.leader,
        leader_name=team.leader.name,
        invited=len(team.members),
        public_key=key.public,
        private_key=key.sealed_private,
        fingerprint=key.fingerprint,
    )
    session.add(frozen)
    session.flush()
    session.add_all(
        Invite(round_team_id=frozen.id, person_id=member.id, channel=Channel.SLIP)
        for member in team.members
    )
    boxes.create(session, frozen, round_key)
