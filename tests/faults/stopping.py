"""Stops whatever is done before one of its steps: a statement, a commit, a change of a key file."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from surveyapp.rounds import closing
from surveyapp.storage.database import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ON_DISK = ("open", "write", "fdopen", "fsync", "replace", "unlink")
"""Functions of `os` through which key files come and go."""


class StoppedHereError(BaseException):
    """What nothing in a process catches."""


def give_up() -> None:
    """End what is being done, and let the process go on."""
    raise StoppedHereError


def kill() -> None:
    """End this process as the kernel does, with nothing cleared up."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Steps:
    """What was done, and how much of it is allowed."""

    most: int | None = None
    """How many steps are done before everything stops; all of them if left out."""
    stop: Callable[[], None] = give_up
    done: list[str] = field(default_factory=list)

    def step(self, what: str) -> None:
        """Note a step, unless it is one too many."""
        if len(self.done) == self.most:
            self.most = None  # once, whatever the stop itself does
            self.stop()
        self.done.append(what)


class _Connection:
    """A connection for statements past SQLAlchemy, each of which is a step."""

    def __init__(self, pooled: Any, steps: Steps) -> None:  # noqa: ANN401  (of any pool)
        vars(self).update(pooled=pooled, steps=steps, driver_connection=self)

    def execute(self, said: str) -> Any:  # noqa: ANN401  (a driver's cursor)
        self.steps.step(said)
        return self.pooled.driver_connection.execute(said)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (whatever a pool's connection has)
        return getattr(self.pooled, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.pooled.driver_connection, name, value)


@contextmanager
def counted(steps: Steps) -> Iterator[Steps]:
    """Count the steps of a block, and stop where that is asked for."""
    engine = db.engine

    def statement(_connection: object, _cursor: object, said: str, *_more: object) -> None:
        steps.step(" ".join(said.split())[:70])

    def note(owner: object, name: str, *, after: bool = False) -> None:
        does = getattr(owner, name)

        def noted(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  (as what it stands for)
            steps.step(" ".join([name, *map(str, arguments[:1])]))
            result = does(*arguments, **named)
            if after:
                steps.step(f"after {name}")
            return result

        patch.setattr(owner, name, noted)

    event.listen(engine, "before_cursor_execute", statement)

    def connected() -> _Connection:
        return _Connection(connect(), steps)

    connect = engine.raw_connection
    with pytest.MonkeyPatch.context() as patch:
        note(engine.dialect, "do_commit", after=True)
        note(closing, "erase_deleted")
        patch.setattr(engine, "raw_connection", connected)
        for name in ON_DISK:
            note(os, name)
        try:
            yield steps
        finally:
            event.remove(engine, "before_cursor_execute", statement)
