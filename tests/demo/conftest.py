"""The demo, built once for all tests that look around in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.config import Settings
from surveyapp.demo.build import DemoSummary, build
from surveyapp.storage.database import migrations, writing
from surveyapp.web.pages import keys
from tests.demo.told import TODAY, TOLD
from tests.installation import installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
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
    with installed(settings) as app:
        migrations.upgrade()
        yield app


@pytest.fixture(scope="package")
def summary(app: Flask) -> DemoSummary:
    return build(keys(), TODAY, TOLD)


@pytest.fixture
def session(summary: DemoSummary) -> Iterator[Session]:
    with writing() as opened:
        yield opened
