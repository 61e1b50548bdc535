"""A copy that does not come to its end: nothing of that name is there, and it can be made again."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TextIO

import pytest

from surveyapp.rounds.keydir import KeyDirectory
from surveyapp.storage import backup
from tests.cli.commands import fail, run, succeed
from tests.cli.conftest import folder, installed, opened
from tests.faults.stopping import StoppedHereError, give_up
from tests.faults.test_full_disk import disk_of_its_own, no_file_may_grow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["folder", "installed", "opened"]
KILLED = """
import os, signal
from surveyapp.cli import main
from surveyapp.storage import backup
backup._plain = lambda value: os.kill(os.getpid(), signal.SIGKILL)
main(["backup", "copies/copy.gz"])
"""


@contextmanager
def no_room_in(copies: Path) -> Iterator[None]:
    """Leave room for a page; where no disk can be made, let no file grow once one is begun."""
    dump = backup.dump

    with (
        ExitStack() as quota,
        disk_of_its_own(copies, "4k") as made,
        pytest.MonkeyPatch.context() as patch,
    ):

        def limited(out: TextIO) -> int:
            quota.enter_context(no_file_may_grow())
            return dump(out)

        if not made:
            patch.setattr(backup, "dump", limited)
        yield


def test_a_copy_that_finds_no_room_says_so_and_leaves_nothing(opened: Path) -> None:
    (copies := opened / "copies").mkdir()
    with no_room_in(copies):
        said = fail("backup", "copies/copy.gz")
        assert "copies/copy.gz is not written: [Errno" in said
        assert list(copies.iterdir()) == []
    succeed("backup", "copies/copy.gz")


def test_a_copy_that_was_killed_has_no_name_and_can_be_made_again(opened: Path) -> None:
    (copies := opened / "copies").mkdir()
    killed = subprocess.run([sys.executable, "-c", KILLED], check=False)
    assert killed.returncode == -signal.SIGKILL
    (half,) = copies.iterdir()
    assert half.name.startswith(".copy-")
    assert half.name.endswith(".gz")  # as what the timer removes when it is old
    succeed("backup", "copies/copy.gz")
    assert (copies / "copy.gz").stat().st_mode & 0o777 == 0o600


def test_a_copy_is_made_although_one_round_has_lost_its_key_and_the_fault_is_told(
    opened: Path,
) -> None:
    (key,) = (opened / "instance" / "keys").glob("round-*.key")
    key.unlink()
    made = run("backup", "copy.gz", "--with-keys", "keys.gz")
    assert made.exit_code == 1
    assert "“Spring”: The key of this round is missing" in made.stderr
    assert (opened / "copy.gz").stat().st_size
    assert "exists already" in fail("backup", "other.gz", "--with-keys", "keys.gz")
    assert not (opened / "other.gz").exists()


def test_a_restoring_that_died_before_keys_were_back_can_be_begun_again(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backup", "copy.gz", "--with-keys", "keys.gz").exit_code == 0
    monkeypatch.setenv("SURVEYAPP_INSTANCE", str(opened / "elsewhere"))
    restore = ("restore", "copy.gz", "--with-keys", "keys.gz")
    with monkeypatch.context() as patch:
        patch.setattr(KeyDirectory, "put_back", lambda _keys, _copies: give_up())
        with pytest.raises(StoppedHereError):
            run(*restore)
    succeed(*restore)
    succeed("round", "close", "Spring", "--json")
