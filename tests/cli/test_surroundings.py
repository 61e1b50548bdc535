"""What `surveyapp doctor` says of files, address, certificate and clock."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from benchmarks.mail_server import make_certificate, tls
from surveyapp.app import create_app
from surveyapp.cli import surroundings
from surveyapp.cli.surroundings import IllError, address, clock, disk, files
from tests.cli.commands import fail
from tests.installation import running

if TYPE_CHECKING:
    from collections.abc import Iterator


class InFront(BaseHTTPRequestHandler):
    """A server in front of a site, which may do everything wrong."""

    compresses = False
    is_open = False
    health = b"ok\n"
    late = dt.timedelta(0)

    def do_GET(self) -> None:
        is_metrics = self.path == "/metrics"
        self.send_response(404 if is_metrics and not self.is_open else 200)
        if self.compresses and self.path == "/":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.path == "/healthz":
            self.wfile.write(self.health)

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002  (its own)
        then = dt.datetime.now(dt.UTC) + self.late
        return f"{then:%a, %d %b %Y %H:%M:%S} GMT"

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def in_front(folder: Path, monkeypatch: pytest.MonkeyPatch, **how: object) -> Iterator[None]:
    """Run such a server over TLS, and let the site be there."""
    certificate = make_certificate(folder / "site.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Front", (InFront,), how))
    server.socket = tls(certificate).wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever).start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("SURVEYAPP_BASE_URL", f"https://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(surroundings, "LEAST_DAYS", 0)
    try:
        with running(create_app()):
            yield
    finally:
        server.shutdown()
        server.server_close()


def test_a_site_that_is_well(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with in_front(installed, monkeypatch):
        assert address().endswith("opens, encrypted; its certificate is valid for 0 days")
        assert clock().endswith("; as the server in front says")
        monkeypatch.setattr(surroundings, "LEAST_DAYS", 14)
        with pytest.raises(IllError, match="ends in 0 days: renew it"):
            address()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"health": b"Welcome to nginx"}, "something else than surveyapp answers"),
        ({"compresses": True}, "“gzip off;” in nginx"),
        ({"is_open": True}, "/metrics is open to everybody"),
    ],
)
def test_a_careless_server_in_front_is_noticed(
    installed: Path, monkeypatch: pytest.MonkeyPatch, how: dict[str, object], said: str
) -> None:
    with in_front(installed, monkeypatch, **how), pytest.raises(IllError, match=said):
        address()


def test_a_clock_that_is_not_the_one_in_front_is_noticed(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        in_front(installed, monkeypatch, late=dt.timedelta(minutes=-3)),
        pytest.raises(IllError, match=r"the server in front is (179|18\d) s away"),
    ):
        clock()


def test_files_that_others_may_open_are_named(installed: Path) -> None:
    instance = Path("instance")
    with running(create_app()):
        assert files().endswith("instance, for its owner alone")
        instance.chmod(0o755)
        assert files().endswith("instance, for its owner alone")  # and so is the database in it
        (instance / "surveyapp.sqlite").chmod(0o644)
        with pytest.raises(IllError, match=r"chmod go= .*surveyapp\.sqlite"):
            files()


def test_somebody_elses_files_are_no_good(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(create_app()):
        monkeypatch.setattr("os.getuid", lambda: 4711)
        with pytest.raises(IllError, match="belongs to another user"):
            files()


def test_sqlite_on_another_machine_is_no_good(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(create_app()):
        monkeypatch.setattr(
            surroundings, "_mounted", lambda: [("/", "ext4"), (str(installed), "nfs4")]
        )
        with pytest.raises(IllError, match=r"on another machine \(nfs4\)"):
            files()


def test_a_full_disk_is_noticed(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(create_app()):
        assert "GB free for" in disk()
        monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=9e8))
        with pytest.raises(IllError, match=r"0\.9 GB free .*: make room"):
            disk()


def test_a_newer_versions_database_is_named_as_such(installed: Path) -> None:
    with closing(sqlite3.connect("instance/surveyapp.sqlite")) as database:
        database.execute("UPDATE alembic_version SET version_num = '999'")
        database.commit()
    assert "belongs to another version of surveyapp" in fail("doctor")
