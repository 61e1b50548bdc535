"""Taking an answer: into the sealed box, with no way back to who gave it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from surveyapp.anonymity.ballot import encode
from surveyapp.anonymity.change_code import ballot_id
from surveyapp.anonymity.keys import derive
from surveyapp.anonymity.tickets import blind_sign, verify
from surveyapp.core.errors import DomainError
from surveyapp.rounds import asked_team, boxes, dates, invitations, slips
from surveyapp.storage.models import Invite, State

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from surveyapp.anonymity.ballot import Ballot
    from surveyapp.rounds.asked_team import AskedTeam
    from surveyapp.rounds.keydir import KeyDirectory

INVITED: Final = select(Invite.person_id).where(
    Invite.round_team_id == bindparam("round_team_id"),
    Invite.random_id == bindparam("random_id"),
)


class AnsweringError(DomainError):
    """An answer that cannot be taken; nothing was changed."""


class UnknownSlipError(AnsweringError):
    """No open round has such a slip."""


class SlipUsedError(AnsweringError):
    """The slip has let somebody in before."""

    def __init__(self, team_id: str) -> None:
        """Keep the public id of the team, where a change code may change the answers."""
        super().__init__("This slip has been used: each slip takes one person's answers.")
        self.team_id = team_id


class UnknownInvitationError(AnsweringError):
    """A token that no invitation to this team gives."""


class TicketTakenError(AnsweringError):
    """Another ballot paper was stamped for this invitation before."""


class InvalidTicketError(AnsweringError):
    """A ballot whose ticket this team's key did not stamp."""


class AlreadyCastError(AnsweringError):
    """The ticket brought other answers before: only their change code changes them."""


class UnknownChangeCodeError(AnsweringError):
    """No answers of this team are kept under this change code."""


class NotOpenError(AnsweringError):
    """The round takes no answers: not yet, not any more, or there is no such round."""

    def __init__(self, closed_on: dt.date | None = None) -> None:
        """Keep the day after which no answers were taken, if there was one."""
        super().__init__("This round takes no answers.")
        self.closed_on = closed_on


@dataclass(frozen=True)
class Stamp:
    """A ballot paper, stamped unseen; it is handed out once it is noted."""

    issuance_id: bytes
    paper: bytes
    """SHA-256 of the blinded value: which paper it was, so that a lost reply can be repeated."""
    signature: bytes


@dataclass(frozen=True)
class Answering:
    """Takes answers in one transaction."""

    session: Session
    keys: KeyDirectory
    today: dt.date | None = None
    """The day on which it happens; today where each round's organisation is if left out."""

    def admit(self, slip: str) -> AskedTeam:
        """Return the team that a slip answers for; raises `UnknownSlipError` or `NotOpenError`.

        Says nothing of whether the slip is used: somebody who kept the printed file could
        otherwise count the answers, and see when each one came. Only a whole ballot finds out,
        at the price of a vote.
        """
        return self._admit(slip)[0]

    def submit(self, slip: str, code: bytes, ballot: Ballot, *, again: bool = True) -> AskedTeam:
        """Take a ballot and mark the slip as used, both inside the boxes, at once.

        `code` is the fresh change code that the form was given. The ballot is kept under it and
        never under the slip: whoever printed the slips could otherwise overwrite answers. The
        same form sent again, after a lost reply say, is the same ballot, unless `again` is false.
        Raises `SlipUsedError` if the slip let another form in, and what `admit` raises.
        """
        found, mac = self._admit(slip)
        team, opened = self._hold(found.public_id)
        # A slip and a ballot belong together once they came together, and never later.
        used = mac in opened.issuance
        if used != (ballot_id(code) in opened.ballots) or (used and not again):
            raise SlipUsedError(team.public_id)
        opened.issuance[mac] = b""
        self._put(team, opened, code, ballot)
        return team

    def stamp(self, team_id: str, token: str, blinded: bytes) -> Stamp:
        """Sign a blinded value for an invitation (RFC 9474, section 4.3); changes nothing yet.

        Raises `NotOpenError`, `UnknownInvitationError` or `BlindedValueError`. Apart from `note`,
        because a signature takes milliseconds that no other write should have to wait for.
        """
        team = self.open_team(team_id)
        round_key = self.keys.read(team.round.public_id)
        random_id = invitations.read_token(round_key, team.public_id, token)
        claimed = {"round_team_id": team.id, "random_id": random_id}
        if random_id is None or team.private_key is None:
            raise UnknownInvitationError
        if self.session.scalar(INVITED, claimed) is None:
            raise UnknownInvitationError
        sealing_key = derive(round_key, "ticket key", team.public_id)
        return Stamp(
            invitations.issuance_id(round_key, random_id),
            hashlib.sha256(blinded).digest(),
            blind_sign(team.private_key, sealing_key, team.public_id.encode(), blinded),
        )

    def note(self, team_id: str, stamp: Stamp) -> None:
        """Note that an invitation's ballot paper is stamped: one paper each, which may be repeated.

        Raises `NotOpenError`, or `TicketTakenError` for another paper.
        """
        team, opened = self._hold(team_id)
        if opened.issuance.setdefault(stamp.issuance_id, stamp.paper) != stamp.paper:
            raise TicketTakenError
        boxes.reseal(self.session, team, self.keys.read(team.round.public_id), opened)

    def cast(self, team_id: str, message: bytes, signature: bytes, ballot: Ballot) -> AskedTeam:
        """Take a ballot for a ticket; the same ballot sent again is one ballot.

        `message` is 32 random bytes and SHA-256 of the change code, `signature` its RSASSA-PSS
        signature. Raises `NotOpenError`, `InvalidTicketError` or `AlreadyCastError`.
        """
        team, opened = self._hold(team_id)
        if not verify(team.public_key, message, signature):
            raise InvalidTicketError
        cast = hashlib.sha256(message[-hashlib.sha256().digest_size :]).digest()
        packed = encode(ballot)
        if opened.ballots.setdefault(cast, packed) != packed:
            raise AlreadyCastError
        boxes.reseal(self.session, team, self.keys.read(team.round.public_id), opened)
        return team

    def replace(self, team_id: str, code: bytes, ballot: Ballot) -> AskedTeam:
        """Put a new ballot in the place of the one that this change code opens.

        Raises `NotOpenError` or `UnknownChangeCodeError`. Nothing short of new answers finds out
        whether there are any under a code.
        """
        team, opened = self._hold(team_id)
        if ballot_id(code) not in opened.ballots:
            raise UnknownChangeCodeError
        self._put(team, opened, code, ballot)
        return team

    def open_team(self, team_id: str) -> AskedTeam:
        """Return the team with this public id; raises `NotOpenError` if it takes no answers."""
        team = asked_team.find(self.session, team_id)
        if team is None:
            raise NotOpenError
        self._check_open(team)
        return team

    def _hold(self, team_id: str) -> tuple[AskedTeam, boxes.Boxes]:
        """Open a team's boxes to write them: until the transaction ends nobody else does.

        The lock comes first and everything else is read after it: closing and joining take the
        same lock, so a round that closed or grew while this waited is seen as it is then.
        """
        rows = boxes.rows_of(self.session, team_id, lock=True)
        team = self.open_team(team_id)
        return team, boxes.read(rows, team, self.keys.read(team.round.public_id))

    def _admit(self, slip: str) -> tuple[AskedTeam, bytes]:
        if (found := slips.find(self.session, slip, self.keys)) is None:
            raise UnknownSlipError
        return self.open_team(found[0].public_id), found[1]

    def _check_open(self, team: AskedTeam) -> None:
        asked = team.round
        today = self.today or dates.today(asked.organisation)
        if asked.state != State.OPEN or today > asked.closes_on:
            raise NotOpenError(asked.closes_on)

    def _put(self, team: AskedTeam, opened: boxes.Boxes, code: bytes, ballot: Ballot) -> None:
        opened.ballots[ballot_id(code)] = encode(ballot)
        boxes.reseal(self.session, team, self.keys.read(team.round.public_id), opened)
