"""Whether the keys that are here are those that rounds were opened with; opens no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.anonymity import tickets
from surveyapp.anonymity.keys import derive
from surveyapp.rounds.keydir import RoundKeyError
from surveyapp.storage.models import Round, State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.rounds.keydir import KeyDirectory


def check(opened: Round, keys: KeyDirectory) -> None:
    """Raise `RoundKeyError` if the key of a round is missing, damaged, or another one."""
    round_key = keys.read(opened.public_id)
    for team in opened.teams[:1]:  # one key is for all of them
        sealing_key = derive(round_key, "ticket key", team.public_id)
        sealed = team.private_key
        if sealed is None or not tickets.opens(sealed, sealing_key, team.public_id.encode()):
            message = (
                f"The key in {keys.path} is not the one that “{opened.name}” was opened with."
                f" Put back the right round-{opened.public_id}.key from where it was kept."
            )
            raise RoundKeyError(message)


def faults(session: Session, keys: KeyDirectory) -> list[str]:
    """Say of each round that is open, or being closed, why it cannot be counted with these keys."""
    query = select(Round).where(Round.state.in_((State.OPEN, State.CLOSING))).order_by(Round.id)
    found = []
    for opened in session.scalars(query):
        if keys.was_counted(opened.public_id) and not keys.exists(opened.public_id):
            found.append(
                f"“{opened.name}” was counted since this copy was made, and is not counted again:"
                " discard it."
            )
            continue
        try:
            check(opened, keys)
        except RoundKeyError as error:
            found.append(f"“{opened.name}” cannot be counted yet. {error}")
    return found
