"""An installation that several machines share: PostgreSQL, Redis, a mail server, one folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.installation import installed, settings_for
from tests.jobs import smtp
from tests.redis import running_redis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.jobs.smtp import Server as MailServer
    from tests.postgresql import Server as Postgresql
    from tests.redis import Server as Redis


@pytest.fixture
def redis() -> Iterator[Redis]:
    with running_redis() as server:
        yield server


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    (tmp_path / "mail").mkdir()
    with smtp.serving(tmp_path / "mail") as server:
        yield server


@pytest.fixture
def shared_app(
    tmp_path: Path, postgresql_server: Postgresql, redis: Redis, mail_server: MailServer
) -> Iterator[Flask]:
    """Install what the machines share, its context pushed."""
    with postgresql_server.fresh_database() as url:
        settings = settings_for(tmp_path, url)
        shared = replace(settings, broker_url=redis.url, mail_url=mail_server.url)
        with installed(shared) as app:
            yield app
