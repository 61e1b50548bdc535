"""Closing: count, publish, destroy. The one place that reads single answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from surveyapp.anonymity import disclosure
from surveyapp.anonymity.ballot import decode
from surveyapp.anonymity.keys import derive, mac
from surveyapp.core.errors import DomainError
from surveyapp.core.position import score_team
from surveyapp.core.questionnaire import BY_ID, COMMENTS, parse_choice, score_person
from surveyapp.rounds import boxes
from surveyapp.storage.database import erase_deleted, lock, writing
from surveyapp.storage.models import Box, Invite, Publication, Round, RoundTeam, Slip, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from surveyapp.core.position import Team
    from surveyapp.rounds.keydir import KeyDirectory


class ClosingError(DomainError):
    """A round that cannot be closed."""


@dataclass(frozen=True)
class Count:
    """One team, counted, before any disclosure rule: never stored, never shown."""

    team: Team
    comments: dict[str, list[str]]
    fingerprint: bytes
    """Tells these boxes from any others, under the round's key alone."""


def begin(session: Session, closed: Round) -> None:
    """Stop taking answers. A round that is closing already goes on where it stood.

    Raises `ClosingError` for a draft, and for a round that was closed before: closing a second
    time, after one more ballot, would show what that ballot said.
    """
    lock(session, closed)
    published = (
        select(Publication.round_team_id).join(RoundTeam).where(RoundTeam.round_id == closed.id)
    )
    if closed.state in {State.CLOSED, State.RELEASED} or session.scalar(published.limit(1)):
        message = f"“{closed.name}” was closed before; no round closes twice."
        raise ClosingError(message)
    if closed.state == State.DRAFT:
        message = f"“{closed.name}” was never opened."
        raise ClosingError(message)
    closed.state = State.CLOSING


def publish(
    session: Session,
    closed: Round,
    keys: KeyDirectory,
    progress: Callable[[RoundTeam], None] = lambda _: None,
) -> None:
    """Count every team, write its publication, and delete all that led to it, at once."""
    lock(session, closed)
    if closed.state != State.CLOSING:
        message = f"“{closed.name}” is {closed.state}, not closing."
        raise ClosingError(message)
    round_key = keys.read(closed.public_id)
    fingerprint = b""
    for team in closed.teams:
        counted = count(session, team, round_key)
        fingerprint = mac(derive(round_key, "counted"), fingerprint + counted.fingerprint)
        publication = disclosure.publish(
            counted.team,
            invited=team.invited,
            comments=counted.comments,
            threshold=closed.threshold,
            comment_threshold=closed.comment_threshold,
        )
        session.add(Publication(round_team_id=team.id, document=publication.to_json()))
        progress(team)
    keys.mark_counted(closed.public_id, fingerprint)
    _delete_answers(session, closed)
    closed.state = State.CLOSED


def count(session: Session, team: RoundTeam, round_key: bytes) -> Count:
    """Open a team's boxes and score what is in them.

    Raises `ClosingError` unless ballots <= people let in <= invited: more would mean forged
    ballots, and a forged result must not be published.
    """
    opened = boxes.unseal(session, team, round_key, lock=True)
    if not len(opened.ballots) <= len(opened.issuance) <= team.invited:
        message = (
            f"The team of {team.leader_name} has {len(opened.ballots)} ballots for"
            f" {len(opened.issuance)} people let in, of {team.invited} invited. This cannot be:"
            " the round is held, and nothing was published."
        )
        raise ClosingError(message)
    ballots = [decode(packed) for packed in opened.ballots.values()]
    persons = [
        score_person({name: parse_choice(BY_ID[name], x) for name, x in ballot.choices.items()})
        for ballot in ballots
    ]
    comments = {
        question.id: [said for ballot in ballots if (said := ballot.comments.get(question.id))]
        for question in COMMENTS
    }
    return Count(score_team(persons), comments, boxes.fingerprint(opened, round_key))


def _delete_answers(session: Session, closed: Round) -> None:
    teams = select(RoundTeam.id).where(RoundTeam.round_id == closed.id).scalar_subquery()
    session.execute(delete(Box).where(Box.round_team_id.in_(teams)))
    session.execute(delete(Slip).where(Slip.round_team_id.in_(teams)))
    session.execute(update(Invite).where(Invite.round_team_id.in_(teams)).values(random_id=None))
    session.execute(
        update(RoundTeam).where(RoundTeam.round_id == closed.id).values(private_key=None)
    )


def close(
    round_id: int, keys: KeyDirectory, progress: Callable[[RoundTeam], None] = lambda _: None
) -> bool:
    """Close a round from wherever it stands: stop, count and publish, destroy.

    Each step is committed before the next, and a run that was interrupted goes on where it
    stood. Returns whether the destruction is complete; if not, call again once other
    connections have ended.
    """
    with writing() as session:
        closed = session.get_one(Round, round_id)
        unfinished = closed.state in {State.CLOSED, State.RELEASED} and not closed.destroyed
        if not unfinished:
            begin(session, closed)
    if not unfinished:
        with writing() as session:
            publish(session, session.get_one(Round, round_id), keys, progress)
    with writing() as session:
        keys.destroy(session.get_one(Round, round_id).public_id)
    if not erase_deleted():
        return False
    with writing() as session:
        session.get_one(Round, round_id).destroyed = True
    return True
