"""The demo, built once for all tests that look around in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from surveyapp.app import create_app
from surveyapp.config import Settings
from surveyapp.demo.build import DemoSummary, build
from surveyapp.storage.database import migrations, writing
from surveyapp.web.pages import keys
from tests.demo.told import TODAY, TOLD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session


@pytest.fixture(scope="package")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSummary]:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    folder: Path = tmp_path_factory.mktemp("demo")
    settings = Settings(
        instance=folder,
        database_url=f"sqlite:///{folder / 'demo.sqlite'}",
        key_dir=folder / "keys",
        secret_key="for tests only",  # noqa: S106
        base_url="http://127.0.0.1:8000",
        mail_url=f"file:{folder / 'outbox'}",
        demo=True,
    )
    app = create_app(settings)
    with app.app_context():
        migrations.upgrade()
        yield build(keys(), TODAY, TOLD)


@pytest.fixture
def session(summary: DemoSummary) -> Iterator[Session]:
    with writing() as opened:
        yield opened
