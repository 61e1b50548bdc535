"""The application as the commands use it: made when a command needs it, its database current."""

from __future__ import annotations

import functools
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
from alembic.util.exc import CommandError
from flask import current_app
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import OperationalError

from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.core.errors import DomainError
from surveyapp.storage import audit, database
from surveyapp.storage.database import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Action, Person, Round

P = ParamSpec("P")
T = TypeVar("T")

organisation_option = click.option(
    "--organisation", metavar="SLUG", help="Short name; needed if there are several."
)


json_option = click.option("--json", "as_json", is_flag=True, help="For scripts.")


class NotInstalledError(DomainError):
    """There is no database yet, or it belongs to another version."""


def installed_app() -> Flask:
    """Make the application and bring its database to this version's tables.

    Raises `NotInstalledError` if nothing was installed here.
    """
    app = create_app()
    with inside(app):
        if not inspect(db.engine).has_table("organisation"):
            message = (
                f"Nothing is installed in {app.instance_path} yet: run"
                " “surveyapp init --admin EMAIL”, or “surveyapp demo” to look around."
            )
            raise NotInstalledError(message)
        migrate()
    return app


def database_fault(error: Exception) -> str:
    """Say what keeps the database from being used, empty if the error is about something else."""
    if isinstance(error, OperationalError):
        url = make_url(read_settings().database_url)  # its text shows no password
        return f"The database {url} (SURVEYAPP_DATABASE_URL) cannot be used: {error.orig}"
    return ""


@contextmanager
def inside(app: Flask) -> Iterator[None]:
    """Push an application's context, and end its connections afterwards.

    Two processes that were forked with the same connection would read each other's replies.
    """
    with app.app_context():
        try:
            yield
        finally:
            db.session.close()
            db.engine.dispose()


def migrate() -> None:
    """Bring the database to this version's tables; quiet, inside an app context.

    Raises `NotInstalledError` if a newer version was here before.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        database.migrate()
    except CommandError as error:
        message = (
            "The database belongs to another version of surveyapp, most likely a newer one:"
            " install that here as well. Nothing was changed."
        )
        raise NotInstalledError(message) from error


def with_app(command: Callable[P, T]) -> Callable[P, T]:
    """Run a command inside the installed application's context."""

    @functools.wraps(command)
    def with_context(*args: P.args, **kwargs: P.kwargs) -> T:
        with inside(installed_app()):
            return command(*args, **kwargs)

    return with_context


def log(
    session: Session, action: Action, asked: Round, note: str, person: Person | None = None
) -> None:
    """Write down what was done to a round on the command line."""
    owner = asked.organisation
    audit.record(session, owner, audit.COMMAND, action, round_=asked, person=person, note=note)


LOOPBACK = ("http://127.0.0.1", "http://localhost")


def warn_of_address(what: str) -> None:
    """Say it before an address goes out that nobody else can open, or that has no https."""
    settings = current_app.config["SETTINGS"]
    if settings.demo:
        return
    if settings.base_url.startswith(LOOPBACK):
        why = "which nobody else can open"
    elif not settings.is_https:
        why = "and answering by link needs https"
    else:
        return
    click.echo(
        f"{what} will say {settings.base_url}, {why}: set SURVEYAPP_BASE_URL first.", err=True
    )


def counted(number: int, one: str, several: str | None = None) -> str:
    """Write a number with its noun: 1 leader, 2 leaders."""
    return f"{number} {one if number == 1 else several or one + 's'}"
