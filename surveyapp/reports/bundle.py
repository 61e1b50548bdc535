"""Where the files go: into a folder, or into one ZIP; with a list of what is there."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from surveyapp.reports.making import Files, Step
    from surveyapp.reports.results import Survey

MANIFEST: Final = "manifest.json"
README: Final = "readme.txt"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can say: the same for every file, and it tells nothing."""
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
PACKED: Final = (".pdf", ".png", ".xlsx")
"""What is packed already."""


class ForeignFileError(DomainError):
    """A file that is in the way, and was not made here."""


def write_zip(path: Path, survey: Survey, made: Iterable[tuple[Step, Files]]) -> None:
    """Write files as they are made into a ZIP, with a readme; the same files give the same bytes.

    Whole or not at all: until everything is in, it has another name.
    """
    about: dict[str, str] = {}
    with _whole(path) as unfinished, zipfile.ZipFile(unfinished, "w") as pack:
        for step, files in made:
            for name, content in files.items():
                _pack(pack, name, content)
                about[name] = step.what
        _pack(pack, README, readme(survey, about).encode())


def _pack(pack: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = 3  # Unix, wherever this runs
    entry.external_attr = PRIVATE_FILE << 16
    packed = name.endswith(PACKED)
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    pack.writestr(entry, content)


def readme(survey: Survey, about: dict[str, str]) -> str:
    """Say what is in a bundle: each file, and whom it is about."""
    lines = [
        f"{survey.organisation}, {survey.name}",
        "",
        _(
            "Confidential. Each report is for the leader whom it is about, and for their coach. For"
            " development only, never for pay, ranking or dismissal."
        ),
        words.caution(),
        "",
        *(words.labelled(name, " ".join(what.split())) for name, what in about.items()),
    ]
    return "\n".join(lines) + "\n"


class Folder:
    """A folder of reports, which overwrites nothing that was not made here."""

    def __init__(self, path: Path) -> None:
        """Open a folder, or make it."""
        path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        self.path = path
        self._own: dict[str, str] = {}
        if (path / MANIFEST).exists():
            self._own = _read_manifest(path / MANIFEST)

    def place(self, name: str) -> Path:
        """Return where a file goes, its folder made.

        Raises `ForeignFileError` if something else is there, or our own file was changed since.
        """
        target = self.path / name
        if target.is_dir() or (target.exists() and self._own.get(name) != _hash(target)):
            message = (
                f"{target} exists already, and was not made by this command or changed since:"
                " move it away, or name another folder."
            )
            raise ForeignFileError(message)
        target.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        return target

    def write(self, files: Files) -> None:
        """Write some files, and remember them as ours."""
        for name, content in files.items():
            with _whole(self.place(name)) as unfinished:
                unfinished.write_bytes(content)
        self.remember(*files)

    def remember(self, *names: str) -> None:
        """Note that files were made here, so that the next run may replace them."""
        for name in names:
            self._own[name] = _hash(self.path / name)
        with _whole(self.path / MANIFEST) as unfinished:
            listed = json.dumps(self._own, indent=1, sort_keys=True)
            unfinished.write_text(listed + "\n", encoding="utf-8")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_manifest(path: Path) -> dict[str, str]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        read = None
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        message = f"{path} is no list of files made here: move it away, or name another folder."
        raise ForeignFileError(message)
    return read


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a private file another name until it is whole; on a failure nothing is left."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
