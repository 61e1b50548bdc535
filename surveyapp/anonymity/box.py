"""The sealed box: entries with random ids in one blob whose length never changes.

Whoever holds two copies of a box, from before and after a ballot, sees two blobs of the same
length that share nothing: fresh nonce, everything encrypted anew, entries sorted by random id.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveyapp.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

ID_BYTES = 32
NONCE_BYTES = 12
OVERHEAD = NONCE_BYTES + 16
"""Bytes of a blob that hold no entry: the nonce, and GCM's tag."""
LENGTH_BYTES = 2
EMPTY_ID = bytes(ID_BYTES)


class BoxError(DomainError):
    """A box cannot be written or read; nothing was changed."""


def seal(
    entries: Mapping[bytes, bytes], *, slots: int, slot_bytes: int, key: bytes, context: bytes
) -> bytes:
    """Encrypt entries (random 32-byte id -> content) into a blob (AES-256-GCM).

    The blob is `OVERHEAD` + slots * slot_bytes bytes long, whatever is in it. `context` is
    authenticated, not stored: a box moved to another team or kind does not open.
    Raises `BoxError` if an entry or their number does not fit.
    """
    if len(entries) > slots:
        message = f"The box has {slots} places and all of them are taken."
        raise BoxError(message)
    packed = bytearray()
    for entry_id, content in sorted(entries.items()):
        if len(entry_id) != ID_BYTES or entry_id == EMPTY_ID:
            message = f"An id in a box is {ID_BYTES} random bytes."
            raise BoxError(message)
        slot = entry_id + len(content).to_bytes(LENGTH_BYTES, "big") + content
        if len(slot) > slot_bytes:
            message = f"An entry of {len(slot)} bytes does not fit a place of {slot_bytes}."
            raise BoxError(message)
        packed += slot.ljust(slot_bytes, b"\0")
    packed += bytes(slot_bytes * (slots - len(entries)))
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, bytes(packed), context)


def unseal(blob: bytes, *, slot_bytes: int, key: bytes, context: bytes) -> dict[bytes, bytes]:
    """Decrypt a blob into its entries (id -> content), in the order of their random ids.

    Raises `BoxError` if the key or the context is wrong or a byte was changed.
    """
    try:
        packed = AESGCM(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], context)
    except InvalidTag as error:
        message = "A sealed box does not open: its key is not the right one, or it was changed."
        raise BoxError(message) from error
    entries = {}
    for start in range(0, len(packed), slot_bytes):
        slot = packed[start : start + slot_bytes]
        entry_id = slot[:ID_BYTES]
        if entry_id != EMPTY_ID:
            content = slot[ID_BYTES + LENGTH_BYTES :]
            length = int.from_bytes(slot[ID_BYTES : ID_BYTES + LENGTH_BYTES], "big")
            entries[entry_id] = content[:length]
    return entries
