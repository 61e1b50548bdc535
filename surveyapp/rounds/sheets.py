"""Sheets of slips for some minutes after they were made: a browser may lose the first reply.

They hold codes, which are kept nowhere else. So they lie in files of their own, outside the
database and its copies, encrypted under the round's key: with it every copy of a file ends.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveyapp.anonymity.keys import derive

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = "slips"
KEPT_SECONDS: Final = 600
NONCE_BYTES: Final = 12


def keep(instance: Path, round_id: str, account: int, round_key: bytes, content: bytes) -> None:
    """Keep the sheets that an account has just had made in a round, in place of earlier ones."""
    folder = instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / _name(round_id, account)
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(round_key).encrypt(nonce, content, path.name.encode())
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(nonce + sealed)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def are_kept(instance: Path, round_id: str, account: int, now: float) -> bool:
    """Whether an account can have the sheets again that it had made some minutes ago."""
    return _is_fresh(instance / FOLDER / _name(round_id, account), now)


def kept(instance: Path, round_id: str, account: int, round_key: bytes, now: float) -> bytes | None:
    """Return the sheets that an account had made in a round some minutes ago; None if none are."""
    path = instance / FOLDER / _name(round_id, account)
    if not _is_fresh(path, now):
        return None
    sealed = path.read_bytes()
    name = path.name.encode()
    return _cipher(round_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name)


def forget(instance: Path, round_id: str) -> None:
    """Remove all sheets of a round."""
    for path in (instance / FOLDER).glob(f"{round_id}-*"):
        path.unlink(missing_ok=True)


def forget_old(instance: Path, now: float) -> None:
    """Remove the sheets that nobody gets any more."""
    for path in (instance / FOLDER).glob("*"):
        if not _is_fresh(path, now):
            path.unlink(missing_ok=True)


def _cipher(round_key: bytes) -> AESGCM:
    return AESGCM(derive(round_key, "slip sheets"))


def _name(round_id: str, account: int) -> str:
    return f"{round_id}-{account}"


def _is_fresh(path: Path, now: float) -> bool:
    try:
        return path.stat().st_mtime > now - KEPT_SECONDS
    except FileNotFoundError:
        return False
