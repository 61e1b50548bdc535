"""Everything that needs no process of its own runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.postgresql import app_on_each_engine, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server

__all__ = ["app_on_each_engine"]


@pytest.fixture(scope="session")
def mortal_server() -> Iterator[Server]:
    """Start a PostgreSQL that is killed now and then; other tests would not survive with it."""
    with running_server() as server:
        yield server
