"""Copies of an installation, and putting one back."""

from __future__ import annotations

import gzip
import io
import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, TextIO

import click

from surveyapp.anonymity import base64url
from surveyapp.app import create_app
from surveyapp.cli.application import counted, inside, migrate, with_app
from surveyapp.rounds import keycheck
from surveyapp.rounds.keydir import sync
from surveyapp.rounds.resealing import ResealingError, reseal_open_rounds
from surveyapp.storage import backup as copying
from surveyapp.storage.database import db
from surveyapp.web.pages import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS_WARNING = (
    "{path} holds the keys of open rounds. Whoever has it and a copy of the database can read the"
    " answers of these rounds: keep the two apart, and delete every copy of the keys when a round"
    " closes."
)
new_file = click.Path(dir_okay=False, path_type=Path)
old_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=new_file)
@click.option("--with-keys", type=new_file, metavar="FILE", help="Copy the keys too, apart.")
@with_app
def backup(*, file: Path, with_keys: Path | None) -> None:
    """Copy the whole database into FILE, while the server runs.

    All open boxes are encrypted anew first, so that two copies never tell in which team somebody
    answered in between. The keys of open rounds are not in it.
    """
    for path in filter(None, (file, with_keys)):
        if path.exists():
            message = f"{path} exists already: name another file."
            raise click.ClickException(message)
    resealed, fault = 0, None
    try:
        resealed = reseal_open_rounds(keys())
    except ResealingError as error:  # no reason for having no copy at all: said at the end
        fault = error
    with _written(file) as out:
        rows = copying.dump(out)
    click.echo(f"{counted(resealed, 'team')} sealed anew, {counted(rows, 'row')} in {file}.")
    if with_keys:
        keys().note_copy(with_keys)
        with _written(with_keys) as out:
            json.dump(keys().copies(), out)
        click.echo(KEYS_WARNING.format(path=with_keys), err=True)
    if fault:
        raise fault


@click.command()
@click.argument("file", type=old_file)
@click.option("--with-keys", type=old_file, metavar="FILE", help="Put back the keys as well.")
def restore(*, file: Path, with_keys: Path | None) -> None:
    """Fill a new, empty installation from FILE; on another kind of database if you like.

    What was counted stays counted: keep the key directory's notes, or put back the keys' copy.
    Says which open rounds cannot be counted with the keys that are there.
    """
    app = create_app()
    copies = read_copies(with_keys) if with_keys else {}  # before anything is written
    with inside(app):
        migrate()
        with _read(file) as source:
            # Before the rows are kept: whoever is killed in between can begin again.
            rows = copying.restore(source, lambda: keys().put_back(copies))
        if with_keys:
            keys().note_copy(with_keys)
        faults = keycheck.faults(db.session, keys())
    click.echo(f"{counted(rows, 'row')} put back in {app.instance_path}.")
    for fault in faults:
        click.echo(fault, err=True)


def read_copies(path: Path) -> dict[str, bytes]:
    """Return keys and notes by the names of their files; raises `BackupError` if it has none."""
    try:
        with _read(path) as source:
            return {name: base64url.decode(key) for name, key in json.load(source).items()}
    except (*copying.DAMAGED, AttributeError) as error:
        message = "This is no copy of keys that “surveyapp backup --with-keys” wrote."
        raise copying.BackupError(message) from error


@contextmanager
def _written(path: Path) -> Iterator[TextIO]:
    """Write a file that gets its name once it is whole and on the disk, for its owner alone."""
    half = None
    try:
        # What a kill leaves ends as copies do, so that it goes when they grow old.
        with NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix, delete=False
        ) as file:
            half = Path(file.name)
            with (
                gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
                io.TextIOWrapper(packed, encoding="utf-8") as out,
            ):
                yield out
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
        with suppress(OSError):  # some file systems cannot
            sync(path.parent)
    except OSError as error:
        message = f"{path} is not written: {error}. Nothing of it is left: make room, or mend that."
        raise click.ClickException(message) from error
    finally:
        if half:
            half.unlink(missing_ok=True)


def _read(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8")
