"""Closing: count, publish, destroy. The one place that reads single answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from surveyapp.anonymity import auditor, disclosure
from surveyapp.anonymity.ballot import decode
from surveyapp.anonymity.keys import derive, mac
from surveyapp.anonymity.permitted import is_permitted_quality
from surveyapp.core.assessment import assess
from surveyapp.core.checkin import EVERY_ITEM
from surveyapp.core.counted import CountedTeam
from surveyapp.core.errors import DomainError
from surveyapp.core.questionnaire import COMMENTS, parse_choice, score_person
from surveyapp.rounds import boxes, dates, keycheck, pulses, releasing
from surveyapp.rounds.changing import since_last
from surveyapp.storage import audit
from surveyapp.storage.database import erase_deleted, writing
from surveyapp.storage.models import (
    Action,
    Box,
    Invite,
    Publication,
    ReleaseOn,
    Round,
    RoundTeam,
    Slip,
    Span,
    State,
)
from surveyapp.storage.rounds import asked_in_time, lock_round, people_asked

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy.orm import Session

    from surveyapp.core.quality import Quality
    from surveyapp.rounds.keydir import KeyDirectory


class ClosingError(DomainError):
    """A round that cannot be closed."""


class HeldError(ClosingError):
    """The audit found something: nothing was published, and the boxes stay sealed."""


@dataclass(frozen=True)
class Count:
    """One team, counted, before any disclosure rule: never stored, never shown."""

    team: CountedTeam
    fingerprint: bytes
    """Tells these boxes from any others, under the round's key alone."""


def begin(session: Session, closed: Round) -> None:
    """Stop taking answers. A round that is closing already goes on where it stood.

    Raises `ClosingError` for a draft, and for a round that was closed before: closing a second
    time, after one more ballot, would show what that ballot said.
    """
    lock_round(session, closed)
    published = (
        select(Publication.round_team_id).join(RoundTeam).where(RoundTeam.round_id == closed.id)
    )
    if closed.state in {State.CLOSED, State.RELEASED} or session.scalar(published.limit(1)):
        message = f"“{closed.name}” was closed before; no round closes twice."
        raise ClosingError(message)
    if closed.state in {State.DRAFT, State.DISCARDED}:
        message = f"“{closed.name}” is {closed.state}: there is nothing to count."
        raise ClosingError(message)
    closed.state = State.CLOSING


def publish(
    session: Session,
    closed: Round,
    keys: KeyDirectory,
    progress: Callable[[RoundTeam], None] = lambda _: None,
) -> None:
    """Count every team, write what may be shown, and delete all that led to it, at once.

    Raises `HeldError`, naming the groups, if the audit finds that too much would be told.
    """
    lock_round(session, closed)
    if closed.state != State.CLOSING:
        message = f"“{closed.name}” is {closed.state}, not closing."
        raise ClosingError(message)
    round_key = keys.read(closed.public_id)
    fingerprint = b""
    counted = []
    people = people_asked(session, closed)
    for team in closed.teams:
        found = count(session, team, round_key, people[team.id])
        fingerprint = mac(derive(round_key, "counted"), fingerprint + found.fingerprint)
        counted.append(found.team)
        progress(team)
    published = disclosure.publish_round(
        counted,
        threshold=closed.threshold,
        comment_threshold=closed.comment_threshold,
        seed=int.from_bytes(derive(round_key, "simulation")),
    )
    published = replace(
        published,
        teams={
            team.public_id: replace(alone, change=since_last(session, team, alone))
            for team in closed.teams
            if (alone := published.teams.get(team.public_id))
        },
    )
    quality = assess(counted, threshold=closed.threshold, asked=asked_in_time(session, closed))
    _hold_if_found(closed, counted, published, quality)
    for team in closed.teams:
        for span, documents in ((Span.TEAM, published.teams), (Span.TOTAL, published.totals)):
            if document := documents.get(team.public_id):
                session.add(
                    Publication(round_team_id=team.id, span=span, document=document.to_json())
                )
    closed.quality = quality.to_json()
    keys.mark_counted(closed.public_id, fingerprint)
    _delete_answers(session, closed)
    closed.state, closed.held_for = State.CLOSED, None


def _hold_if_found(
    closed: Round,
    counted: Sequence[CountedTeam],
    published: disclosure.RoundPublication,
    quality: Quality,
) -> None:
    findings = auditor.audit(
        counted,
        published,
        threshold=closed.threshold,
        comment_threshold=closed.comment_threshold,
    )
    names = {team.public_id: team.leader_name for team in closed.teams}
    faults = list(dict.fromkeys(finding.in_words(names) for finding in findings))
    if not is_permitted_quality(quality):
        faults.append("The quality of the answers: more is displayed than may be told.")
    if faults:
        said = " ".join(faults)
        message = f"“{closed.name}” is held for checking, and nothing was published. {said}"
        raise HeldError(message)


def count(session: Session, team: RoundTeam, round_key: bytes, people: Collection[int]) -> Count:
    """Open a team's boxes and score what is in them; `people` are the ids of the invited.

    Raises `ClosingError` unless ballots <= people let in <= invited: more would mean forged
    ballots, and a forged result must not be published.
    """
    opened = boxes.unseal(session, team, round_key, lock=True)
    if not len(opened.ballots) <= len(opened.issuance) <= team.invited:
        message = (
            f"The box of {team.leader_name}'s team holds more ballots than people were let in."
            " This cannot be: the round is held for checking, and nothing was published."
        )
        raise HeldError(message)
    ballots = [decode(packed) for packed in opened.ballots.values()]
    answers = [
        {name: parse_choice(EVERY_ITEM[name], x) for name, x in ballot.choices.items()}
        for ballot in ballots
    ]
    counted = CountedTeam(
        id=team.public_id,
        parent=team.parent.public_id if team.parent else None,
        invited=team.invited,
        persons=[score_person(given) for given in answers],
        answers=answers,
        comments={
            question.id: [said for ballot in ballots if (said := ballot.comments.get(question.id))]
            for question in COMMENTS
        },
        people=people,
        asks_comments=team.asks_comments,
        asks_agreement=team.asks_agreement,
    )
    return Count(counted, boxes.fingerprint(opened, round_key))


def _delete_answers(session: Session, closed: Round) -> None:
    teams = select(RoundTeam.id).where(RoundTeam.round_id == closed.id).scalar_subquery()
    session.execute(delete(Box).where(Box.round_team_id.in_(teams)))
    session.execute(delete(Slip).where(Slip.round_team_id.in_(teams)))
    session.execute(update(Invite).where(Invite.round_team_id.in_(teams)).values(random_id=None))
    session.execute(
        update(RoundTeam).where(RoundTeam.round_id == closed.id).values(private_key=None)
    )


def discard(round_id: int, keys: KeyDirectory, by: audit.Doer = audit.COMMAND) -> bool:
    """Destroy a round with all its answers, uncounted: one that is held, or whose key is lost.

    Returns whether the destruction is complete; if not, call again. Raises `ClosingError` for a
    round that was counted: its results are closed, not discarded.
    """
    with writing() as session:
        found = session.get_one(Round, round_id)
        lock_round(session, found)
        if found.state in {State.CLOSED, State.RELEASED}:
            message = f"“{found.name}” was counted: there is nothing left to discard."
            raise ClosingError(message)
        _delete_answers(session, found)
        if found.state != State.DISCARDED:  # else this goes on with the destruction
            audit.record(session, found.organisation, by, Action.ROUND_DISCARDED, round_=found)
        found.state, found.held_for = State.DISCARDED, None
        keys.destroy(found.public_id)
        keys.mark_discarded(found.public_id)
    return _erase(round_id, by)


def close(
    round_id: int,
    keys: KeyDirectory,
    progress: Callable[[RoundTeam], None] = lambda _: None,
    by: audit.Doer = audit.COMMAND,
    *,
    today: dt.date | None = None,
) -> bool:
    """Close a round from wherever it stands: stop, count and publish, destroy.

    Each step is committed before the next, and a run that was interrupted goes on where it
    stood. One that comes again leaves a draft of the next, and one that says so is released with
    the destruction. Returns whether that is complete; if not, call again once other connections
    have ended. `today` is the day where the organisation is, unless it is said.
    """
    with writing() as session:
        closed = session.get_one(Round, round_id)
        unfinished = closed.state in {State.CLOSED, State.RELEASED} and not closed.destroyed
        if not unfinished:
            begin(session, closed)
            keycheck.check(closed, keys)  # or all stays as it is
    if not unfinished:
        try:
            with writing() as session:
                counted = session.get_one(Round, round_id)
                publish(session, counted, keys, progress)
                audit.record(session, counted.organisation, by, Action.ROUND_CLOSED, round_=counted)
                pulses.draft_next(session, counted, today or dates.today(counted.organisation))
        except HeldError as error:
            with writing() as session:
                held = session.get_one(Round, round_id)
                if held.held_for != str(error):  # said once, however often it is checked again
                    audit.record(session, held.organisation, by, Action.ROUND_HELD, round_=held)
                held.held_for = str(error)
            raise
    with writing() as session:
        keys.destroy(session.get_one(Round, round_id).public_id)
    return _erase(round_id, by, today)


def _erase(round_id: int, by: audit.Doer, today: dt.date | None = None) -> bool:
    if not erase_deleted():
        return False
    with writing() as session:
        erased = session.get_one(Round, round_id)
        lock_round(session, erased)
        erased.destroyed = True
        # At once: a round whose answers are destroyed does not come this way again.
        if erased.release_on == ReleaseOn.CLOSING and erased.state == State.CLOSED:
            count = releasing.release(erased, today=today)
            audit.record(
                *(session, erased.organisation, by, Action.RESULT_RELEASED),
                round_=erased,
                note=f"{count} leaders",
            )
    return True
