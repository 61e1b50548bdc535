"""SIGTERM to the real processes: what is in hand comes to its end, or is given back, in time."""

from __future__ import annotations

import signal
import socket
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from benchmarks.serving import free_port, wait_for
from surveyapp.app import create_app
from surveyapp.jobs import schedule
from surveyapp.storage.database import writing
from surveyapp.storage.models import JobKind
from tests import factories
from tests.cli.commands import run
from tests.cli.test_worker import started, until
from tests.installation import running

if TYPE_CHECKING:
    from pathlib import Path

MOST_SECONDS = 25
"""What “surveyapp serve” promises: 15 for requests, 10 for the worker beside it."""
PEOPLE = 600


@pytest.fixture
def mailing(tmp_path: Path, migrated_database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install, with an open round of many people whose invitations wait."""
    instance = tmp_path / "instance"
    instance.mkdir()
    (instance / "surveyapp.sqlite").write_bytes(migrated_database.read_bytes())
    monkeypatch.setenv("SURVEYAPP_INSTANCE", str(instance))
    with running(create_app()):
        organisation = factories.make_organisation()
        for number in range(PEOPLE // 100):
            factories.make_team(organisation, f"Dana {chr(65 + number)}", 100, mail=True)
        opened = factories.open_round(organisation)
        with writing() as session:
            schedule.enqueue(session, JobKind.INVITE, factories.public_id(opened))
    return instance


def invitation(instance: Path) -> tuple[str, int | None, int, int]:
    """Return state, end of the hold, attempts and steps of the job that invites."""
    with closing(sqlite3.connect(instance / "surveyapp.sqlite")) as database:
        query = "SELECT state, leased_until, attempts, done FROM job WHERE kind = 'invite'"
        found: tuple[str, int | None, int, int] = database.execute(query).fetchone()
    return found


def mails(instance: Path) -> int:
    return len(list((instance / "outbox").glob("*.eml")))


def test_a_worker_gives_its_job_back_where_it_stands(mailing: Path) -> None:
    with started("worker") as worker:
        until(lambda: mails(mailing) > 20, 120)
        before = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        _out, said = worker.communicate(timeout=MOST_SECONDS)
        took = time.monotonic() - before
    assert worker.returncode == 0, said
    assert took < 10
    state, leased_until, attempts, done = invitation(mailing)
    assert (state, leased_until, attempts) == ("waiting", None, 0)
    assert 20 < mails(mailing) < PEOPLE
    assert done <= mails(mailing)
    assert run("worker", "--once").exit_code == 0
    assert invitation(mailing)[0] == "done"
    assert mails(mailing) == PEOPLE


def test_a_server_finishes_the_request_that_it_has_in_hand_and_its_worker(mailing: Path) -> None:
    port = free_port()
    form = b"slip=" + b"x" * 20
    with started("serve", "--workers", "1", "--port", str(port)) as server:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        until(lambda: mails(mailing) > 20, 120)
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(
                b"POST /slip HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: %d\r\n\r\n" % len(form) + form[:9]
            )
            time.sleep(0.5)  # until the request is in hand
            before = time.monotonic()
            server.send_signal(signal.SIGTERM)
            time.sleep(1)
            connection.sendall(form[9:])
            reply = b""
            while part := connection.recv(65536):
                reply += part
        _out, said = server.communicate(timeout=MOST_SECONDS)
        took = time.monotonic() - before
    assert reply.startswith(b"HTTP/1.1 422 "), reply[:200]
    assert b"</html>" in reply
    assert server.returncode == 0, said
    assert took < MOST_SECONDS
    assert invitation(mailing)[:3] == ("waiting", None, 0)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_request_that_never_ends_does_not_keep_the_server(
    mailing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (runtime := tmp_path / "runtime").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    port = free_port()
    with started("serve", "--no-worker", "--workers", "1", "--port", str(port)) as server:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(
                b"POST /slip HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\nslip="
            )
            time.sleep(2)
            assert (
                list(runtime.iterdir()) == []
            )  # no socket that tells how many requests there were
            before = time.monotonic()
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=MOST_SECONDS)
            took = time.monotonic() - before
    assert server.returncode == 0
    assert took < MOST_SECONDS
