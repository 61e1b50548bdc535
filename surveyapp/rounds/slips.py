"""Printed single-use codes: drawn from a hat, so that nobody knows who holds which.

Only an HMAC of each code is stored. A code lets somebody in once; it is no key to the ballot, so
whoever printed the slips cannot change what was answered with them.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from surveyapp.anonymity.keys import derive, mac
from surveyapp.core.errors import DomainError
from surveyapp.storage.models import Channel, Invite, Round, RoundTeam, Slip, State
from surveyapp.storage.rounds import lock_round

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.rounds.keydir import KeyDirectory

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that no two characters of a slip look alike."""
LOOK_ALIKE = str.maketrans("ILO", "110")
CODE_CHARACTERS = 12
"""60 random bits."""
GROUP = 4


class SlipError(DomainError):
    """Slips that cannot be printed (again)."""


def new_code() -> str:
    """Draw a code such as 7KQ2-M8RT-0XVA: 60 random bits."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))
    return "-".join(drawn[start : start + GROUP] for start in range(0, CODE_CHARACTERS, GROUP))


def normalise(typed: str) -> str | None:
    """Read a code as people type it; None if it cannot be one."""
    code = "".join(c for c in typed.upper() if c.isalnum()).translate(LOOK_ALIKE)
    return code if len(code) == CODE_CHARACTERS and set(code) <= set(ALPHABET) else None


def slip_mac(round_key: bytes, code: str) -> bytes:
    """Return the stored form of a normalised code, HMAC-SHA-256 under a key of the round."""
    return mac(derive(round_key, "slip"), code.encode())


def draw(session: Session, opened: Round, keys: KeyDirectory) -> dict[RoundTeam, list[str]]:
    """Make as many codes per team as it has members without another channel.

    The codes are returned once and are stored nowhere. Raises `SlipError` if the round is not
    open or all of its slips were drawn before: nobody can tell which of them are used, so more
    slips would mean more votes than people.
    """
    lock_round(session, opened)
    if opened.state != State.OPEN:
        message = f"“{opened.name}” is {opened.state}: slips are printed while a round is open."
        raise SlipError(message)
    missing = {team: _count_missing(session, team) for team in opened.teams}
    if not any(missing.values()):
        message = (
            f"Every slip of “{opened.name}” was printed before, or nobody answers by slip. Nobody"
            " can tell which slips are used, so none can be printed again."
        )
        raise SlipError(message)
    round_key = keys.read(opened.public_id)
    drawn = {}
    for team, number in missing.items():
        codes = [new_code() for _ in range(number)]
        for code in codes:
            plain = code.replace("-", "")
            session.add(Slip(mac=slip_mac(round_key, plain), round_team_id=team.id))
        if codes:
            drawn[team] = codes
    return drawn


def missing(session: Session, opened: Round) -> int:
    """Return how many slips of a round were not printed yet."""
    return sum(_count_missing(session, team) for team in opened.teams)


def _count_missing(session: Session, team: RoundTeam) -> int:
    """Count the members who answer by slip and for whom none was printed: late joiners, later."""
    by_slip = select(func.count()).where(
        Invite.round_team_id == team.id, Invite.channel == Channel.SLIP
    )
    printed = select(func.count()).where(Slip.round_team_id == team.id)
    return (session.scalar(by_slip) or 0) - (session.scalar(printed) or 0)


def find(session: Session, typed: str, keys: KeyDirectory) -> tuple[RoundTeam, bytes] | None:
    """Return the team and HMAC of a code of any open round; None if there is no such code.

    A round whose key is missing has none that anybody could tell; others go on without it.
    """
    if (code := normalise(typed)) is None:
        return None
    for opened in session.scalars(select(Round).where(Round.state == State.OPEN)):
        if not keys.exists(opened.public_id):
            continue
        stored = slip_mac(keys.read(opened.public_id), code)
        query = select(Slip).where(Slip.mac == stored).options(joinedload(Slip.round_team))
        if (slip := session.scalar(query)) and slip.round_team.round_id == opened.id:
            return slip.round_team, stored
    return None
