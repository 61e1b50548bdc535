"""Keys derived from the one random key of a round."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def new_round_key() -> bytes:
    """Draw 32 random bytes: the one secret of a round, kept outside the database."""
    return secrets.token_bytes(KEY_BYTES)


def derive(round_key: bytes, purpose: str, *context: str) -> bytes:
    """Derive a 32-byte key for one purpose (HKDF-SHA-256, RFC 5869).

    `purpose` and `context` (a team, a kind of box) go into HKDF's info, each with its length in
    front, so that no two of them can spell the same bytes.
    """
    info = b"".join(
        len(part.encode()).to_bytes(2, "big") + part.encode() for part in (purpose, *context)
    )
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(round_key)


def mac(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-256 of a message, 32 bytes (RFC 2104)."""
    return hmac.digest(key, message, hashlib.sha256)
