"""Resealing: all open boxes encrypted anew, every hour and before each backup.

Two copies of the database then differ in every box of every team, whoever answered in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.core.errors import DomainError
from surveyapp.rounds import boxes
from surveyapp.storage.database import db, forget_log, writing
from surveyapp.storage.models import Round, RoundTeam, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveyapp.rounds.keydir import KeyDirectory


class ResealingError(DomainError):
    """Rounds whose boxes could not be sealed anew; those of all others were."""


def reseal_open_rounds(
    keys: KeyDirectory, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> int:
    """Seal the boxes of all open rounds anew; returns of how many teams.

    Each team in a transaction of its own, so that an answer waits for one team at most. Tells
    `progress` how many teams are done, of how many. Raises `ResealingError` at the end, naming
    each round whose key is missing or does not fit.
    """
    query = (
        select(RoundTeam.id, Round.id, Round.name)
        .join(Round, RoundTeam.round_id == Round.id)
        .where(Round.state == State.OPEN)
        .order_by(RoundTeam.id)
    )
    with Session(db.engine) as session:
        found = session.execute(query).all()
    resealed, faults = 0, {}
    for done, (team_id, round_id, name) in enumerate(found, 1):
        try:
            resealed += _reseal(round_id, team_id, keys)
        except DomainError as error:
            faults[round_id] = f"“{name}”: {error}"
        progress(done, len(found))
    forget_log(db.engine)
    if faults:
        message = "Not every open box was sealed anew. " + " ".join(faults.values())
        raise ResealingError(message)
    return resealed


def _reseal(round_id: int, team_id: int, keys: KeyDirectory) -> bool:
    """Seal a team's boxes anew; False if its round is not open any more."""
    with writing() as session:
        # Until here somebody may have closed the round or joined the team; nobody can from here on.
        opened = session.get_one(Round, round_id, with_for_update={"read": True})
        if opened.state != State.OPEN:
            return False
        round_key = keys.read(opened.public_id)
        team = session.get_one(RoundTeam, team_id)
        boxes.reseal(session, team, round_key, boxes.unseal(session, team, round_key, lock=True))
        return True
