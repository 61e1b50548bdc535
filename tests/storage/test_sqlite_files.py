"""What SQLite keeps in its files, and how its connections are set up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from surveyapp.storage.database import db, erase_deleted, writing
from surveyapp.storage.models import Organisation

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_every_connection_is_durable_strict_and_erasing(
    sqlite_app: Flask, pragma: str, value: str | int
) -> None:
    for _connection in range(2):
        with db.engine.connect() as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_writer_waits_for_another_one_from_its_first_reading_on(
    sqlite_app: Flask,
) -> None:
    """Reading first and writing later would find the database changed in between."""
    started, seen = threading.Event(), []

    def second() -> None:
        with sqlite_app.app_context():
            started.set()
            with writing() as session:
                seen.append(session.query(Organisation).count())

    other = threading.Thread(target=second)
    with writing() as session:
        assert session.query(Organisation).count() == 0  # from here on the lock is held
        other.start()
        started.wait()
        session.add(Organisation(slug="a", name="A"))
    other.join()
    assert seen == [1]


def test_what_was_deleted_is_in_no_byte_of_the_files(sqlite_app: Flask, tmp_path: Path) -> None:
    marker = "xyzzy-" * 20
    with writing() as session:
        session.add(Organisation(slug="a", name=marker))
    with writing() as session:
        session.delete(session.query(Organisation).one())
    assert any(marker.encode() in path.read_bytes() for path in tmp_path.glob("*.sqlite*"))
    assert erase_deleted()
    assert not any(marker.encode() in path.read_bytes() for path in tmp_path.glob("*.sqlite*"))
