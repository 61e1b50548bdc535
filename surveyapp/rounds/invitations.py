"""Invitations by mail: tokens that are derived while a mail is written, and stored nowhere.

Tables and queues hold an invitation's random id alone. Without the round's key nobody makes a
token from it, and once the key is destroyed nobody ever will.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from surveyapp.anonymity import base64url, tickets
from surveyapp.anonymity.keys import derive, mac
from surveyapp.rounds.opening import RANDOM_ID_BYTES

if TYPE_CHECKING:
    from surveyapp.storage.models import RoundTeam

TAG_BYTES = 16


def token(round_key: bytes, team_public_id: str, random_id: bytes) -> str:
    """Write an invitation's token, 43 characters: its random id, and half an HMAC of it."""
    return base64url.encode(random_id + _tag(round_key, team_public_id, random_id))


def read_token(round_key: bytes, team_public_id: str, token: str) -> bytes | None:
    """Return the random id in a token; None unless `token` made it, for this very team."""
    try:
        content = base64url.decode(token)
    except ValueError:
        return None
    random_id, tag = content[:RANDOM_ID_BYTES], content[RANDOM_ID_BYTES:]
    expected = _tag(round_key, team_public_id, random_id)
    return random_id if hmac.compare_digest(tag, expected) else None


def link(base_url: str, team: RoundTeam, token: str) -> str:
    """Return where somebody answers; what follows the # stays in their browser."""
    fingerprint = tickets.fingerprint(team.public_key)
    return f"{base_url}/answer/{team.public_id}#{token}.{fingerprint}"


def issuance_id(round_key: bytes, random_id: bytes) -> bytes:
    """Return the 32 bytes under which an invitation's ticket is noted inside the box."""
    return mac(derive(round_key, "issuance"), random_id)


def _tag(round_key: bytes, team_public_id: str, random_id: bytes) -> bytes:
    return mac(derive(round_key, "invitation", team_public_id), random_id)[:TAG_BYTES]
