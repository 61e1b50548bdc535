"""Every `surveyapp` command of `docs/operations.md` is run, in the order in which it stands there.

Where the document goes over to PostgreSQL, so does this: to a real one.
"""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from benchmarks.serving import free_port, surveyapp_script, wait_for
from tests.budgets import TOP
from tests.cli.commands import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgresql import Server

DOCUMENT: Final = TOP / "docs" / "operations.md"
OVER_TO_POSTGRESQL: Final = "<!-- from here on: PostgreSQL -->"
SECONDS: Final = 300
LASTING: Final = {"serve", "worker"}
MAY_FIND_FAULTS: Final = {"doctor": {0, 1}}
"""A fresh installation has no https and no mail server: exit code 1 names that."""
ROOM: Final = "/var/backups/surveyapp"


@dataclass(frozen=True)
class Command:
    """A command as the document has it."""

    words: tuple[str, ...]
    on_postgresql: bool


def commands(text: str) -> list[Command]:
    """Return the commands of the document's blocks of shell lines."""
    found = []
    for block in re.finditer(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
        after = OVER_TO_POSTGRESQL in text[: block.start()]
        for line in block[1].replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["surveyapp"]:
                found.append(Command(tuple(words[1:]), after))
    return found


def start(words: tuple[str, ...]) -> tuple[int, str]:
    """Run a command that lasts in a process, and end it once it is at work.

    Returns the exit code and what it said.
    """
    port = str(free_port())
    more = ["--port", port] if words[0] == "serve" else []
    with subprocess.Popen(
        [surveyapp_script(), *words, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        if words[0] == "serve":
            wait_for(f"http://127.0.0.1:{port}/healthz")
        else:
            assert process.stdout
            assert "Working" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=SECONDS)[0]
    return process.returncode, said


def test_every_command_of_the_document_works(
    tmp_path: Path, postgresql_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = commands(DOCUMENT.read_text(encoding="utf-8"))
    assert {"init", "serve", "worker", "doctor", "backup", "restore", "audit"} <= {
        command.words[0] for command in asked
    }
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SURVEYAPP_INSTANCE", str(tmp_path / "instance"))
    with postgresql_server.fresh_database() as url:
        for command in asked:
            if command.on_postgresql:
                monkeypatch.setenv("SURVEYAPP_DATABASE_URL", url)
            words = tuple(word.replace(ROOM, str(tmp_path)) for word in command.words)
            if words[0] in LASTING and "--once" not in words:
                code, said = start(words)
            else:  # in this process, which is faster
                result = run(*words)
                code, said = result.exit_code, result.output
            shown = f"surveyapp {shlex.join(words)}\n{said}"
            assert code in MAY_FIND_FAULTS.get(words[0], {0}), shown
            assert "Traceback" not in said, shown


@pytest.mark.parametrize("file", sorted((TOP / "deploy").rglob("*.*")), ids=lambda file: file.name)
def test_the_document_names_every_file_for_an_installation(file: Path) -> None:
    assert file.name in DOCUMENT.read_text(encoding="utf-8")


def test_the_document_names_every_metric_and_setting_for_operations() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in ("jobs", "ready", "build_info", "worker_last_seen_timestamp_seconds"):
        assert f"surveyapp_{name}" in text
    for path in ("/healthz", "/readyz", "/metrics"):
        assert path in text
