"""Fixtures of every test that needs an application."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from surveyapp.rounds import opening
from tests.budgets import measure
from tests.installation import (
    installation,
    installed,
    migrate_database,
    page_client,
    settings_for,
)
from tests.made_once import compile_rules_once, hash_cheaply, ticket_keys
from tests.postgresql import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from surveyapp.config import Settings
    from tests.installation import PageClient
    from tests.postgresql import Server


def pytest_configure() -> None:
    """Build applications quickly, those of the test's own commands too."""
    compile_rules_once()


def pytest_collection_finish() -> None:
    """Leave what is loaded for good out of the search for garbage, which each test makes little of.

    Otherwise a quarter of the time goes into looking through the same modules again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 5)


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Apply the migrations once; tests copy the file."""
    return migrate_database(tmp_path_factory.mktemp("migrated"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """Start a PostgreSQL once, when the first test asks for it; tests copy its database."""
    with running_server(durable=False) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Keep everything below the test's own folder."""
    return settings_for(tmp_path)


@pytest.fixture
def drawn_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open rounds with keys that earlier tests drew, none of them twice in one test."""
    ticket_keys.used = 0
    monkeypatch.setattr(opening, "draw_private_key", ticket_keys.next)


@pytest.fixture
def sqlite_app(settings: Settings, migrated_database: Path, drawn_keys: None) -> Iterator[Flask]:
    """Run an application on an empty SQLite database, its context pushed."""
    with installation(settings, migrated_database) as app:
        hash_cheaply(app)
        yield app


@pytest.fixture
def postgresql_app(tmp_path: Path, postgresql_server: Server, drawn_keys: None) -> Iterator[Flask]:
    """Run an application on an empty PostgreSQL database, its context pushed."""
    with postgresql_server.fresh_database() as url, installed(settings_for(tmp_path, url)) as app:
        hash_cheaply(app)
        yield app


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """Run on SQLite; where the database matters, a folder's own fixture adds PostgreSQL."""
    return sqlite_app


@pytest.fixture
def client(app: Flask) -> PageClient:
    """Open a browser without cookies; every page that it loads is checked."""
    return page_client(app)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what became of ballots when something was killed, and the use of each budget."""
    told = [
        (report.nodeid.rpartition("::")[2], said)
        for report in (
            *terminalreporter.getreports("passed"),
            *terminalreporter.getreports("failed"),
        )
        for name, said in report.user_properties
        if name == "ballots"
    ]
    if told:
        terminalreporter.section("ballots")
        for test, said in told:
            terminalreporter.write_line(f"{test.partition('[')[2].rstrip(']') or test}: {said}")
    terminalreporter.section("budget")
    for budget in measure():
        terminalreporter.write_line(str(budget))
