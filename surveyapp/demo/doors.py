"""How the demo's people answer: by mailed link or by slip, as everybody does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.anonymity import blinding, change_code
from surveyapp.rounds import invitations
from surveyapp.storage.models import Channel, Invite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from surveyapp.anonymity.ballot import Ballot
    from surveyapp.rounds.answering import Answering
    from surveyapp.rounds.keydir import KeyDirectory
    from surveyapp.storage.models import RoundTeam


@dataclass(frozen=True)
class Door:
    """One person's way in: a slip, or the link of an invitation."""

    team: str
    """Public id of the team in its round."""
    slip: str = ""
    link: str = ""
    """From the "/" on."""
    public_key: bytes = b""

    def enter(self, answering: Answering, ballot: Ballot) -> None:
        """Answer as this person."""
        code = change_code.new_code()
        if self.slip:
            answering.submit(self.slip, code, ballot)
            return
        token = self.link.partition("#")[2].partition(".")[0]
        message = blinding.prepare(hashlib.sha256(code).digest())
        blinded = blinding.blind(self.public_key, message)
        stamp = answering.stamp(self.team, token, blinded.value)
        answering.note(self.team, stamp)
        signature = blinding.finalize(self.public_key, message, stamp.signature, blinded.inverse)
        answering.cast(self.team, message, signature, ballot)


def doors_by_mail(session: Session, team: RoundTeam, keys: KeyDirectory) -> Iterator[Door]:
    """Yield the links of a team's invitations."""
    round_key = keys.read(team.round.public_id)
    query = select(Invite).where(Invite.round_team_id == team.id, Invite.channel == Channel.MAIL)
    for invite in session.scalars(query.order_by(Invite.person_id)):
        token = invitations.token(round_key, team.public_id, invite.random_id or b"")
        yield Door(
            team.public_id, link=invitations.link("", team, token), public_key=team.public_key
        )
