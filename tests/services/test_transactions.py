"""What connections to PostgreSQL hold out: deadlocks, cuts, crowds, two machines at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import OperationalError

from surveyapp.app import create_app
from surveyapp.storage import database
from surveyapp.storage.database import THREADS, db, lock, migrate, transact, writing
from surveyapp.storage.models import Organisation
from tests import factories
from tests.installation import running, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.postgresql import Server


@pytest.fixture
def app(postgresql_app: Flask) -> Flask:
    """Run on PostgreSQL alone."""
    return postgresql_app


def cut_off(session: Session) -> None:
    """End this very connection, as an administrator or a restart does."""
    session.execute(select(func.pg_terminate_backend(func.pg_backend_pid())))


def names() -> list[str]:
    with writing() as session:
        return list(session.scalars(select(Organisation.name).order_by(Organisation.id)))


def test_of_two_that_wait_for_each_other_both_come_to_their_end(app: Flask) -> None:
    ids = [factories.make_organisation(name) for name in ("A", "B")]
    both, tries = Barrier(2), []

    def rename(first: int, second: int) -> None:
        waits = [True]

        def unit(session: Session) -> None:
            tries.append(first)
            lock(session, session.get_one(Organisation, first))
            if waits.pop():
                both.wait(60)
            waits.append(False)
            other = session.get_one(Organisation, second)
            lock(session, other)
            other.name += "!"

        with app.app_context():
            transact(unit)

    with ThreadPoolExecutor(2) as crowd:
        for one in [crowd.submit(rename, *ids), crowd.submit(rename, *reversed(ids))]:
            one.result()
    assert names() == ["A!", "B!"]
    assert len(tries) == 3


def test_a_unit_that_may_be_done_twice_outlives_a_cut_connection(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PAUSES", (0, 0))
    factories.make_organisation("A")
    tries = []

    def unit(session: Session) -> None:
        session.scalars(select(Organisation)).one().name += "!"
        tries.append(1)
        if len(tries) == 1:
            cut_off(session)

    transact(unit)
    assert names() == ["A!"]
    tries.clear()
    with pytest.raises(OperationalError):
        transact(unit, twice=False)
    assert names() == ["A!"]
    with pytest.raises(OperationalError):
        transact(cut_off)  # again and again: it is not tried without end


def test_a_connection_that_was_cut_while_nobody_used_it_is_replaced(
    app: Flask, postgresql_server: Server
) -> None:
    factories.make_organisation("A")
    with writing() as session:
        own = session.scalar(select(func.current_database()))
    postgresql_server.admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (own,)
    )
    assert names() == ["A"]


def test_everybody_who_reads_gets_to_write_however_many_there_are(app: Flask) -> None:
    organisation = factories.make_organisation("A")
    all_read = Barrier(THREADS)

    def write(_number: int) -> None:
        with app.app_context():
            assert db.session.get_one(Organisation, organisation)  # a request that has read
            all_read.wait(60)
            with writing() as session:
                other = session.get_one(Organisation, organisation)
                lock(session, other)
                other.name += "!"

    with ThreadPoolExecutor(THREADS) as crowd:
        list(crowd.map(write, range(THREADS)))
    db.session.rollback()
    assert names() == ["A" + "!" * THREADS]


def test_a_servers_own_defaults_do_not_weaken_what_is_relied_on(app: Flask) -> None:
    with db.engine.connect() as connection:
        name = connection.scalar(select(func.current_database()))
    for change in ("default_transaction_isolation = serializable", "synchronous_commit = off"):
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ALTER DATABASE {name} SET {change}"))
    db.engine.dispose()
    with writing() as session:
        shown = [
            session.scalar(text(f"SHOW {name}"))
            for name in ("transaction_isolation", "synchronous_commit")
        ]
    assert shown == ["read committed", "on"]


def test_two_machines_that_start_at_once_make_the_tables_once(
    postgresql_server: Server, tmp_path: Path
) -> None:
    postgresql_server.admin.execute("CREATE DATABASE unmade")
    both = Barrier(2)

    def start(_machine: int) -> None:
        with running(create_app(settings_for(tmp_path, postgresql_server.url("unmade")))):
            both.wait(60)
            migrate()
            assert inspect(db.engine).has_table("organisation")

    try:
        with ThreadPoolExecutor(2) as crowd:
            list(crowd.map(start, range(2)))
    finally:
        postgresql_server.admin.execute("DROP DATABASE unmade WITH (FORCE)")
