"""The connection to the database: durable, strict, and erasing what it deletes."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakKeyDictionary

from flask_alembic import Alembic
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Engine, event, func, make_url, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from surveyapp.storage.models import Base
from surveyapp.storage.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, ExceptionContext

T = TypeVar("T")

THREADS: Final = 32
"""Of one process, that use its connections at the same moment: those of a server."""
BUSY_TIMEOUT_MS = 30_000
LOOK_AGAIN: Final = 0.001
"""Seconds between two looks whether another process still writes."""
PRIMARY: Final = 0xFF
"""The part of SQLite's extended codes that says which kind of error it is."""
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # an acknowledged ballot survives a power cut
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # deleted bytes are overwritten with zeros
    # Boxes as they were before a savepoint, or a copy while it is rewritten, would lie in files
    # outside the instance folder that nobody overwrites. It takes memory instead.
    "PRAGMA temp_store = MEMORY",
)
POSTGRESQL: Final[dict[str, Any]] = {
    "isolation_level": "READ COMMITTED",  # whatever the server's default; rows are locked by name
    "pool_pre_ping": True,  # one that a restart or a firewall cut is replaced before it is used
    "pool_use_lifo": True,  # those that few need fall idle, and the server may end them
    "connect_args": {
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        "options": " ".join(
            (
                f"-c lock_timeout={BUSY_TIMEOUT_MS}",
                "-c synchronous_commit=on",  # an acknowledged ballot survives a power cut
                # Locks of a machine that is gone are free again after a minute.
                "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10",
                "-c tcp_keepalives_count=3",
            )
        ),
    },
}
DEADLOCK_OR_CONFLICT: Final = {"40P01", "40001"}
"""The server took the transaction back, so that another one could go on."""
GONE: Final = ("08", "57P")
"""How codes begin that say that the server ends, starts or cannot be reached."""
PAUSES: Final = (0.05, 0.3, 1, 3)
"""Seconds before a transaction is tried again: a server is back within some of them."""
MIGRATING: Final = 7_283_012
"""Names the lock that keeps two machines from changing the tables at once."""
ERASE_TIMEOUT_MS = 2_000
WRITING = {"surveyapp_writing": True}
turns: WeakKeyDictionary[Engine, Turns] = WeakKeyDictionary()
"""Whose turn it is to write to each SQLite file, in this process."""

db = SQLAlchemy()
migrations = Alembic(metadatas=Base.metadata)


def engine_options(url: str) -> dict[str, Any]:
    """Return how a database is connected to.

    A request may hold two connections, one that reads and one that writes. With one more than
    there are threads somebody always gets the second one; with fewer all could wait for good.
    """
    options = {
        "url": url,
        "hide_parameters": True,  # an error's text must not quote what was being written
        "pool_size": THREADS + 1,
        "max_overflow": 0,
    }
    is_postgresql = make_url(url).get_backend_name() == "postgresql"
    return options | (POSTGRESQL if is_postgresql else {})


def configure(engine: Engine) -> None:
    """Set up an engine's connections and what its errors say."""
    event.listen(engine, "handle_error", _leave_out_values)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        turns[engine] = Turns()


def _leave_out_values(context: ExceptionContext) -> None:
    # PostgreSQL's second line quotes the row that it refused, whatever SQLAlchemy hides.
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0],)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  (DBAPI object)
    connection.isolation_level = None  # this module says BEGIN, not the driver
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("surveyapp_writing", False):
        connection.exec_driver_sql("BEGIN")
        return
    # A transaction that reads first and then writes would fail with "database is locked"
    # whenever another one wrote in between; taking the write lock at once waits instead. SQLite's
    # own way of waiting sleeps up to a tenth of a second between two looks.
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
        while _another_writes(driver) and time.monotonic() < deadline:
            time.sleep(LOOK_AGAIN)
        if not driver.in_transaction:  # says why
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _another_writes(driver: Any) -> bool:  # noqa: ANN401  (DBAPI object)
    """Begin to write, unless another process does so."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & PRIMARY == sqlite3.SQLITE_BUSY
    return False


@contextmanager
def writing() -> Iterator[Session]:
    """Open a write transaction of its own: all of the block is kept, or nothing of it."""
    turn = turns.get(db.engine)
    with turn.mine() if turn else nullcontext(), Session(_to_write()) as session, session.begin():
        yield session


def _to_write() -> Engine:
    return db.engine.execution_options(**WRITING)


def transact(unit: Callable[[Session], T], *, twice: bool = True) -> T:
    """Do a unit of work in a write transaction of its own, again if the database takes it back.

    It does when two units wait for each other, and when it ends or is cut off. In the latter case
    nobody knows whether the unit was kept: without `twice` it is not done again then. The unit
    does nothing but read and write the database, so that all of it can be done anew.
    """
    if turn := turns.get(db.engine):  # whose writers wait for each other before they begin
        return turn.together(unit, _to_write().begin)
    for pause in PAUSES:
        try:
            with writing() as session:
                return unit(session)
        except OperationalError as error:
            if not _passes(error, unknown_too=twice):
                raise
        time.sleep(pause)
    with writing() as session:
        return unit(session)


def _passes(error: OperationalError, *, unknown_too: bool) -> bool:
    """Whether another try may do better."""
    code = getattr(error.orig, "sqlstate", None)
    if code in DEADLOCK_OR_CONFLICT:
        return True
    return unknown_too and (code is None or code.startswith(GONE))


def migrate() -> None:
    """Bring the database to this version's tables; whoever else does so at once waits."""
    if db.engine.dialect.name == "sqlite":
        migrations.upgrade()
        return
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
        migrations.upgrade()


def lock(session: Session, row: Base) -> None:
    """Read a row anew and keep others from changing it until the transaction ends.

    SQLite's writers wait for each other anyway; on PostgreSQL a state that was read without a
    lock may have changed before it is acted upon. Who has added something that belongs to the row
    holds it against its deletion: that does not stand in the way, or two who both added something
    would wait for each other.
    """
    session.flush()
    session.refresh(row, with_for_update={"key_share": True})


def owes_forgetting(engine: Engine) -> bool:
    """Whether the log still holds what this process wrote with `transact`."""
    turn = turns.get(engine)
    return turn is not None and turn.owed


def forget_log(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, unless somebody else is at work in the database.

    The log holds each write as it came. With a round's key it would tell which ballot followed
    which ticket; without the log even the key shows no more than the boxes as they are. Quick,
    waits for nobody, and does nothing beyond SQLite; on a full disk, or while others read or
    write, the log stays, and is owed.
    """
    if (turn := turns.get(engine)) is None:
        return
    with turn.mine(wait=False) as free:
        if free and _truncate_log(engine):
            turn.owed = False


def _truncate_log(engine: Engine) -> bool:
    pooled = engine.raw_connection()
    try:
        driver: Any = pooled.driver_connection
        driver.execute("PRAGMA busy_timeout = 0")
        try:
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except engine.dialect.loaded_dbapi.OperationalError:
            return False  # what was written before is kept, whatever becomes of this
        finally:  # whoever has this connection next waits as usual
            driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        return not busy
    finally:
        pooled.close()


def erase_deleted(tables: str = "box, slip, invite, round_team") -> bool:
    """Rewrite the database's files without what was deleted; False if that is not done yet.

    SQLite rewrites all of it, PostgreSQL these tables; all of its own where none are named.

    With another reader at work SQLite keeps old pages in its write-ahead log, and PostgreSQL
    cannot rewrite its tables; a later call that finds no reader succeeds. Runs outside any
    transaction, on the app's own engine.
    """
    pooled = db.engine.raw_connection()
    try:
        driver: Any = pooled.driver_connection
        if db.engine.dialect.name == "sqlite":
            driver.execute(f"PRAGMA busy_timeout = {ERASE_TIMEOUT_MS}")
            driver.execute("VACUUM")
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        driver.autocommit = True
        driver.execute(f"SET lock_timeout = {ERASE_TIMEOUT_MS}")
        driver.execute(f"VACUUM FULL {tables}")
    except db.engine.dialect.loaded_dbapi.OperationalError:
        return False
    else:
        return True
    finally:
        pooled.invalidate()
