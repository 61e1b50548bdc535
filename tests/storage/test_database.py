from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from surveyapp.storage import database
from surveyapp.storage.database import db, erase_deleted, forget_log, lock, turns, writing
from surveyapp.storage.models import Box, Membership, Organisation
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

CROWD = 20
"""More than the connections that SQLAlchemy keeps by default: 15."""


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


def test_whoever_locks_a_row_waits_for_and_sees_what_the_one_before_wrote(app: Flask) -> None:
    made = factories.make_organisation()
    started, seen = threading.Event(), []

    def second() -> None:
        with app.app_context(), writing() as session:
            row = session.get_one(Organisation, made)
            started.set()
            lock(session, row)
            seen.append(row.name)

    other = threading.Thread(target=second)
    with writing() as session:
        first = session.get_one(Organisation, made)
        lock(session, first)
        other.start()
        if db.engine.dialect.name == "postgresql":  # SQLite's second writer does not get so far
            started.wait()
        first.name = "Contoso"
    other.join()
    assert seen == ["Contoso"]


def test_many_threads_that_read_and_then_write_all_come_to_their_turn(app: Flask) -> None:
    together = threading.Barrier(CROWD, timeout=20)

    def answer(number: int) -> None:
        with app.app_context():
            db.session.scalars(select(Organisation)).all()  # a connection that it goes on holding
            together.wait()
            with writing() as session:
                session.add(Organisation(slug=f"o{number}", name="O"))

    crowd = [threading.Thread(target=answer, args=(number,)) for number in range(CROWD)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    with writing() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == CROWD


def test_the_log_is_left_to_whoever_writes_just_now(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # there is no such log
    factories.make_organisation()
    log = Path(f"{db.engine.url.database}-wal")

    engine = db.engine
    with ThreadPoolExecutor() as others:
        with turns[engine].mine():
            others.submit(forget_log, engine).result()
            assert log.stat().st_size
        others.submit(forget_log, engine).result()
    assert not log.stat().st_size


def test_erasing_says_when_a_reader_is_in_the_way(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ERASE_TIMEOUT_MS", 50)
    with db.engine.connect() as reader:
        reader.execute(select(Box.kind)).all()
        factories.make_organisation()
        assert not erase_deleted()
    assert erase_deleted()


def test_an_error_of_the_database_does_not_quote_what_was_written(app: Flask) -> None:
    with pytest.raises(IntegrityError) as caught, writing() as session:
        session.add_all(Organisation(slug="secret-answer", name="A") for _twice in range(2))
    assert "secret-answer" not in str(caught.value)
