"""The two boxes of a team as they stand in the database; every write rewrites both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlalchemy import bindparam, select, update

from surveyapp.anonymity import ballot, box
from surveyapp.anonymity.box import BoxError
from surveyapp.anonymity.keys import derive, mac
from surveyapp.storage.models import Box, BoxKind, RoundTeam

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from surveyapp.rounds.asked_team import AskedTeam

ISSUANCE_SLOT_BYTES = 128
"""An id, and room for a hash of the ballot paper that was stamped."""
SLOT_BYTES = {BoxKind.ISSUANCE: ISSUANCE_SLOT_BYTES, BoxKind.BALLOTS: ballot.SLOT_BYTES}
BOXES: Final = (
    select(Box.kind, Box.blob)
    .where(
        Box.round_team_id
        == select(RoundTeam.id).where(RoundTeam.public_id == bindparam("team_id")).scalar_subquery()
    )
    .order_by(Box.kind)  # as everybody locks
)
BOXES_LOCKED: Final = BOXES.with_for_update()
WRITE: Final = (
    update(Box)
    .where(Box.round_team_id == bindparam("team"), Box.kind == bindparam("which"))
    .values(blob=bindparam("sealed"))
)

Frozen: TypeAlias = "RoundTeam | AskedTeam"
"""A team, with what was frozen about it."""
Rows: TypeAlias = "Sequence[Row[str, bytes]]"
"""Kind and sealed bytes of both boxes, as they stand in the database."""


@dataclass
class Boxes:
    """A team's opened boxes: random id -> content."""

    issuance: dict[bytes, bytes]
    """Who was let in: the HMAC of each used slip and of each invitation with a ticket."""
    ballots: dict[bytes, bytes]
    """What was said: packed ballots, which only the count unpacks."""


def create(session: Session, team: Frozen, round_key: bytes) -> None:
    """Put two empty boxes under a team that has none."""
    sealed = _sealed(team, round_key, Boxes({}, {}))
    session.add_all(Box(round_team_id=team.id, kind=kind, blob=sealed[kind]) for kind in sealed)


def unseal(session: Session, team: Frozen, round_key: bytes, *, lock: bool = False) -> Boxes:
    """Open both boxes; with `lock` nobody else writes them until the transaction ends.

    Raises `BoxError` if one of them was changed or put back without the other, or if what was
    frozen about the team is not what they were sealed with.
    """
    return read(rows_of(session, team.public_id, lock=lock), team, round_key)


def rows_of(session: Session, team_id: str, *, lock: bool) -> Rows:
    """Return the rows of both boxes of the team with this public id, locked if asked for."""
    return session.execute(BOXES_LOCKED if lock else BOXES, {"team_id": team_id}).all()


def read(rows: Rows, team: Frozen, round_key: bytes) -> Boxes:
    """Open the boxes in these rows, as `unseal` does."""
    blobs = dict(rows)
    if len(blobs) < len(BoxKind):
        message = f"The boxes of {team.leader_name}'s team are gone: this round was counted."
        raise BoxError(message)
    ballots, issuance = blobs[BoxKind.BALLOTS], blobs[BoxKind.ISSUANCE]
    return Boxes(
        _unseal(issuance, team, BoxKind.ISSUANCE, round_key, nonce(ballots)),
        _unseal(ballots, team, BoxKind.BALLOTS, round_key),
    )


def reseal(session: Session, team: Frozen, round_key: bytes, boxes: Boxes) -> None:
    """Write both boxes anew; they were opened with a lock in the same transaction.

    The one that did not change is rewritten as well: otherwise two copies of the database would
    tell a first answer from a changed one. Each goes with the other alone.
    """
    sealed = _sealed(team, round_key, boxes)
    rows = [{"team": team.id, "which": kind, "sealed": sealed[kind]} for kind in sealed]
    session.connection().execute(WRITE, rows)


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


def _sealed(team: Frozen, round_key: bytes, boxes: Boxes) -> dict[BoxKind, bytes]:
    ballots = _seal(boxes.ballots, team, BoxKind.BALLOTS, round_key)
    issuance = _seal(boxes.issuance, team, BoxKind.ISSUANCE, round_key, nonce(ballots))
    return {BoxKind.ISSUANCE: issuance, BoxKind.BALLOTS: ballots}


def _seal(
    entries: dict[bytes, bytes],
    team: Frozen,
    kind: BoxKind,
    round_key: bytes,
    other: bytes = b"",
) -> bytes:
    return box.seal(
        entries,
        slots=team.invited,
        slot_bytes=SLOT_BYTES[kind],
        key=derive(round_key, "box", team.public_id, kind),
        context=_context(team, kind, other),
    )


def _unseal(
    blob: bytes, team: Frozen, kind: BoxKind, round_key: bytes, other: bytes = b""
) -> dict[bytes, bytes]:
    return box.unseal(
        blob,
        slot_bytes=SLOT_BYTES[kind],
        key=derive(round_key, "box", team.public_id, kind),
        context=_context(team, kind, other),
    )


def _context(team: Frozen, kind: BoxKind, other: bytes) -> bytes:
    """Bind a box to its team, to all that was frozen, and to the nonce of the other box.

    Whoever can write to the database, but has no key, could otherwise set another threshold or
    a key of their own for a while, or put back one box without the other.
    """
    asked = team.round
    frozen = (
        *(team.public_id, team.round_id, team.parent_id, team.invited, team.joined_late),
        *(asked.threshold, asked.comment_threshold, asked.questionnaire_version),
        *(str(asked.team_sees), team.agreement),
        *(team.public_key.hex(), str(kind), other.hex()),
    )
    return f"surveyapp box {frozen!r}".encode()
