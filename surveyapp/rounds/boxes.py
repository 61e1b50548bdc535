"""The two boxes of a team as they stand in the database; every write rewrites both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.anonymity import ballot, box
from surveyapp.anonymity.box import BoxError
from surveyapp.anonymity.keys import derive, mac
from surveyapp.storage.models import Box, BoxKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import RoundTeam

ISSUANCE_SLOT_BYTES = 512
"""An id, and room for the 256-byte signature of a ticket."""
SLOT_BYTES = {BoxKind.ISSUANCE: ISSUANCE_SLOT_BYTES, BoxKind.BALLOTS: ballot.SLOT_BYTES}


@dataclass
class Boxes:
    """A team's opened boxes: random id -> content."""

    issuance: dict[bytes, bytes]
    """Who was let in: the HMAC of each used slip."""
    ballots: dict[bytes, bytes]
    """What was said: packed ballots, which only the count unpacks."""


def create(session: Session, team: RoundTeam, round_key: bytes) -> None:
    """Put two empty boxes under a team that has none."""
    for kind in BoxKind:
        blob = _seal({}, team, kind, round_key)
        session.add(Box(round_team_id=team.id, kind=kind, blob=blob))


def unseal(session: Session, team: RoundTeam, round_key: bytes, *, lock: bool = False) -> Boxes:
    """Open both boxes; with `lock` nobody else writes them until the transaction ends."""
    blobs = {row.kind: row.blob for row in _rows(session, team, lock=lock)}
    if not blobs:
        message = f"The boxes of {team.leader_name}'s team are gone: this round was counted."
        raise BoxError(message)
    return Boxes(**{kind: _unseal(blobs[kind], team, kind, round_key) for kind in BoxKind})


def reseal(session: Session, team: RoundTeam, round_key: bytes, boxes: Boxes) -> None:
    """Write both boxes anew.

    The one that did not change is rewritten as well: otherwise two copies of the database would
    tell a first answer from a changed one.
    """
    for row in _rows(session, team, lock=True):
        kind = BoxKind(row.kind)
        row.blob = _seal(getattr(boxes, kind), team, kind, round_key)


def fingerprint(boxes: Boxes, round_key: bytes) -> bytes:
    """Return an HMAC of all that is in the boxes: which ones these are, however often resealed."""
    entries = [*sorted(boxes.issuance.items()), *sorted(boxes.ballots.items())]
    return mac(derive(round_key, "fingerprint"), repr(entries).encode())


def _rows(session: Session, team: RoundTeam, *, lock: bool) -> list[Box]:
    query = select(Box).where(Box.round_team_id == team.id).order_by(Box.kind)
    return list(session.scalars(query.with_for_update() if lock else query))


def _seal(entries: dict[bytes, bytes], team: RoundTeam, kind: BoxKind, round_key: bytes) -> bytes:
    return box.seal(
        entries,
        slots=team.invited,
        slot_bytes=SLOT_BYTES[kind],
        key=derive(round_key, "box", team.public_id, kind),
        context=_context(team, kind),
    )


def _unseal(blob: bytes, team: RoundTeam, kind: BoxKind, round_key: bytes) -> dict[bytes, bytes]:
    return box.unseal(
        blob,
        slot_bytes=SLOT_BYTES[kind],
        key=derive(round_key, "box", team.public_id, kind),
        context=_context(team, kind),
    )


def _context(team: RoundTeam, kind: BoxKind) -> bytes:
    return f"surveyapp box {team.public_id} {kind}".encode()
