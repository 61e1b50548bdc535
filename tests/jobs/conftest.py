"""Everything here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.jobs.smtp import Server, serving
from tests.postgresql import app_on_each_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

__all__ = ["app_on_each_engine"]


@pytest.fixture
def server(app: Flask, tmp_path: Path) -> Iterator[Server]:
    """Run a mail server, to which the installation's mails go."""
    with serving(tmp_path) as running:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=running.url)
        yield running
