from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.rounds import boxes, closing, keycheck
from surveyapp.rounds.keydir import RoundKeyError
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round, State
from surveyapp.web.pages import keys
from tests import factories
from tests.rounds.test_closing import answered

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


@pytest.fixture
def round_id(app: Flask) -> int:
    return answered()[0]


def key_file(round_id: int) -> Path:
    return keys().path / f"round-{factories.public_id(round_id)}.key"


def faults() -> list[str]:
    with writing() as session:
        return keycheck.faults(session, keys())


def test_the_key_of_a_round_fits(round_id: int) -> None:
    assert faults() == []
    assert closing.close(round_id, keys())
    assert faults() == []


def test_a_lost_key_is_named_and_the_round_stays_open_until_it_is_put_back(round_id: int) -> None:
    file = key_file(round_id)
    key = file.read_bytes()
    file.unlink()
    (fault,) = faults()
    assert fault.startswith("“Spring” cannot be counted yet.")
    assert str(file) in fault
    with pytest.raises(RoundKeyError, match="missing"):
        closing.close(round_id, keys())
    with writing() as session:
        assert session.get_one(Round, round_id).state == State.OPEN
    file.write_bytes(key)
    assert closing.close(round_id, keys())


def test_another_rounds_key_is_found_before_a_box_is_opened(
    round_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = key_file(round_id)
    file.write_bytes(bytes(32))
    (fault,) = faults()
    assert f"Put back the right {file.name}" in fault
    monkeypatch.setattr(boxes, "unseal", lambda *_boxes, **_lock: pytest.fail("opened"))
    for state_before in (State.OPEN, State.CLOSING):
        with writing() as session:
            session.get_one(Round, round_id).state = state_before
        with pytest.raises(RoundKeyError, match="is not the one that “Spring” was opened with"):
            closing.close(round_id, keys())
        with writing() as session:
            assert session.get_one(Round, round_id).state == state_before


def test_a_round_that_was_counted_after_the_copy_is_to_be_given_up(round_id: int) -> None:
    file = key_file(round_id)
    keys().mark_counted(factories.public_id(round_id), b"these boxes")
    assert faults() == []  # the count was interrupted, and goes on
    file.unlink()
    (fault,) = faults()
    assert "is not counted again: discard it" in fault
