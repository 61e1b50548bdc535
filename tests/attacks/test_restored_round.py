"""Attack 14: somebody restores a counted round and counts it again with one more answer in it.

They run the server, and know what was published first: the difference is what the last one said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from sqlalchemy import delete, insert, select

from surveyapp.core.questionnaire import ITEMS
from surveyapp.rounds import closing
from surveyapp.rounds.keydir import CountedError, KeyDirectory
from surveyapp.storage.database import db
from surveyapp.storage.models import Base
from surveyapp.web.pages import keys
from tests.attacks import weakened
from tests.attacks.dumps import open_team
from tests.storage.test_audit import tamper

if TYPE_CHECKING:
    from flask import Flask

Backup: TypeAlias = "dict[str, list[dict[str, Any]]]"


class PowerCutError(Exception):
    """The machine stops."""


def publications_of_both_counts() -> list[str]:
    """Count, restore the database from before, let one more answer, and count again.

    The power failed before the key was destroyed: without it the second count would be impossible
    anyway.
    """
    round_id, (*five, last) = open_team(6)
    for person in five:
        person.answer()
    backup = copy_tables()
    with pytest.MonkeyPatch.context() as power:
        power.setattr(KeyDirectory, "destroy", cut)
        with pytest.raises(PowerCutError):
            closing.close(round_id, keys())
    first = copy_tables()["publication"]
    put_back(backup)
    last.answer(**{item.id: item.choices[0] for item in ITEMS})
    closing.close(round_id, keys())
    return [row["document"] for row in (*first, *copy_tables()["publication"])]


def cut(_keys: KeyDirectory, _round_id: str) -> None:
    raise PowerCutError


def copy_tables() -> Backup:
    with db.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }


def put_back(backup: Backup) -> None:
    tamper("DELETE FROM audit_entry")
    with db.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(delete(table))
        for table in Base.metadata.sorted_tables:
            if backup[table.name]:
                connection.execute(insert(table), backup[table.name])


def test_a_restored_round_is_not_counted_again_with_one_more_answer_in_it(app: Flask) -> None:
    with pytest.raises(CountedError, match="counted before, with other answers"):
        publications_of_both_counts()
    assert copy_tables()["publication"] == []


def test_the_attacker_sees_the_last_answer_where_no_note_is_kept_of_what_was_counted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.forget_what_was_counted(monkeypatch)
    without, with_last = publications_of_both_counts()
    assert without != with_last
