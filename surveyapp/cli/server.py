"""Installing and serving."""

from __future__ import annotations

import errno
import gc
import socket
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from sqlalchemy import select

from surveyapp.app import create_app
from surveyapp.cli import logs, organisations
from surveyapp.cli.accounts import check_address
from surveyapp.cli.application import inside, installed_app, migrate
from surveyapp.cli.organisations import time_zone_option
from surveyapp.cli.worker import WorkerBeside
from surveyapp.core.errors import DomainError
from surveyapp.rounds import dates
from surveyapp.storage.database import THREADS, writing
from surveyapp.storage.models import Organisation

if TYPE_CHECKING:
    from flask import Flask

HOST = "127.0.0.1"
STOP_SECONDS = 15
"""For requests in hand, once the server is to end; the worker beside it gets as long as well."""


class InstalledError(DomainError):
    """There is an installation here already."""


@click.command()
@click.option("--admin", metavar="EMAIL", required=True, help="The first administrator.")
@click.option("--organisation", "name", default="My organisation", show_default=True)
@time_zone_option
def init(*, admin: str, name: str, time_zone: str) -> None:
    """Make a new, empty installation: folders, keys, database, first account."""
    check_address(admin)
    dates.zone(time_zone)
    app = create_app()
    with inside(app):
        migrate()
        with writing() as session:
            if session.scalar(select(Organisation).limit(1)):
                message = f"{app.instance_path} holds an installation already; nothing was changed."
                raise InstalledError(message)
            how = organisations.establish(session, name, admin, time_zone)
    click.echo(f"Installed in {app.instance_path}.")
    click.echo(how)
    click.echo(f"Its days begin and end in {time_zone}; surveyapp time-zone changes that.")
    click.echo("Everything else is done there in the browser, or by the other commands.")


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--host", default=HOST, show_default=True)
@click.option("--no-worker", is_flag=True, help="Start no worker beside the server.")
@logs.log_option
def serve(*, port: int, workers: int, host: str, no_worker: bool, log: str) -> None:
    """Serve the pages until Ctrl-C or SIGTERM, which lets requests in hand come to their end."""
    check_port(host, port)
    app = installed_app()
    logs.set_up(log, "server")
    logs.say(log, f"Serving on http://{host}:{port}; Ctrl-C ends it.")
    run_server(app, host, port, workers, worker=not no_worker, log=log)


def check_port(host: str, port: int) -> None:
    """Refuse where nothing of ours can listen, before anything is built or started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} is taken: choose another one with --port (make run PORT=8001)."
        elif error.errno == errno.EACCES:
            message = f"Port {port} is not for every user: choose one from 1024 on with --port."
        else:
            message = f"{host} is no address of this machine: choose another one with --host."
        raise click.ClickException(message) from error


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn without a configuration file; it writes no access log, so no address is kept."""

    def __init__(self, app: Flask, options: dict[str, Any], beside: WorkerBeside | None) -> None:
        self._app = app
        self._options = options
        self._beside = beside
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def run(self) -> None:
        _Master(self, self._beside).run()


class _Master(Arbiter):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn's main process; looks after a worker for jobs as it does after its own processes.

    No thread does so: a process that has some cannot be forked safely.
    """

    def __init__(self, server: _Server, beside: WorkerBeside | None) -> None:
        super().__init__(server)
        self._beside = beside

    def manage_workers(self) -> None:
        super().manage_workers()
        if self._beside:
            self._beside.keep()

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002  (gunicorn's signature)
        if self._beside:
            self._beside.tell_to_end()
        super().stop(graceful)
        if self._beside:
            self._beside.wait()


def run_server(
    app: Flask, host: str, port: int, workers: int, *, worker: bool = True, log: str = logs.TEXT
) -> None:
    """Serve an application until Ctrl-C, with a worker beside the server.

    Processes are forked before any connection is made.
    """
    logs.set_up(log, "server")
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        # A slow phone holds one of them. A proxy that takes whole requests before it passes them
        # on, as nginx does, keeps anybody from holding them all.
        "threads": THREADS,
        "graceful_timeout": STOP_SECONDS,
        "logger_class": logs.ServerLog,
        "loglevel": "error",  # below that it writes addresses of whoever sends nonsense
        "accesslog": None,
        # It would tell how many requests each process had so far, and run beside in a thread.
        "control_socket_disable": True,
        # No header says where we are, whoever sends it: the base_url setting does.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
    }
    # What is loaded by now stays: no collection has to walk through it again, nor copies its pages.
    gc.collect()
    gc.freeze()
    beside = WorkerBeside(app.config["SETTINGS"], log) if worker else None
    _Server(app, options, beside).run()
