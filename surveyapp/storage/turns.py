"""Whose turn it is to write to an SQLite file, among the threads of one process.

SQLite itself lets those who wait sleep, longer each time, and takes whoever wakes up first: with
32 at once the unlucky waited for seconds. A lock wakes the next one up at once, and whoever has
their turn does what others are waiting for as well: one safe write to the disk for all of them.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection
    from sqlalchemy.orm.session import JoinTransactionMode

    Begin = Callable[[], AbstractContextManager[Connection]]

T = TypeVar("T")


class Turns:
    """The turns of one process at one file."""

    def __init__(self) -> None:
        """Begin with nobody's turn; one thread may take one within its own."""
        self._turn = threading.RLock()
        self._owner: int | None = None
        self._queue = threading.Lock()
        self._waiting: list[_Unit[Any]] = []
        self.owed = False
        """Whether the log still holds what was kept together."""

    @property
    def waiting(self) -> int:
        """How many units wait for somebody's turn."""
        return len(self._waiting)

    @contextmanager
    def mine(self, *, wait: bool = True) -> Iterator[bool]:
        """Wait for this thread's turn; without `wait` it is false if others write or wait to."""
        if not self._turn.acquire(blocking=wait):
            yield False
            return
        before, self._owner = self._owner, threading.get_ident()
        try:
            yield wait or not self.waiting
        finally:
            self._owner = before
            self._turn.release()

    def together(self, work: Callable[[Session], T], begin: Begin) -> T:
        """Do a unit of work in one transaction with those that wait beside it.

        What it raises undoes itself alone. It is kept once the transaction is, on which all of
        them wait: if it cannot be, each of them fails. Not within a turn of one's own, which
        would wait for itself.
        """
        if self._owner == threading.get_ident():
            message = "This thread is writing already: nothing can be kept before that is."
            raise RuntimeError(message)
        mine = _Unit(work)
        with self._queue:
            leads = not self._waiting
            self._waiting.append(mine)
        if leads:
            self._lead(begin)
        else:
            mine.done.wait()
        return mine.outcome()

    def _lead(self, begin: Begin) -> None:
        """Do all that waits, once it is this thread's turn; whoever comes after that leads anew."""
        units: list[_Unit[Any]] = []
        try:
            with self.mine():
                units = self._taken()
                with begin() as connection:
                    for unit in units:
                        unit.do(connection, alone=len(units) == 1)
                self.owed = True
        except BaseException as error:
            units = units or self._taken()
            for unit in units:
                unit.fail(error)
            if not isinstance(error, Exception):
                raise
        finally:
            for unit in units:
                unit.done.set()

    def _taken(self) -> list[_Unit[Any]]:
        with self._queue:
            units, self._waiting = self._waiting, []
        return units


class _Unit(Generic[T]):
    """One unit of work, and what became of it."""

    def __init__(self, work: Callable[[Session], T]) -> None:
        self._work = work
        self._result: T
        self._error: Exception | None = None
        self.done = threading.Event()

    def do(self, connection: Connection, *, alone: bool) -> None:
        """Do it within a transaction; raises an error that is not its own, or undid the others."""
        # Its own savepoint: what it raises takes nothing of the others with it.
        mode: JoinTransactionMode = "rollback_only" if alone else "create_savepoint"
        raised: Exception | None = None
        try:
            with Session(connection, join_transaction_mode=mode) as session, session.begin():
                try:
                    self._result = self._work(session)
                    session.flush()
                except Exception as error:
                    raised = error
                    raise
        except Exception as error:
            self._error = error
            driver: Any = connection.connection.driver_connection
            # On a full disk SQLite undoes everything: what is written after that would be kept at
            # once, and what was written before not at all. And if the savepoint itself fails,
            # nobody knows what of this unit is undone.
            if alone or error is not raised or not driver.in_transaction:
                raise

    def fail(self, error: BaseException) -> None:
        """Note that nothing of it is kept, since the transaction is not."""
        if self._error is None:
            cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
            self._error = OperationalError(None, None, cause)

    def outcome(self) -> T:
        """Return what it returned, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._result
