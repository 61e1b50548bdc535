from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.serving import free_port, surveyapp_script, wait_for
from surveyapp.cli.worker import WorkerBeside
from surveyapp.config import read_settings
from tests.cli.commands import open_spring, run, succeed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


PEOPLE = """name,email,leader_email
Dana Okafor,dana@demo.example,
Bo,bo@demo.example,dana@demo.example
Cy,,dana@demo.example
"""
PATIENCE_SECONDS = 30
STOP_SECONDS = 8


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install, in a folder of its own, with an open round of one person with mail."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "instance"
    monkeypatch.setenv("SURVEYAPP_INSTANCE", str(folder))
    succeed("init", "--admin", "admin@demo.example")
    open_spring(PEOPLE)
    return folder


def until(come: Callable[[], bool], seconds: int = PATIENCE_SECONDS) -> None:
    """Look again and again whether something has come; a failure if it takes too long."""
    deadline = time.monotonic() + seconds
    while not come():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def mails(instance: Path) -> list[Path]:
    return list((instance / "outbox").glob("*.eml"))


def invited(instance: Path) -> bool:
    """Whether the invitations are sent, and that is noted."""
    with closing(sqlite3.connect(instance / "surveyapp.sqlite")) as database:
        rows = database.execute("SELECT state FROM job WHERE kind = 'invite'").fetchall()
    return bool(rows == [("done",)])


def workers(server: int) -> list[int]:
    """Return the process ids of a server's children that are workers for jobs."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"--beside" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [surveyapp_script(), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def served(*words: str) -> Iterator[subprocess.Popen[str]]:
    port = free_port()
    with started("serve", "--workers", "1", "--port", str(port), *words) as server:
        wait_for(f"http://127.0.0.1:{port}")
        yield server


def test_work_that_is_due_is_done_once(instance: Path) -> None:
    assert run("worker", "--once").exit_code == 0
    (mail,) = mails(instance)
    assert b"To: Bo <bo@demo.example>" in mail.read_bytes()
    mail.unlink()
    assert run("worker", "--once").exit_code == 0
    assert mails(instance) == []


def test_work_that_did_not_go_well_is_told_by_the_exit_code(instance: Path) -> None:
    (instance / "outbox").write_text("a file in the way")
    told = run("worker", "--once")
    assert told.exit_code == 1
    assert "invite waits until" in told.stderr
    assert not told.stdout


def test_a_signal_is_handled_as_before_once_the_worker_has_ended(instance: Path) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    run("worker", "--once")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_works_until_a_signal_ends_it_without_a_trace(
    instance: Path, number: signal.Signals
) -> None:
    with started("worker") as worker:
        assert worker.stdout
        assert worker.stdout.readline() == "Working; Ctrl-C ends it.\n"
        until(lambda: invited(instance))
        worker.send_signal(number)
        said = worker.communicate(timeout=STOP_SECONDS)[1]
    assert worker.returncode == 0
    lines = said.splitlines()
    assert [line.split(" ")[:2] for line in lines][:1] == [["worker:", "invite"]]
    assert all(line.startswith("worker: ") and line.endswith(": done") for line in lines)


def test_a_server_has_a_worker_starts_it_anew_and_ends_it(instance: Path) -> None:
    with served() as server:
        until(lambda: bool(workers(server.pid)))  # pages may be served before it is there
        (first,) = workers(server.pid)
        until(lambda: len(mails(instance)) == 1)
        os.kill(first, signal.SIGKILL)
        until(lambda: workers(server.pid) not in ([], [first]))
        (second,) = workers(server.pid)
        server.send_signal(signal.SIGINT)
        said, complained = server.communicate(timeout=STOP_SECONDS)
        assert not runs(second)
    assert server.returncode == 0
    assert "Traceback" not in said + complained


def test_a_worker_beside_a_server_works_for_the_servers_address(instance: Path) -> None:
    beside = WorkerBeside(replace(read_settings(), base_url="https://survey.demo.example"))
    beside.keep()
    try:
        until(lambda: len(mails(instance)) == 1)
        beside.keep()
        (worker,) = workers(os.getpid())
    finally:
        beside.tell_to_end()
        beside.wait()
    assert not runs(worker)
    assert b"\nhttps://survey.demo.example/answer/" in mails(instance)[0].read_bytes()


def test_a_worker_ends_by_itself_when_its_server_is_gone(instance: Path) -> None:
    with served() as server:
        until(lambda: bool(workers(server.pid)))
        (worker,) = workers(server.pid)
        until(lambda: len(mails(instance)) == 1)
        server.kill()
        until(lambda: not runs(worker))


def test_a_server_may_go_without_a_worker(instance: Path) -> None:
    with served("--no-worker") as server:
        assert workers(server.pid) == []
        server.terminate()
        server.communicate(timeout=STOP_SECONDS)
    assert server.returncode == 0
    assert mails(instance) == []
