"""The two boxes of a team as they stand in the database; every write rewrites both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.anonymity import ballot, box
from surveyapp.anonymity.box import BoxError
from surveyapp.anonymity.keys import derive, mac
from surveyapp.storage.models import Box, BoxKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import RoundTeam

ISSUANCE_SLOT_BYTES = 128
"""An id, and room for a hash of the ballot paper that was stamped."""
SLOT_BYTES = {BoxKind.ISSUANCE: ISSUANCE_SLOT_BYTES, BoxKind.BALLOTS: ballot.SLOT_BYTES}


@dataclass
class Boxes:
    """A team's opened boxes: random id -> content."""

    issuance: dict[bytes, bytes]
    """Who was let in: the HMAC of each used slip and of each invitation with a ticket."""
    ballots: dict[bytes, bytes]
    """What was said: packed ballots, which only the count unpacks."""
    rows: tuple[Box, ...] = field(default=(), compare=False, repr=False)
    """Where they were read, and where they are written."""


def create(session: Session, team: RoundTeam, round_key: bytes) -> None:
    """Put two empty boxes under a team that has none."""
    for kind in BoxKind:
        blob = _seal({}, team, kind, round_key)
        session.add(Box(round_team_id=team.id, kind=kind, blob=blob))


def unseal(session: Session, team: RoundTeam, round_key: bytes, *, lock: bool = False) -> Boxes:
    """Open both boxes; with `lock` nobody else writes them until the transaction ends."""
    query = select(Box).where(Box.round_team_id == team.id).order_by(Box.kind)
    rows = tuple(session.scalars(query.with_for_update() if lock else query))
    if not rows:
        message = f"The boxes of {team.leader_name}'s team are gone: this round was counted."
        raise BoxError(message)
    opened = {row.kind: _unseal(row.blob, team, BoxKind(row.kind), round_key) for row in rows}
    return Boxes(opened[BoxKind.ISSUANCE], opened[BoxKind.BALLOTS], rows)


def reseal(team: RoundTeam, round_key: bytes, boxes: Boxes) -> None:
    """Write both boxes anew; they were opened with a lock in the same transaction.

    The one that did not change is rewritten as well: otherwise two copies of the database would
    tell a first answer from a changed one.
    """
    for row in boxes.rows:
        kind = BoxKind(row.kind)
        row.blob = _seal(getattr(boxes, kind), team, kind, round_key)


def length(kind: BoxKind, invited: int) -> int:
    """Return how many bytes a sealed box has for so many people, whatever is in it."""
    return box.OVERHEAD + invited * SLOT_BYTES[kind]


def nonce(blob: bytes) -> bytes:
    """Return the nonce that a sealed box begins with."""
    return blob[: box.NONCE_BYTES]


def fingerprint(boxes: Boxes, round_key: bytes) -> bytes:
    """Return an HMAC of all that is in the boxes: which ones these are, however often resealed."""
    entries = [*sorted(boxes.issuance.items()), *sorted(boxes.ballots.items())]
    return mac(derive(round_key, "fingerprint"), repr(entries).encode())


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
