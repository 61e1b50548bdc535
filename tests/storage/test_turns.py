from __future__ import annotations

import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from surveyapp.storage import database
from surveyapp.storage.database import db, owes_forgetting, transact, turns, writing
from surveyapp.storage.models import Organisation
from tests.installation import page_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy.orm import Session

CROWD = 6


def add(name: str) -> Callable[[Session], str]:
    """Return work that writes an organisation of this name."""

    def work(session: Session) -> str:
        session.add(Organisation(slug=name, name=name))
        session.flush()
        return name

    return work


def together(app: Flask, works: list[Callable[[Session], str]]) -> list[Future[str]]:
    """Do these works while somebody else writes, so that all of them wait at once."""

    def one(work: Callable[[Session], str]) -> str:
        with app.app_context():
            return transact(work)

    turn = turns[db.engine]
    with ThreadPoolExecutor(len(works)) as crowd, turn.mine():
        asked = [crowd.submit(one, work) for work in works]
        while turn.waiting < len(works):
            time.sleep(0.001)
    return asked


def names() -> set[str]:
    """Return which organisations there are."""
    with db.engine.connect() as connection:
        return set(connection.scalars(select(Organisation.name)))


@contextmanager
def commits() -> Iterator[list[None]]:
    """Give what grows with every commit."""
    seen: list[None] = []

    def see(_connection: object) -> None:
        seen.append(None)

    event.listen(db.engine, "commit", see)
    yield seen
    event.remove(db.engine, "commit", see)


def test_who_waits_together_is_kept_by_one_commit_and_each_gets_their_own_answer(
    sqlite_app: Flask,
) -> None:
    wanted = [f"o{number}" for number in range(CROWD)]
    with commits() as seen:
        asked = together(sqlite_app, [add(name) for name in wanted])
    assert [one.result() for one in asked] == wanted
    assert names() == set(wanted)
    assert len(seen) == 1


def test_what_one_of_them_raises_undoes_nothing_of_the_others(sqlite_app: Flask) -> None:
    def refuse(session: Session) -> str:
        add("refused")(session)
        raise ZeroDivisionError

    first, second, third = together(sqlite_app, [add("a"), refuse, add("b")])
    assert (first.result(), third.result()) == ("a", "b")
    with pytest.raises(ZeroDivisionError):
        second.result()
    assert names() == {"a", "b"}


def test_nobody_is_told_that_something_is_kept_that_the_database_undid_for_another(
    sqlite_app: Flask,
) -> None:
    with writing() as session:  # as a full disk does
        session.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON organisation WHEN new.name = 'last straw'"
                " BEGIN SELECT RAISE(ROLLBACK, 'full'); END"
            )
        )
    asked = together(sqlite_app, [add("before"), add("last straw"), add("after")])
    assert names() == set()
    assert all(isinstance(one.exception(), OperationalError) for one in asked)
    assert transact(add("later")) in names()


@pytest.mark.parametrize("statement", ["RELEASE", "ROLLBACK TO", "SAVEPOINT"])
def test_if_a_savepoint_itself_fails_nothing_that_was_refused_is_kept(
    sqlite_app: Flask, statement: str
) -> None:
    def refuse(session: Session) -> str:
        add("refused")(session)
        if statement == "ROLLBACK TO":
            raise ZeroDivisionError
        return "refused"

    left = [statement]

    def fail(_connection: object, _cursor: object, sql: str, *_more: object) -> None:
        if left and sql.startswith(statement) and sql.endswith("_2"):
            left.pop()
            message = "out of memory"
            raise sqlite3.OperationalError(message)

    event.listen(db.engine, "before_cursor_execute", fail)
    asked = together(sqlite_app, [add("before"), refuse, add("after")])
    event.remove(db.engine, "before_cursor_execute", fail)
    assert not left
    assert names() == {one.result() for one in asked if one.exception() is None}


def test_nothing_waits_for_the_transaction_that_it_stands_in(sqlite_app: Flask) -> None:
    assert sqlite_app
    with pytest.raises(RuntimeError, match="writing already"), writing():
        transact(add("a"))
    assert transact(add("b")) == "b"
    assert names() == {"b"}


def test_a_log_that_a_reader_keeps_is_emptied_with_the_next_reply(sqlite_app: Flask) -> None:
    log = Path(f"{db.engine.url.database}-wal")
    client = page_client(sqlite_app)
    with db.engine.connect() as reader:
        reader.execute(select(Organisation.name)).all()
        transact(add("a"))
        client.get("/healthz")
        assert log.stat().st_size
    client.get("/healthz")
    assert not log.stat().st_size
    assert not owes_forgetting(db.engine)


def test_alone_what_is_raised_undoes_all_of_it(sqlite_app: Flask) -> None:
    def refuse(session: Session) -> str:
        add("refused")(session)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transact(refuse)
    assert transact(add("a")) == "a"
    assert names() == {"a"}


@contextmanager
def another_process() -> Iterator[sqlite3.Connection]:
    """Give a connection of our own to the file, that is writing."""
    other = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_writer_goes_on_as_soon_as_another_process_is_done(sqlite_app: Flask) -> None:
    def write() -> str:
        with sqlite_app.app_context():
            return transact(add("a"))

    with another_process() as other, ThreadPoolExecutor() as threads:
        waits = threads.submit(write)
        time.sleep(0.1)
        assert not waits.done()
        other.execute("COMMIT")
        assert waits.result(timeout=5) == "a"


def test_who_waits_for_another_process_too_long_is_told_so(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    assert sqlite_app
    with another_process(), pytest.raises(OperationalError, match="database is locked"):
        transact(add("a"))
    with writing() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 0
