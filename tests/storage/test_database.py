from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from surveyapp.storage.database import db, erase_deleted, writing
from surveyapp.storage.models import Membership, Organisation
from tests import factories

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def file() -> str:
    name = db.engine.url.database
    assert name
    return name


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_every_connection_is_durable_strict_and_erasing(
    app: Flask, pragma: str, value: str | int
) -> None:
    for _connection in range(2):
        with db.engine.connect() as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_row_that_refers_to_nothing_is_refused(app: Flask) -> None:
    with pytest.raises(IntegrityError), writing() as session:
        session.add(Membership(team_id=99, person_id=99))


def test_a_write_transaction_keeps_all_or_nothing(app: Flask) -> None:
    def interrupted() -> None:
        with writing() as session:
            session.add(Organisation(slug="a", name="A"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with writing() as session:
        assert not session.query(Organisation).all()


def test_a_writer_waits_for_another_one_from_its_first_reading_on(app: Flask) -> None:
    """Reading first and writing later would find the database changed in between."""
    started, seen = threading.Event(), []

    def second() -> None:
        with app.app_context():
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


def test_what_was_deleted_is_in_no_byte_of_the_files(app: Flask, tmp_path: Path) -> None:
    marker = "xyzzy-" * 20
    with writing() as session:
        session.add(Organisation(slug="a", name=marker))
    with writing() as session:
        session.delete(session.query(Organisation).one())
    assert any(marker.encode() in path.read_bytes() for path in tmp_path.glob("*.sqlite*"))
    assert erase_deleted()
    assert not any(marker.encode() in path.read_bytes() for path in tmp_path.glob("*.sqlite*"))


def test_erasing_says_when_a_reader_is_in_the_way(app: Flask) -> None:
    factories.make_organisation()
    reader = sqlite3.connect(file(), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM organisation").fetchall()
    factories.make_organisation("Contoso")
    assert not erase_deleted()
    reader.close()
    assert erase_deleted()


def test_an_error_of_the_database_does_not_quote_what_was_written(app: Flask) -> None:
    with pytest.raises(IntegrityError) as caught, writing() as session:
        session.add_all(Organisation(slug="secret-answer", name="A") for _twice in range(2))
    assert "secret-answer" not in str(caught.value)
