"""Taking an answer: into the sealed box, with no way back to who gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.anonymity.ballot import encode
from surveyapp.anonymity.change_code import ballot_id
from surveyapp.core.errors import DomainError
from surveyapp.rounds import boxes, slips
from surveyapp.storage.models import RoundTeam, State

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from surveyapp.anonymity.ballot import Ballot
    from surveyapp.rounds.keydir import KeyDirectory


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


class UnknownChangeCodeError(AnsweringError):
    """No answers of this team are kept under this change code."""


class NotOpenError(AnsweringError):
    """The round takes no answers: not yet, not any more, or there is no such round."""

    def __init__(self, closed_on: dt.date | None = None) -> None:
        """Keep the day after which no answers were taken, if there was one."""
        super().__init__("This round takes no answers.")
        self.closed_on = closed_on


@dataclass(frozen=True)
class Answering:
    """Takes answers on one day, in one transaction."""

    session: Session
    keys: KeyDirectory
    today: dt.date

    def admit(self, slip: str) -> RoundTeam:
        """Return the team that a slip answers for; raises `UnknownSlipError` or `NotOpenError`.

        Says nothing of whether the slip is used: somebody who kept the printed file could
        otherwise count the answers, and see when each one came. Only a whole ballot finds out,
        at the price of a vote.
        """
        return self._admit(slip)[0]

    def submit(self, slip: str, code: bytes, ballot: Ballot) -> RoundTeam:
        """Take a ballot and mark the slip as used, both inside the boxes, at once.

        `code` is the fresh change code that the form was given. The ballot is kept under it and
        never under the slip: whoever printed the slips could otherwise overwrite answers. The
        same form sent again, after a lost reply say, is the same ballot. Raises `SlipUsedError`
        if the slip let another form in, and what `admit` raises.
        """
        team, mac = self._admit(slip)
        opened = self._unseal(team, lock=True)
        # A slip and a ballot belong together once they came together, and never later.
        if (mac in opened.issuance) != (ballot_id(code) in opened.ballots):
            raise SlipUsedError(team.public_id)
        opened.issuance[mac] = b""
        self._put(team, opened, code, ballot)
        return team

    def recognise(self, team_id: str, code: bytes) -> RoundTeam:
        """Return the team with this public id if it holds a ballot under this change code.

        Raises `NotOpenError` or `UnknownChangeCodeError`.
        """
        return self._recognise(team_id, code)[0]

    def replace(self, team_id: str, code: bytes, ballot: Ballot) -> RoundTeam:
        """Put a new ballot in the place of the one that this change code opens."""
        team, opened = self._recognise(team_id, code, lock=True)
        self._put(team, opened, code, ballot)
        return team

    def open_team(self, team_id: str) -> RoundTeam:
        """Return the team with this public id; raises `NotOpenError` if it takes no answers."""
        team = self.session.scalar(select(RoundTeam).where(RoundTeam.public_id == team_id))
        if team is None:
            raise NotOpenError
        self._check_open(team)
        return team

    def _admit(self, slip: str) -> tuple[RoundTeam, bytes]:
        if (found := slips.find(self.session, slip, self.keys)) is None:
            raise UnknownSlipError
        self._check_open(found[0])
        return found

    def _recognise(
        self, team_id: str, code: bytes, *, lock: bool = False
    ) -> tuple[RoundTeam, boxes.Boxes]:
        team = self.open_team(team_id)
        opened = self._unseal(team, lock=lock)
        if ballot_id(code) not in opened.ballots:
            raise UnknownChangeCodeError
        return team, opened

    def _check_open(self, team: RoundTeam) -> None:
        asked = team.round
        if asked.state != State.OPEN or self.today > asked.closes_on:
            raise NotOpenError(asked.closes_on)

    def _unseal(self, team: RoundTeam, *, lock: bool) -> boxes.Boxes:
        return boxes.unseal(self.session, team, self.keys.read(team.round.public_id), lock=lock)

    def _put(self, team: RoundTeam, opened: boxes.Boxes, code: bytes, ballot: Ballot) -> None:
        opened.ballots[ballot_id(code)] = encode(ballot)
        boxes.reseal(self.session, team, self.keys.read(team.round.public_id), opened)
