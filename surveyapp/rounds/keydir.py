"""The key directory: one file per open round, outside the database and outside its backups."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from surveyapp.anonymity import base64url
from surveyapp.anonymity.keys import KEY_BYTES, new_round_key
from surveyapp.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

DIRECTORY_MODE = 0o700
FILE_MODE = 0o600
COPIES = "copies.txt"
"""In the key directory: where copies of keys were written, a path on each line."""


class RoundKeyError(DomainError):
    """A round's key is missing or damaged."""


class CountedError(DomainError):
    """A round was counted before, with other boxes."""


@dataclass(frozen=True)
class KeyDirectory:
    """Where round keys lie, by the round's public id."""

    path: Path

    def create(self, round_id: str) -> bytes:
        """Draw a round's key, and return it once it is safely on disk.

        A file left by an opening that did not come to its end is replaced: no box was sealed
        under it, since boxes and the round's state are written together afterwards.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=DIRECTORY_MODE)
        key = new_round_key()
        file = self._file(round_id)
        file.unlink(missing_ok=True)
        self._write(file, key)
        return key

    def read(self, round_id: str) -> bytes:
        """Return a round's key; raises `RoundKeyError` naming the file if it cannot be used."""
        file = self._file(round_id)
        try:
            key = file.read_bytes()
        except FileNotFoundError as error:
            message = (
                f"The key of this round is missing: {file}. Without it the round's answers"
                " cannot be opened by anyone. Put the file back from where it was kept."
            )
            raise RoundKeyError(message) from error
        if len(key) != KEY_BYTES:
            message = f"The key of this round is damaged: {file} must hold {KEY_BYTES} bytes."
            raise RoundKeyError(message)
        return key

    def destroy(self, round_id: str) -> None:
        """Overwrite and remove a round's key; nothing happens if it is gone already."""
        file = self._file(round_id)
        for copy in (_unfinished(file), file):
            if copy.exists():
                with copy.open("r+b") as opened:
                    opened.write(bytes(KEY_BYTES))
                    opened.flush()
                    os.fsync(opened.fileno())
                copy.unlink()
                sync(self.path)

    def mark_counted(self, round_id: str, fingerprint: bytes) -> None:
        """Note, for good, which boxes of a round are about to be published.

        The note outlives the key and any backup of the database: after a restore the same boxes
        may be counted again, but no others. Raises `CountedError` for others.
        """
        note = self._note(round_id)
        if note.exists():
            if note.read_bytes() != fingerprint:
                message = (
                    "This round was counted before, with other answers; counting it twice would"
                    " show what was answered in between. It stays closed."
                )
                raise CountedError(message)
            return
        self._write(note, fingerprint)

    def mark_discarded(self, round_id: str) -> None:
        """Note, for good, that a round was given up: no copy of it is counted any more."""
        if not self.was_counted(round_id):
            self.path.mkdir(parents=True, exist_ok=True, mode=DIRECTORY_MODE)
            self._write(self._note(round_id), b"discarded")

    def was_counted(self, round_id: str) -> bool:
        """Whether a round was counted or discarded, whatever a restored database says."""
        return self._note(round_id).exists()

    def copies(self) -> dict[str, str]:
        """Return the content of every key and note by its name, as base64url."""
        files = sorted(self.path.glob("round-*"))
        return {file.name: base64url.encode(file.read_bytes()) for file in files}

    def note_copy(self, file: Path) -> None:
        """Remember where a copy of the keys is, which has to be deleted when a round closes."""
        self.path.mkdir(parents=True, exist_ok=True, mode=DIRECTORY_MODE)
        with (self.path / COPIES).open("a", encoding="utf-8") as noted:
            noted.write(f"{file.resolve()}\n")

    def known_copies(self) -> list[Path]:
        """Return the copies of the keys that are still where they were written."""
        noted = self.path / COPIES
        lines = noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []
        return [path for path in map(Path, sorted(set(lines))) if path.exists()]

    def put_back(self, copies: Mapping[str, bytes]) -> None:
        """Write keys and notes, content by name.

        A file that is there stays, and the key of a round that was counted does not come back.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=DIRECTORY_MODE)
        for name, content in sorted(copies.items()):  # a round's note comes before its key
            file = self.path / Path(name).name
            if not (file.exists() or file.with_suffix(".counted").exists()):
                self._write(file, content)

    def exists(self, round_id: str) -> bool:
        """Whether a round's key is there."""
        return self._file(round_id).exists()

    def _file(self, round_id: str) -> Path:
        return self.path / f"round-{round_id}.key"

    def _note(self, round_id: str) -> Path:
        return self.path / f"round-{round_id}.counted"

    def _write(self, file: Path, content: bytes) -> None:
        """Write a file whole or not at all, on a full disk and through a power cut.

        Half a note would say that other answers were counted, and keep the round from closing.
        """
        unfinished = _unfinished(file)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(descriptor)
        unfinished.replace(file)
        sync(self.path)


def sync(folder: Path) -> None:
    """Send a folder's list of files to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unfinished(file: Path) -> Path:
    """Return where a file is written before it has its name, unknown to `copies`."""
    return file.with_name(f".{file.name}")
