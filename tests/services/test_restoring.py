"""The commands that move an installation from SQLite onto PostgreSQL, as an operator runs them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from surveyapp.cli.application import installed_app
from surveyapp.storage.database import db
from tests.cli.commands import fail, run, succeed
from tests.cli.conftest import folder, installed, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server

__all__ = ["folder", "installed", "opened"]
KEYS = ("backup", "copy.gz", "--with-keys", "keys.gz")


@pytest.fixture
def moved(
    opened: Path, postgresql_server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Copy an installation with an open round, and set up a PostgreSQL without a table."""
    assert run(*KEYS).exit_code == 0
    wait_for_the_disk(postgresql_server, "on")
    postgresql_server.admin.execute("CREATE DATABASE moved")
    monkeypatch.setenv("SURVEYAPP_INSTANCE", str(opened / "elsewhere"))
    monkeypatch.setenv("SURVEYAPP_DATABASE_URL", postgresql_server.url("moved"))
    try:
        yield opened
    finally:
        postgresql_server.admin.execute("DROP DATABASE moved WITH (FORCE)")
        wait_for_the_disk(postgresql_server, "off")


def wait_for_the_disk(server: Server, setting: str) -> None:
    """Let the tests' own server be as safe as one should be, or as quick again as it was."""
    for name in ("fsync", "full_page_writes"):
        server.admin.execute(f"ALTER SYSTEM SET {name} = {setting}")
    server.admin.execute("SELECT pg_reload_conf()")


def doctor() -> dict[str, str]:
    lines = run("doctor").stdout.splitlines()
    return {line.split()[1]: " ".join([line.split()[0], *line.split()[2:]]) for line in lines}


def state() -> str:
    (one,) = json.loads(succeed("round", "list", "--json"))
    return str(one["state"])


def test_an_open_round_moves_onto_postgresql_and_is_closed_there(
    moved: Path, postgresql_server: Server
) -> None:
    restored = run("restore", "copy.gz", "--with-keys", "keys.gz")
    assert (restored.exit_code, restored.stderr) == (0, "")
    said = doctor()
    assert said["database"] == "well postgresql, can be written to; 1 round"
    assert "1 open round, no key missing" in said["keys"]
    assert said["clock"].startswith("well")
    assert "No attack succeeded" in succeed("audit")
    assert "1 team sealed anew" in succeed("backup", "again.gz")
    succeed("round", "close", "Spring", "--json")
    assert state() == "closed"
    assert "empty installation" in fail("restore", "copy.gz")
    postgresql_server.admin.execute("ALTER DATABASE moved SET log_statement = 'all'")
    assert "ILL PostgreSQL has log_statement = all, and writes into" in doctor()["database"]


def test_an_application_that_processes_are_forked_from_has_no_connection(moved: Path) -> None:
    succeed("restore", "copy.gz", "--with-keys", "keys.gz")
    with installed_app().app_context():
        assert db.engine.pool.checkedin() == 0  # type: ignore[attr-defined]  # of this kind of pool
        with db.engine.connect():
            pass
        assert db.engine.pool.checkedin() == 1  # type: ignore[attr-defined]  # of this kind of pool
        db.engine.dispose()


def test_lost_keys_are_said_at_once_and_the_round_goes_on_when_they_are_back(moved: Path) -> None:
    restored = run("restore", "copy.gz")
    assert restored.exit_code == 0
    assert "“Spring” cannot be counted yet. The key of this round is missing" in restored.stderr
    assert doctor()["keys"].startswith("ILL “Spring” cannot be counted yet.")
    assert "is missing" in fail("round", "close", "Spring", "--json")
    assert state() == "open"
    (key,) = Path("instance/keys").glob("round-*.key")
    (Path("elsewhere/keys") / key.name).write_bytes(key.read_bytes())
    succeed("round", "close", "Spring", "--json")


def test_wrong_keys_are_said_at_once_and_open_nothing(moved: Path) -> None:
    copies = json.loads(gzip.decompress(Path("keys.gz").read_bytes()))
    wrong = json.dumps(dict.fromkeys(copies, "A" * 43)).encode()
    Path("wrong.gz").write_bytes(gzip.compress(wrong))
    restored = run("restore", "copy.gz", "--with-keys", "wrong.gz")
    assert "is not the one that “Spring” was opened with" in restored.stderr
    assert "is not the one that “Spring” was opened with" in fail("round", "close", "Spring")
    assert state() == "open"


@pytest.mark.parametrize("content", [b"[]", b'{"round-a.key": 1}', b'{"round-a.key": "?"}'])
def test_a_damaged_copy_of_keys_is_refused_before_anything_is_written(
    moved: Path, content: bytes
) -> None:
    Path("bad.gz").write_bytes(gzip.compress(content))
    assert "no copy of keys" in fail("restore", "copy.gz", "--with-keys", "bad.gz")
    assert run("restore", "copy.gz", "--with-keys", "keys.gz").exit_code == 0
