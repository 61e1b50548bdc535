"""Copies of an installation on the command line, with and without the keys."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import fail, run, succeed

if TYPE_CHECKING:
    from pathlib import Path


def test_a_copy_is_for_its_owner_alone_and_holds_no_key(opened: Path) -> None:
    assert "1 team sealed anew" in succeed("backup", "copy.gz")
    assert (opened / "copy.gz").stat().st_mode & 0o777 == 0o600
    (key,) = (opened / "instance" / "keys").glob("round-*.key")
    assert key.read_bytes() not in gzip.decompress((opened / "copy.gz").read_bytes())
    assert "exists already" in fail("backup", "copy.gz")


def test_two_copies_have_no_box_in_common(opened: Path) -> None:
    for name in ("one.gz", "two.gz"):
        succeed("backup", name)
    one, two = (
        set(gzip.decompress((opened / name).read_bytes()).splitlines())
        for name in ("one.gz", "two.gz")
    )
    assert {line.split(b'"')[1] for line in one - two} == {b"box"}
    assert len(one - two) == 2


def test_an_installation_moves_to_another_folder_with_its_keys(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run("backup", "copy.gz", "--with-keys", "keys.gz")
    assert made.exit_code == 0
    assert "keep the two apart" in made.stderr
    assert (opened / "keys.gz").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("SURVEYAPP_INSTANCE", str(opened / "elsewhere"))
    assert "put back" in succeed("restore", "copy.gz", "--with-keys", "keys.gz")
    assert "No attack succeeded" in succeed("audit")
    succeed("round", "close", "Spring", "--json")
    assert "empty installation" in fail("restore", "copy.gz")


def test_the_key_of_a_counted_round_does_not_come_back(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeed("backup", "copy.gz", "--with-keys", "keys.gz")
    succeed("round", "close", "Spring", "--json")
    monkeypatch.setenv("SURVEYAPP_DATABASE_URL", f"sqlite:///{opened / 'other.sqlite'}")
    succeed("restore", "copy.gz", "--with-keys", "keys.gz")
    assert "key of this round is missing" in fail("round", "close", "Spring", "--json")
    told = run("audit")
    assert told.exit_code == 3
    assert "counted before" in told.stderr


def test_a_copy_of_a_key_that_outlives_its_round_is_missed_by_nobody(opened: Path) -> None:
    copy = opened / "keys.gz"
    assert run("backup", "copy.gz", "--with-keys", "keys.gz").exit_code == 0
    assert "open round, no key missing" in run("doctor").stdout
    succeed("round", "close", "Spring", "--json")
    assert f"ILL   keys      {copy} holds the key of a round that is over" in run("doctor").stdout
    copy.unlink()
    assert "well  keys" in run("doctor").stdout


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"no copy", mtime=0)])
def test_a_file_that_is_no_copy_is_refused(folder: Path, content: bytes) -> None:
    (folder / "bad.gz").write_bytes(content)
    assert "no copy" in fail("restore", "bad.gz")
    (folder / "keys.gz").write_bytes(content)
