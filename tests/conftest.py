"""Fixtures of every test that needs an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.budgets import measure
from tests.installation import installation, migrate_database, page_client, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from surveyapp.config import Settings
    from tests.installation import PageClient


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Apply the migrations once; tests copy the file."""
    return migrate_database(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Keep everything below the test's own folder."""
    return settings_for(tmp_path)


@pytest.fixture
def app(settings: Settings, migrated_database: Path) -> Iterator[Flask]:
    """Run an application on an empty database, its context pushed."""
    with installation(settings, migrated_database) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> PageClient:
    """Open a browser without cookies; every page that it loads is checked."""
    return page_client(app)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much of each budget is used."""
    terminalreporter.section("budget")
    for budget in measure():
        terminalreporter.write_line(str(budget))
