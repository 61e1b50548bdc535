"""The calendar when something is in the way of a round."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from surveyapp.anonymity import auditor
from surveyapp.jobs import calendar, schedule
from surveyapp.rounds import closing, dates
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    JobKind,
    JobState,
    Organisation,
    Person,
    Round,
    State,
    Team,
)
from surveyapp.web.pages import keys
from tests.jobs.desk import do_what_is_due
from tests.jobs.planned import (
    OPENS,
    OVER,
    PLANNED,
    at,
    column,
    draft,
    job,
    look,
    organisation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

ONE_DAY = dt.timedelta(days=1)


def set_up(owner: int, hindrance: str) -> None:
    """Put something in the way of opening."""
    with writing() as session:
        if hindrance == "purpose":
            session.get_one(Organisation, owner).purpose_accepted_on = None
        elif hindrance == "roster":
            session.scalars(select(Team).where(Team.organisation_id == owner)).one().members = []


def clear(owner: int, hindrance: str) -> None:
    """Take it away again."""
    with writing() as session:
        if hindrance == "purpose":
            session.get_one(Organisation, owner).purpose_accepted_on = OPENS
        elif hindrance == "roster":
            team = session.scalars(select(Team).where(Team.organisation_id == owner)).one()
            people = select(Person).where(Person.id != team.leader_id)
            team.members = list(session.scalars(people))


@pytest.mark.parametrize(
    ("hindrance", "said"), [("purpose", "Nobody has accepted"), ("roster", "Nobody is on")]
)
def test_what_keeps_a_round_from_opening_is_said_once_and_tried_again_each_day(
    app: Flask, caplog: pytest.LogCaptureFixture, hindrance: str, said: str
) -> None:
    owner = organisation()
    spring = draft(owner)
    set_up(owner, hindrance)
    for hour in range(1, 24, 6):
        look(OPENS, hour)
    found = job(JobKind.OPEN, spring)
    assert found
    assert (found.fault or "").startswith(said)
    assert found.due_at == at(OPENS + ONE_DAY)
    look(OPENS + ONE_DAY)
    assert caplog.text.count(said) == 1
    clear(owner, hindrance)
    look(OPENS + ONE_DAY, 9)
    assert column(spring, "state") == State.DRAFT
    look(OPENS + 2 * ONE_DAY)
    assert column(spring, "opened_on") == OPENS + 2 * ONE_DAY
    found = job(JobKind.OPEN, spring)
    assert found
    assert (found.state, found.fault) == (JobState.DONE, None)


def test_a_draft_whose_hindrance_went_can_be_tried_at_once(app: Flask) -> None:
    owner = organisation()
    spring = draft(owner)
    set_up(owner, "purpose")
    look(OPENS, 1)
    clear(owner, "purpose")
    with writing() as session:
        calendar.try_again(session, owner, at(OPENS, 2))
    look(OPENS, 2)
    assert column(spring, "state") == State.OPEN


def test_a_round_opens_at_once_when_the_one_before_it_closes_that_minute(app: Flask) -> None:
    owner = organisation()
    spring = draft(owner)
    look(OPENS)
    summer = draft(owner, replace(PLANNED.later(60), opens_on=OVER), "Summer")
    look(OVER)
    assert column(spring, "state") == State.RELEASED
    assert (column(summer, "state"), column(summer, "opened_on")) == (State.OPEN, OVER)


def test_a_round_waits_for_another_one_that_stays_open_and_says_so(app: Flask) -> None:
    owner = organisation()
    draft(owner)
    look(OPENS)
    summer = draft(owner, replace(PLANNED.later(60), opens_on=OPENS + ONE_DAY), "Summer")
    look(OPENS + ONE_DAY)
    found = job(JobKind.OPEN, summer)
    assert found
    assert "“Spring” is still open" in (found.fault or "")
    look(OVER)
    assert column(summer, "state") == State.OPEN


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let the audit find something in every count; returns how often it was asked."""
    asked: list[int] = []

    def found(*_counted: object, **_thresholds: int) -> list[Any]:
        asked.append(1)

        class Finding:
            def in_words(self, _names: object) -> str:
                return "The group of Northwind's team is too small."

        return [Finding()]

    with monkeypatch.context() as context:
        context.setattr(auditor, "audit", found)
        yield asked


def test_a_round_that_is_held_is_counted_again_each_day_and_logged_once_without_its_groups(
    app: Flask, held: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    spring = draft(organisation())
    look(OPENS)
    for hour in range(0, 24, 6):
        look(OVER, hour)
    assert len(held) == 1
    look(OVER + ONE_DAY)
    assert len(held) == 2
    assert column(spring, "state") == State.CLOSING
    assert "too small" in column(spring, "held_for")
    assert caplog.text.count("held for checking") == 1
    assert "too small" not in caplog.text
    found = job(JobKind.CLOSE, spring)
    assert found
    assert "too small" not in (found.fault or "")


def test_a_round_whose_key_is_lost_waits_for_it(app: Flask) -> None:
    spring = draft(organisation())
    look(OPENS)
    (file,) = keys().path.glob("*.key")
    kept = file.read_bytes()
    file.unlink()
    assert not look(OVER)
    assert column(spring, "state") == State.CLOSING
    file.write_bytes(kept)
    assert look(OVER + ONE_DAY)
    assert column(spring, "state") == State.RELEASED


def test_a_destruction_that_something_hinders_is_tried_again_within_minutes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    spring = draft(organisation())
    look(OPENS)
    with monkeypatch.context() as busy:
        busy.setattr(closing, "erase_deleted", lambda: False)
        assert not do_what_is_due(at(OVER))
    assert (column(spring, "state"), column(spring, "destroyed")) == (State.CLOSED, False)
    hindered = job(JobKind.CLOSE, spring)
    assert hindered
    assert (hindered.fault or "").startswith("The answers are not destroyed yet: the database is")
    assert do_what_is_due(at(OVER) + 60)
    assert column(spring, "state") == State.RELEASED


def test_moving_the_last_day_wins_over_a_closing_that_was_asked_for(app: Flask) -> None:
    spring = draft(organisation())
    look(OPENS)
    later = OVER + 3 * ONE_DAY
    with writing() as session:
        opened = session.get_one(Round, spring)
        schedule.enqueue(session, JobKind.CLOSE, opened.public_id, int(at(OVER)))
        dates.move_closing(session, opened, later, PLANNED.closes_on)
    look(later)
    assert column(spring, "state") == State.OPEN
    look(later + ONE_DAY)
    assert column(spring, "state") == State.RELEASED


def test_a_round_that_somebody_closes_by_hand_is_left_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    spring = draft(organisation())
    look(OPENS)
    close = closing.close

    def meanwhile(round_id: int, *arguments: Any, **today: Any) -> bool:  # noqa: ANN401
        assert close(round_id, *arguments, **today)
        return close(round_id, *arguments, **today)

    monkeypatch.setattr(closing, "close", meanwhile)
    assert look(OVER)
    assert column(spring, "state") == State.RELEASED


def test_a_draft_whose_day_was_moved_waits_for_the_new_one(app: Flask) -> None:
    spring = draft(organisation())
    with writing() as session:
        planned = session.get_one(Round, spring)
        schedule.enqueue(session, JobKind.OPEN, planned.public_id, int(at(OPENS)))
        dates.plan(planned, PLANNED.later(5), OPENS)
    look(OPENS)
    assert column(spring, "state") == State.DRAFT
    look(OPENS + 5 * ONE_DAY)
    assert column(spring, "state") == State.OPEN


def test_an_organisation_without_a_time_zone_hinders_no_other(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    bad = draft(organisation("Contoso", "Europe/Nowhere"))
    good = draft(organisation())
    assert not look(OPENS)
    assert column(good, "state") == State.OPEN
    assert column(bad, "state") == State.DRAFT
    assert caplog.text.count("no time zone named 'Europe/Nowhere'") == 1
