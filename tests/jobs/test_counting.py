"""Closing in the background: from wherever it stands, once, and told how far."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from surveyapp.jobs.counting import progress_file, teams_counted
from surveyapp.roster import keeping
from surveyapp.roster.checking import Roster
from surveyapp.rounds import closing
from surveyapp.storage.database import writing
from surveyapp.storage.models import JobKind, JobState, Round, State
from surveyapp.web.pages import keys, settings
from tests import factories
from tests.jobs.desk import NOON, do_what_is_due, mails, put, row

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def opened(app: Flask) -> int:
    """Open a round of two teams."""
    organisation = factories.make_organisation()
    for leader in ("Dana", "Eve"):
        factories.make_team(organisation, leader, 3, mail=True)
    return factories.open_round(organisation)


def state(round_id: int) -> tuple[str, bool]:
    with writing() as session:
        found = session.get_one(Round, round_id)
        return found.state, found.destroyed


def close(round_id: int) -> int:
    """Ask for it, as the administrator's page does; returns the job's id."""
    with writing() as session:
        closing.begin(session, session.get_one(Round, round_id))
    return put(JobKind.CLOSE, factories.public_id(round_id))


def test_a_round_is_counted_and_destroyed_and_its_mails_are_forgotten(opened: int) -> None:
    put(JobKind.INVITE, factories.public_id(opened))
    assert do_what_is_due()
    assert len(mails()) == 6
    job = close(opened)
    assert do_what_is_due()
    assert state(opened) == (State.CLOSED, True)
    assert row(job).state == JobState.DONE
    assert mails() == []
    assert not progress_file(settings(), factories.public_id(opened)).exists()


def test_how_many_teams_are_counted_is_told_while_they_are(
    opened: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    public_id = factories.public_id(opened)
    count = closing.count

    def watched(*given: object) -> object:
        told.append(teams_counted(settings(), public_id))
        return count(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(closing, "count", watched)
    close(opened)
    assert do_what_is_due()
    assert told == [0, 1]
    assert teams_counted(settings(), public_id) == 0


def test_a_round_that_was_given_up_is_destroyed_to_its_end(
    opened: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(closing, "erase_deleted", lambda: False)
        assert not closing.discard(opened, keys())
    put(JobKind.CLOSE, factories.public_id(opened))
    assert do_what_is_due()
    assert state(opened) == (State.DISCARDED, True)


def test_a_round_that_is_closed_or_gone_needs_nothing(opened: int) -> None:
    factories.close_and_release(opened)
    put(JobKind.CLOSE, factories.public_id(opened))
    put(JobKind.CLOSE, "nosuchround1")
    assert do_what_is_due()
    assert state(opened) == (State.RELEASED, True)


def test_people_files_whose_hour_is_over_are_tidied_away(app: Flask) -> None:
    instance = settings().instance
    old, fresh = (keeping.keep(instance, "somebody", Roster((), ())) for _ in range(2))
    os.utime(instance / keeping.FOLDER / old, (NOON - 3600, NOON - 3600))
    os.utime(instance / keeping.FOLDER / fresh, (NOON - 3599, NOON - 3599))
    put(JobKind.TIDY)
    assert do_what_is_due()
    assert [file.name for file in (instance / keeping.FOLDER).iterdir()] == [fresh]
