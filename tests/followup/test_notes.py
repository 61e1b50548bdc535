from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.followup import notes
from surveyapp.storage.database import writing
from surveyapp.storage.models import Coaching
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

DAY = dt.date(2027, 4, 30)


@pytest.fixture(autouse=True)
def _coaching(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    factories.make_coach_account(organisation)


def save(text: str, follow_up_on: dt.date | None, version: int) -> None:
    with writing() as session:
        file = session.scalars(select(Coaching)).one()
        notes.save(session, file, text, follow_up_on, version)


def saved() -> tuple[str | None, dt.date | None, int]:
    with writing() as session:
        file = session.scalars(select(Coaching)).one()
        return file.notes, file.follow_up_on, file.version


def test_a_file_begins_empty_and_keeps_what_is_saved() -> None:
    assert saved() == (None, None, 0)
    save("  They asked for a fixed day.\n", DAY, 0)
    assert saved() == ("They asked for a fixed day.", DAY, 1)


def test_empty_notes_are_deleted_and_so_is_an_empty_date() -> None:
    save("Something", DAY, 0)
    save(" \n ", None, 1)
    assert saved() == (None, None, 2)


@pytest.mark.parametrize("version", [0, 2, -1])
def test_what_was_saved_in_between_is_not_overwritten(version: int) -> None:
    save("From one tab", DAY, 0)
    with pytest.raises(notes.ChangedMeanwhileError):
        save("From another tab", None, version)
    assert saved() == ("From one tab", DAY, 1)
