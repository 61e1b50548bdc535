"""What somebody who died left undone, and who goes on with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from surveyapp.config import read_settings
from surveyapp.rounds import closing
from surveyapp.rounds.keydir import KeyDirectory
from surveyapp.storage.models import State
from surveyapp.web.pages import keys
from tests.faults.stopping import StoppedHereError
from tests.jobs.desk import do_what_is_due, mails
from tests.jobs.planned import OPENS, OVER, at, column, draft, look, organisation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

LATER = 600
"""Seconds after which a lease is over."""


@pytest.fixture
def opened(app: Flask) -> int:
    """Open a round and send its invitations."""
    spring = draft(organisation())
    look(OPENS, 9)
    assert mails()
    return spring


def dying(does: Callable[..., object]) -> Callable[..., None]:
    """Let whoever does something die right after it."""

    def die(*arguments: Any, **named: Any) -> None:  # noqa: ANN401  (as what it stands for)
        does(*arguments, **named)
        raise StoppedHereError

    return die


def test_mails_in_the_outbox_go_although_the_worker_died_when_all_was_destroyed(
    opened: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(closing, "close", dying(closing.close))
        with pytest.raises(StoppedHereError):
            do_what_is_due(at(OVER))
    assert column(opened, "destroyed")
    assert mails()
    do_what_is_due(at(OVER) + LATER)
    assert mails() == []


def test_a_round_given_up_is_destroyed_to_its_end_although_nobody_asked_again(
    opened: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(closing, "erase_deleted", lambda: False)
        assert not closing.discard(opened, keys())
    do_what_is_due(at(OPENS, 10))
    assert (column(opened, "state"), column(opened, "destroyed")) == (State.DISCARDED, True)


def no_room(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("what", ["key", "note", "secret"])
def test_a_file_that_found_no_room_is_not_there_and_can_be_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    directory = KeyDirectory(tmp_path / "keys")
    write: dict[str, Callable[[], object]] = {
        "key": lambda: directory.create("abc"),
        "note": lambda: directory.mark_counted("abc", b"counted"),
        "secret": lambda: read_settings({"SURVEYAPP_INSTANCE": str(tmp_path)}).secret_key,
    }
    directory.path.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_room)
        with pytest.raises(OSError, match="No space"):
            write[what]()
    assert not [file for file in directory.path.iterdir() if not file.name.startswith(".")]
    assert directory.copies() == {}
    assert write[what]() == write[what]() or what == "key"
    directory.destroy("abc")
    assert not list(directory.path.glob("*.key"))
