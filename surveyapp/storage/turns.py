"""Whose turn it is to write to an SQLite file, among the threads of one process.

SQLite itself lets those who wait sleep, longer each time, and takes whoever wakes up first: with
32 at once the unlucky waited for seconds. A lock wakes the next one up at once, and whoever has
their turn does what others are waiting for as well: one safe write to the disk for all of them.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection
    from sqlalchemy.orm.session import JoinTransactionMode

T = TypeVar("T")


class Turns:
    """The turns of one process at one file."""

    def __init__(self) -> None:
        """Begin with nobody's turn; one thread may take one within its own."""
        self._lock = threading.RLock()
        self._waiting: deque[_Unit[Any]] = deque()

    @property
    def waiting(self) -> int:
        """How many units wait for somebody's turn."""
        return len(self._waiting)

    @contextmanager
    def mine(self, *, wait: bool = True) -> Iterator[bool]:
        """Wait for this thread's turn; without `wait` it is false if others write or wait to."""
        taken = self._lock.acquire(blocking=wait)
        try:
            yield taken and (wait or not self.waiting)
        finally:
            if taken:
                self._lock.release()

    def together(
        self, work: Callable[[Session], T], begin: Callable[[], AbstractContextManager[Connection]]
    ) -> T:
        """Do a unit of work in one transaction with those that wait beside it.

        What it raises undoes itself alone. It is kept once the transaction is, on which all of
        them wait: if it cannot be, each of them fails.
        """
        mine = _Unit(work)
        self._waiting.append(mine)
        with self.mine():
            if not mine.done:
                self._do_all(begin)
        return mine.outcome()

    def _do_all(self, begin: Callable[[], AbstractContextManager[Connection]]) -> None:
        units = [self._waiting.popleft() for _ in range(self.waiting)]
        try:
            with begin() as connection:
                for unit in units:
                    unit.do(connection, alone=len(units) == 1)
        except BaseException as error:  # noqa: BLE001  (raised by each of them)
            for unit in units:
                unit.error = unit.error or error
        finally:
            for unit in units:
                unit.done = True


class _Unit(Generic[T]):
    """One unit of work, and what became of it."""

    def __init__(self, work: Callable[[Session], T]) -> None:
        self._work = work
        self._result: T
        self.error: BaseException | None = None
        self.done = False

    def do(self, connection: Connection, *, alone: bool) -> None:
        """Do it within a transaction; raises an error that undid the whole transaction."""
        # Its own savepoint: what it raises takes nothing of the others with it.
        mode: JoinTransactionMode = "rollback_only" if alone else "create_savepoint"
        try:
            with Session(connection, join_transaction_mode=mode) as session, session.begin():
                self._result = self._work(session)
        except Exception as error:
            self.error = error
            # On a full disk SQLite undoes everything; what is written after that would be kept
            # at once, and what was written before it not at all.
            driver: Any = connection.connection.driver_connection
            if alone or not driver.in_transaction:
                raise

    def outcome(self) -> T:
        """Return what it returned, or raise what it raised."""
        if self.error is not None:
            raise self.error
        return self._result
