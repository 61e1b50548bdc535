"""Sheets of slips between two presses of one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidTag

from surveyapp.rounds import sheets

if TYPE_CHECKING:
    from pathlib import Path

KEY = bytes(32)
ROUND, OTHER = "sydv2b4czxh5", "sydv2b4czxh6"


def test_sheets_are_for_one_account_one_round_and_one_key(tmp_path: Path) -> None:
    sheets.keep(tmp_path, ROUND, 1, KEY, b"codes")
    now = (tmp_path / sheets.FOLDER / f"{ROUND}-1").stat().st_mtime
    assert sheets.kept(tmp_path, ROUND, 1, KEY, now) == b"codes"
    assert sheets.kept(tmp_path, ROUND, 11, KEY, now) is None
    assert sheets.kept(tmp_path, OTHER, 1, KEY, now) is None
    with pytest.raises(InvalidTag):
        sheets.kept(tmp_path, ROUND, 1, bytes(31) + b"1", now)
    (tmp_path / sheets.FOLDER / f"{ROUND}-1").rename(tmp_path / sheets.FOLDER / f"{ROUND}-2")
    with pytest.raises(InvalidTag):
        sheets.kept(tmp_path, ROUND, 2, KEY, now)


def test_sheets_end_by_time_and_with_their_round_alone(tmp_path: Path) -> None:
    for round_id in (ROUND, OTHER):
        sheets.keep(tmp_path, round_id, 1, KEY, b"codes")
    now = (tmp_path / sheets.FOLDER / f"{OTHER}-1").stat().st_mtime
    sheets.forget(tmp_path, ROUND)
    sheets.forget_old(tmp_path, now)
    assert sheets.are_kept(tmp_path, OTHER, 1, now)
    assert not sheets.are_kept(tmp_path, ROUND, 1, now)
    sheets.forget_old(tmp_path, now + sheets.KEPT_SECONDS)
    assert list((tmp_path / sheets.FOLDER).iterdir()) == []


def test_the_same_account_gets_what_was_made_last_and_no_half_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in (b"first", b"second"):
        sheets.keep(tmp_path, ROUND, 1, KEY, content)
    assert sheets.kept(tmp_path, ROUND, 1, KEY, 0) == b"second"

    def full(*_anything: object) -> None:
        message = "full"
        raise OSError(message)

    monkeypatch.setattr(type(tmp_path), "replace", full)
    with pytest.raises(OSError, match="full"):
        sheets.keep(tmp_path, ROUND, 1, KEY, b"third")
    assert sheets.kept(tmp_path, ROUND, 1, KEY, 0) == b"second"
    assert len(list((tmp_path / sheets.FOLDER).iterdir())) == 1


def test_nothing_is_removed_where_nothing_was_kept(tmp_path: Path) -> None:
    sheets.forget(tmp_path, ROUND)
    sheets.forget_old(tmp_path, 0)
    assert list(tmp_path.iterdir()) == []
