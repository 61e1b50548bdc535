"""An installation for a test: settings, a migrated database, and a client that checks pages."""

from __future__ import annotations

import logging
import shutil
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from flask.testing import FlaskClient

from surveyapp.app import create_app
from surveyapp.config import Settings, read_settings
from surveyapp.storage.database import db, migrations
from tests.header_checks import header_faults
from tests.made_once import take_over
from tests.page_checks import page_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

DATABASE = "surveyapp.sqlite"
SERVER_ERROR = 500
CLIENT, CLIENT_SECRET = "surveyapp", "for-these-tests-only-and-long-enough"


class PageError(AssertionError):
    """A page that breaks a rule that every page keeps."""


class ServerFailedError(AssertionError):
    """The server failed where the test did not ask it to."""


class PageClient(FlaskClient):
    """Checks every response and every page, and sees each request with a clean app context."""

    reads_pages = True
    """False where the same pages are loaded by the thousand."""

    def open(
        self,
        *args: Any,  # noqa: ANN401  (as Flask's own)
        may_fail: bool = False,
        **kwargs: Any,  # noqa: ANN401  (as Flask's own)
    ) -> TestResponse:
        """Send a request; `may_fail` lets the server's error page through."""
        with self.application.app_context():
            response = super().open(*args, **(kwargs | {"buffered": True}))
        if response.status_code == SERVER_ERROR and not may_fail:
            message = f"{response.request.method} {response.request.path} failed"
            raise ServerFailedError(message) from self.application.extensions.get("last_error")
        is_https = self.application.config["SETTINGS"].is_https
        faults = header_faults(response, is_https=is_https)
        if self.reads_pages and response.mimetype == "text/html" and response.data:
            faults += page_faults(response.text, dict(response.headers))
        if faults:
            place = f"{response.request.method} {response.request.path}"
            raise PageError(place + "".join(f"\n  {fault}" for fault in faults))
        return response


def settings_for(folder: Path, database_url: str = "") -> Settings:
    """Return settings that keep everything below a folder, and read nothing else."""
    return read_settings(
        {
            "SURVEYAPP_INSTANCE": str(folder),
            "SURVEYAPP_SECRET_KEY": "for tests alone",
            "SURVEYAPP_DATABASE_URL": database_url,
        }
    )


def with_provider(settings: Settings, issuer: str = "http://127.0.0.1:9") -> Settings:
    """Add a provider of single sign-on to settings: nobody is there, unless a test starts it."""
    return replace(
        settings, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=CLIENT_SECRET
    )


def migrate_database(folder: Path) -> Path:
    """Make an empty database with every migration applied; returns its file."""
    migrate(settings_for(folder))
    return folder / DATABASE


def migrate(settings: Settings) -> None:
    """Apply every migration to an empty database."""
    with running(create_app(settings)):
        migrations.upgrade()


@contextmanager
def installation(settings: Settings, database: Path) -> Iterator[Flask]:
    """Run an application on a copy of a migrated database, its context pushed."""
    shutil.copy(database, settings.instance / DATABASE)
    with installed(settings) as app:
        yield app


@contextmanager
def installed(settings: Settings) -> Iterator[Flask]:
    """Run an application on the database of its settings, its context pushed."""
    app = create_app(settings)
    app.test_client_class = PageClient
    take_over(app)
    _remember_errors(app)
    with running(app):
        yield app


@contextmanager
def running(app: Flask) -> Iterator[None]:
    """Push an application's context, and let go of its database afterwards."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        try:
            yield
        finally:
            db.session.close()
            for engine in db.engines.values():
                engine.dispose()


def page_client(app: Flask) -> PageClient:
    """Return a client with no cookies yet."""
    return cast("PageClient", app.test_client())


def _remember_errors(app: Flask) -> None:
    """Keep an unexpected error for the client: the page and the log do not say what it was."""
    handlers = cast("dict[type[Exception], Any]", app.error_handler_spec[None][None])
    shown: Callable[[Exception], object] = handlers[Exception]

    def remember(error: Exception) -> object:
        app.extensions["last_error"] = error
        return shown(error)

    handlers[Exception] = remember
