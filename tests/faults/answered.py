"""An answered round that is about to be closed, put back as it was as often as one likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from surveyapp.anonymity.ballot import Ballot
from surveyapp.anonymity.change_code import new_code
from surveyapp.rounds import boxes
from surveyapp.rounds.answering import Answering
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import (
    AuditEntry,
    Box,
    Invite,
    Publication,
    ReleaseOn,
    Round,
    RoundTeam,
    Slip,
)
from surveyapp.web.pages import keys, today
from tests import factories
from tests.attacks.test_restored_round import Backup, copy_tables, put_back

ANSWERED = {"Dana": 6, "Bo": 5}
"""How many of a leader's people answered; one more of each did not."""


@dataclass(frozen=True)
class Kept:
    """Tables and key files as they were at one moment."""

    tables: Backup
    files: dict[str, bytes]

    @classmethod
    def now(cls) -> Kept:
        """Keep what there is now."""
        db.session.rollback()
        folder = keys().path
        files = folder.iterdir() if folder.exists() else ()
        return cls(copy_tables(), {file.name: file.read_bytes() for file in files})

    def put_back(self) -> None:
        """Make everything as it was."""
        put_back(self.tables)
        for file in keys().path.iterdir():
            file.unlink()
        for name, content in self.files.items():
            (keys().path / name).write_bytes(content)


def answered_round() -> int:
    """Open a round that comes again and is released at closing; all but one per team answer."""
    organisation = factories.make_organisation()
    for leader, size in ANSWERED.items():
        factories.make_team(organisation, leader, size + 1)
    round_id = factories.open_round(organisation)
    for codes in factories.draw_codes(round_id).values():
        for place, code in enumerate(codes[:-1]):
            ballot = Ballot(factories.answers(place % 5), {})
            with writing() as session:
                Answering(session, keys(), today()).submit(code, new_code(), ballot)
    with writing() as session:
        answered = session.get_one(Round, round_id)
        answered.release_on, answered.repeat_weeks = ReleaseOn.CLOSING, 8
    return round_id


def stored(round_id: int) -> int:
    """Count the ballots in a round's boxes."""
    with writing() as session:
        asked = session.get_one(Round, round_id)
        round_key = keys().read(asked.public_id)
        return sum(len(boxes.unseal(session, team, round_key).ballots) for team in asked.teams)


def counted_once(round_id: int, ends: str) -> str:
    """Say of an answered round, before it is closed, how many answered and how many are there."""
    found, given = stored(round_id), sum(ANSWERED.values())
    assert found == given
    return f"acknowledged {given}, stored {found}; {ends}"


def outcome(round_id: int) -> dict[str, Any]:
    """Return all that a closed round is: what it tells, and what is left of how it came about."""
    with writing() as session:
        closed = session.get_one(Round, round_id)
        documents = select(Publication.round_team_id, Publication.span, Publication.document)
        log = select(AuditEntry.action, func.count()).group_by(AuditEntry.action)
        return {
            "state": (closed.state, closed.destroyed, closed.held_for, closed.quality),
            "told": sorted(map(tuple, session.execute(documents))),
            "log": dict(iter(session.execute(log))),
            "rounds": session.scalar(select(func.count()).select_from(Round)),
            "left": [
                session.scalar(select(func.count()).select_from(table).where(*which))
                for table, *which in (
                    (Box,),
                    (Slip,),
                    (Invite, Invite.random_id.is_not(None)),
                    (RoundTeam, RoundTeam.private_key.is_not(None)),
                )
            ],
            "keys": sorted(file.name for file in keys().path.glob("round-*")),
            "unfinished": sorted(file.name for file in keys().path.glob(".round-*")),
        }
