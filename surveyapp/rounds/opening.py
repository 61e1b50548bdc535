"""Creating a round and opening it: from here on everything that matters is frozen."""

from __future__ import annotations

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from surveyapp.anonymity import thresholds
from surveyapp.anonymity.keys import derive
from surveyapp.anonymity.tickets import draw_private_key, new_ticket_key
from surveyapp.core.errors import DomainError
from surveyapp.core.questionnaire import VERSION
from surveyapp.rounds import boxes
from surveyapp.storage.agreements import standing
from surveyapp.storage.mailings import forget_mails
from surveyapp.storage.models import (
    MAX_MEMBERS,
    Channel,
    Invite,
    Mailing,
    Round,
    RoundTeam,
    State,
    Team,
)
from surveyapp.storage.rounds import lock_round, running_round

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from sqlalchemy.orm import Session

    from surveyapp.anonymity.tickets import TicketKey
    from surveyapp.rounds.keydir import KeyDirectory
    from surveyapp.storage.models import Organisation, Person

RANDOM_ID_BYTES = 16


class Obstacle(StrEnum):
    """What keeps a draft from being opened, as far as an administrator can help it."""

    PURPOSE = "purpose"
    OVER = "over"
    BUSY = "busy"
    NOBODY = "nobody"
    TOO_LARGE = "too_large"


class OpeningError(DomainError):
    """A round that cannot be created or opened as asked."""

    def __init__(self, message: str, obstacle: Obstacle | None = None) -> None:
        """Keep what is in the way, for pages that say it in the reader's language."""
        super().__init__(message)
        self.obstacle = obstacle


def create_round(
    session: Session,
    organisation: Organisation,
    name: str,
    closes_on: dt.date,
    *,
    threshold: int = thresholds.DEFAULT_THRESHOLD,
    comment_threshold: int = thresholds.DEFAULT_COMMENT_THRESHOLD,
) -> Round:
    """Make a draft. Raises `OpeningError` for a taken name or thresholds below their floors."""
    if not (name := name.strip()):
        message = "A round needs a name, such as “Spring 2027”."
        raise OpeningError(message)
    if threshold < thresholds.THRESHOLD_FLOOR:
        message = f"Results need at least {thresholds.THRESHOLD_FLOOR} people; {threshold} is less."
        raise OpeningError(message)
    if comment_threshold < max(thresholds.COMMENT_THRESHOLD_FLOOR, threshold):
        message = (
            f"Comments need at least {thresholds.COMMENT_THRESHOLD_FLOOR} people and no fewer than"
            f" results do; {comment_threshold} is less."
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


def accept_purpose(organisation: Organisation, who: str, today: dt.date) -> None:
    """Note who accepted that results are for development only; the first one stays on record."""
    if organisation.purpose_accepted_on is None:
        organisation.purpose_accepted_by, organisation.purpose_accepted_on = who, today


def draw_keys(
    teams: int, tell: Callable[[int, int], None] = lambda _done, _teams: None
) -> list[RSAPrivateKey]:
    """Draw a key for each of so many teams, on every core: nearly all that opening takes.

    Nothing is written: this belongs before the transaction, which others wait for. `tell` is
    called with how many there are, and of how many; what it raises ends the work.
    """
    drawn: list[RSAPrivateKey] = []
    tell(0, teams)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # finding primes holds no lock of Python's
        for key in pool.map(lambda _: draw_private_key(), range(teams)):
            drawn.append(key)
            tell(len(drawn), teams)
    return drawn


def open_round(
    session: Session,
    opened: Round,
    keys: KeyDirectory,
    today: dt.date,
    drawn: Sequence[RSAPrivateKey] = (),
) -> None:
    """Freeze the roster and make keys and boxes, one of each per team with members.

    Of the keys that were `drawn` before, each team gets one; for more teams more are drawn.
    Raises `OpeningError` if nobody accepted yet what results are for, the round is no draft, its
    last day is past, another round is open, or nobody is asked.
    """
    lock_round(session, opened)  # two drafts opened at once must not both find nothing open
    if opened.state != State.DRAFT or keys.was_counted(opened.public_id):
        message = f"“{opened.name}” is {opened.state}: only a draft can be opened."
        raise OpeningError(message)
    teams = check_opening(session, opened, today)
    round_key = keys.create(opened.public_id)
    drawn = [*drawn, *draw_keys(len(teams) - len(drawn))]
    frozen = {
        team.id: _freeze(session, opened, team, *_named(round_key, private))
        for team, private in zip(teams, drawn, strict=False)
    }
    for team in teams:
        if team.parent_id in frozen:
            frozen[team.id].parent_id = frozen[team.parent_id].id
    for made in frozen.values():
        boxes.create(session, made, round_key)  # last: they are bound to all that is frozen
    opened.state = State.OPEN
    opened.opened_on = today


def check_opening(session: Session, opened: Round, today: dt.date) -> Sequence[Team]:
    """Return the teams that a draft would ask on a day.

    Raises `OpeningError` with the obstacle if it could not be opened then.
    """
    if opened.organisation.purpose_accepted_on is None:
        message = (
            "Nobody has accepted yet that results are for development only, never for pay,"
            " ranking or dismissal. An administrator does that once, before the first round."
        )
        raise OpeningError(message, Obstacle.PURPOSE)
    if opened.closes_on < today:
        message = f"“{opened.name}” would close on {opened.closes_on}, which is past."
        raise OpeningError(message, Obstacle.OVER)
    # Two results of almost the same people tell what one of them said.
    if busy := running_round(session, opened.organisation):
        message = f"“{busy.name}” is still {busy.state}: close it before another round opens."
        raise OpeningError(message, Obstacle.BUSY)
    teams = teams_asked(session, opened.organisation_id)
    if not teams:
        message = "Nobody is on the roster yet: import one first (surveyapp roster import FILE)."
        raise OpeningError(message, Obstacle.NOBODY)
    for team in teams:
        _check_size(team.leader.name, len(team.members))
    return teams


def teams_asked(session: Session, organisation_id: int) -> Sequence[Team]:
    """Return the teams that a round of an organisation would ask: those with members."""
    query = (
        select(Team)
        .where(Team.organisation_id == organisation_id, Team.members.any())
        .order_by(Team.id)
        .options(selectinload(Team.members), selectinload(Team.leader))
    )
    return session.scalars(query).all()


def _maybe_the_same(leader: str, gone: Sequence[str], late: Sequence[str]) -> OpeningError:
    message = (
        f"In {leader}'s team {', '.join(late)} came since the round opened, and {', '.join(gone)}"
        " left. If that is the same person with another name or address, they have been invited"
        " already and would answer twice. If all of them are other people, say so with"
        " --others-than-left."
    )
    return OpeningError(message)


def _check_size(leader: str, members: int) -> None:
    if members > MAX_MEMBERS:
        message = f"{leader} leads {members} people; {MAX_MEMBERS} is the most."
        raise OpeningError(message, Obstacle.TOO_LARGE)


def _named(round_key: bytes, private: RSAPrivateKey) -> tuple[str, TicketKey]:
    """Name a team, and seal its key under that name."""
    public_id = secrets.token_hex(8)
    sealing_key = derive(round_key, "ticket key", public_id)
    return public_id, new_ticket_key(sealing_key, public_id.encode(), private)


def _freeze(
    session: Session, opened: Round, team: Team, public_id: str, key: TicketKey
) -> RoundTeam:
    frozen = RoundTeam(
        round=opened,
        team=team,
        public_id=public_id,
        leader=team.leader,
        leader_name=team.leader.name,
        invited=len(team.members),
        public_key=key.public,
        private_key=key.sealed_private,
        fingerprint=key.words,
        agreement=standing(session, team),
    )
    session.add(frozen)
    session.flush()
    session.add_all(_invite(frozen, member) for member in team.members)
    return frozen


def _invite(team: RoundTeam, member: Person) -> Invite:
    """Invite somebody by their one channel: mail if there is an address, a slip otherwise."""
    made = Invite(round_team_id=team.id, person_id=member.id, channel=Channel.SLIP)
    if member.email:
        made.channel, made.random_id = Channel.MAIL, secrets.token_bytes(RANDOM_ID_BYTES)
    return made


def invite_late(
    session: Session,
    opened: Round,
    keys: KeyDirectory,
    today: dt.date,
    *,
    others_than_left: bool = False,
) -> int:
    """Invite whoever came into a team of an open round since it opened; returns how many.

    The boxes grow by as many places, which everybody may see; what is asked, and who else is
    invited, stays as it was. Teams that came later wait for the next round. Raises
    `OpeningError` if the round takes no answers, a team would become too large, or somebody left
    the same team: with another name or address they would answer twice, unless the caller says
    that the newcomers are `others_than_left`.
    """
    lock_round(session, opened)
    if opened.state != State.OPEN or today > opened.closes_on:
        message = f"“{opened.name}” takes no answers, so nobody can join it."
        raise OpeningError(message, Obstacle.OVER)
    round_key = keys.read(opened.public_id)
    joined = 0
    for team in opened.teams:
        invites = session.scalars(select(Invite).where(Invite.round_team_id == team.id)).all()
        known = {invite.person_id for invite in invites}
        late = [member for member in team.team.members if member.id not in known]
        if not late:
            continue
        left = known - {member.id for member in team.team.members}
        if left and not others_than_left:
            gone = [invite.person.name for invite in invites if invite.person_id in left]
            raise _maybe_the_same(team.leader_name, gone, [member.name for member in late])
        _check_size(team.leader_name, team.invited + len(late))
        opened_boxes = boxes.unseal(session, team, round_key, lock=True)
        session.add_all(_invite(team, member) for member in late)
        forget_mails(session, opened.id, Mailing.INVITATION, [member.id for member in late])
        team.invited += len(late)
        team.joined_late += len(late)
        boxes.reseal(session, team, round_key, opened_boxes)
        joined += len(late)
    return joined
