"""Attack 4: somebody takes the disk and searches its bytes for what somebody answered.

They know what to look for: the comment, the slip, the change code, the keys, and what the boxes
looked like while the round was open.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from surveyapp.anonymity.change_code import ballot_id, to_words
from surveyapp.rounds import closing, releasing, slips
from surveyapp.storage import database
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Box, Round, State
from surveyapp.web.pages import keys, settings
from tests.attacks import weakened
from tests.attacks.dumps import mentions, open_team, take_dump

if TYPE_CHECKING:
    from flask import Flask

COMMENT = "xyzzy-what-one-person-wrote"


@dataclass(frozen=True)
class Answered:
    """A round in which six of twelve answered, one with a comment; the bytes by what they are."""

    round_id: int
    secret: dict[str, bytes]
    """What must never lie on the disk, not even while the round is open."""
    passing: dict[str, bytes]
    """What lies there while it is open, and must be gone once its answers are destroyed."""


def answered() -> Answered:
    round_id, people = open_team(12)
    code = people[0].answer(COMMENT)
    for person in people[1:6]:
        person.answer()
    with writing() as session:
        key = keys().read(session.get_one(Round, round_id).public_id)
    secret = {
        "comment": COMMENT.encode(),
        "slip": people[0].slip.encode(),
        "slip, plain": (slips.normalise(people[0].slip) or "").encode(),
        "change code": code,
        "change code, hex": code.hex().encode(),
        "change code, words": to_words(code).encode(),
        "ballot": ballot_id(code),
    }
    sealed = {f"box of {row['kind']}": row["blob"][100:164] for row in take_dump()["box"]}
    return Answered(round_id, secret, sealed | {"slip, HMAC": people[0].mac, "key": key})


def found(marks: dict[str, bytes]) -> set[str]:
    """Search every byte of the disk, and every value: PostgreSQL packs long ones on the disk."""
    db.session.rollback()
    held = b"".join(path.read_bytes() for path in disk() if path.is_file())
    rows = [row for rows in take_dump().values() for row in rows]
    return {
        name
        for name, mark in marks.items()
        if mark in held or any(mentions(row, mark) for row in rows)
    }


def disk() -> list[Path]:
    """List the files of the instance folder and of the database."""
    files = list(settings().instance.rglob("*"))
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            folder = "current_setting('data_directory') || '/base/' || oid"
            query = f"SELECT {folder} FROM pg_database WHERE datname = current_database()"  # noqa: S608
            files += Path(str(connection.execute(text(query)).scalar_one())).rglob("*")
    return files


def test_nothing_of_an_answer_is_ever_on_the_disk_and_its_box_is_gone_after_closing(
    app: Flask,
) -> None:
    answer = answered()
    assert found(answer.secret) == set()
    assert found(answer.passing) == set(answer.passing)
    assert closing.close(answer.round_id, keys())
    assert found(answer.secret | answer.passing) == set()


def test_with_a_reader_in_the_way_the_round_says_not_destroyed_yet_until_it_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ERASE_TIMEOUT_MS", 50)
    answer = answered()
    with db.engine.connect() as reader:
        reader.execute(select(Box.kind)).all()
        assert not closing.close(answer.round_id, keys())
        with writing() as session:
            closed = session.get_one(Round, answer.round_id)
            assert (closed.state, closed.destroyed) == (State.CLOSED, False)
            with pytest.raises(releasing.ReleasingError, match="not destroyed yet"):
                releasing.release(closed)
        assert "box of ballots" in found(answer.passing)
    assert closing.close(answer.round_id, keys())
    with writing() as session:
        assert session.get_one(Round, answer.round_id).destroyed
    assert found(answer.secret | answer.passing) == set()


def test_the_attacker_finds_what_was_said_where_boxes_are_not_sealed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.seal_nothing(monkeypatch)
    assert found(answered().secret) == {"comment", "ballot"}


def test_the_attacker_finds_the_boxes_where_nothing_is_erased(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.erase_nothing(monkeypatch)
    answer = answered()
    assert closing.close(answer.round_id, keys())
    assert "box of ballots" in found(answer.passing)
