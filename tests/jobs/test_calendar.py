from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from surveyapp.jobs import calendar, leasing
from surveyapp.rounds import closing, dates, opening, releasing
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Job,
    JobKind,
    JobState,
    Round,
    State,
    TeamSees,
)
from surveyapp.web.pages import keys
from tests import factories
from tests.jobs.desk import Clock, rows
from tests.jobs.planned import (
    MAILINGS,
    OPENS,
    OVER,
    PLANNED,
    SEEN,
    at,
    column,
    draft,
    expected,
    job,
    look,
    mailings,
    organisation,
)

if TYPE_CHECKING:
    from flask import Flask

ONE_DAY = dt.timedelta(days=1)


def test_a_round_opens_reminds_closes_and_is_released_on_its_days(app: Flask) -> None:
    spring = draft(organisation())
    look(OPENS - ONE_DAY, 23.9)
    assert column(spring, "state") == State.DRAFT
    assert look(OPENS)
    assert (column(spring, "state"), column(spring, "opened_on")) == (State.OPEN, OPENS)
    look(PLANNED.closes_on, 23.9)
    assert column(spring, "state") == State.OPEN
    assert look(OVER)
    assert column(spring, "state") == State.RELEASED
    with writing() as session:
        assert session.get_one(Round, spring).teams[0].released_on == OVER
    assert not keys().exists(factories.public_id(spring))


def test_each_mailing_is_asked_for_once_in_the_morning_of_its_day(app: Flask) -> None:
    spring = draft(organisation())
    seen: dict[str, int] = {}
    for day in range((SEEN - OPENS).days + 10):
        for hour in (0, 8):
            look(OPENS + dt.timedelta(days=day), hour)
            seen |= {name: due for name, due in mailings().items() if name not in seen}
    assert seen == expected(spring) == mailings()
    assert {one.attempts for one in rows() if one.kind in MAILINGS} == {1}
    assert {one.state for one in rows() if one.kind in MAILINGS} == {JobState.DONE}


def test_nothing_is_written_while_nothing_is_due(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(organisation())
    look(OPENS, 9)
    monkeypatch.setattr(calendar, "writing", lambda: pytest.fail("it wrote"))
    calendar.keep_dates(at(OPENS + ONE_DAY, 9))


@pytest.mark.parametrize(
    ("reminded", "days_late"),
    [({1, 2}, 0), ({1, 2}, 1), ({2}, 2), ({2}, 5), (set(), 7)],
)
def test_a_worker_that_was_down_skips_a_reminder_of_more_than_a_day_ago(
    app: Flask, reminded: set[int], days_late: int
) -> None:
    spring = draft(organisation())
    look(OPENS)
    first = PLANNED.reminders[0]
    for day in range(days_late, 8):
        look(first + dt.timedelta(days=day), 12)
    asked = {int(name[-1]) for name in mailings() if name.startswith("remind")}
    assert asked == reminded
    due = {int(at(first + dt.timedelta(days=days_late), 8))} if 1 in reminded else set()
    assert due <= set(mailings().values())
    assert column(spring, "state") == State.OPEN


def test_a_reminder_that_was_asked_for_and_not_sent_in_time_is_skipped(app: Flask) -> None:
    spring = draft(organisation())
    look(OPENS)
    look(PLANNED.reminders[0])  # asked for at midnight; then nobody works for days
    (waiting,) = (one for one in rows() if one.kind == JobKind.REMIND)
    assert waiting.state == JobState.WAITING

    def is_over(day: int) -> bool:
        clock = Clock(at(PLANNED.reminders[0] + dt.timedelta(days=day), 9))
        lease = leasing.take(clock, job_id=waiting.id)
        assert lease
        lease.give_back()
        return calendar.is_over(lease)

    assert [is_over(day) for day in (0, 1, 2)] == [False, False, True]
    with writing() as session:
        session.get_one(Round, spring).state = State.CLOSING
    assert is_over(0)


def test_a_worker_that_was_down_for_the_whole_time_catches_up_in_order(app: Flask) -> None:
    owner = organisation()
    never = draft(owner)
    look(OVER + ONE_DAY)
    assert column(never, "state") == State.DRAFT, "nobody could have answered"
    with writing() as session:
        dates.plan(
            session.get_one(Round, never),
            replace(PLANNED.later(60), release_at_closing=False, releases_on=OVER + 62 * ONE_DAY),
            OVER,
        )
    look(OPENS + 60 * ONE_DAY)
    assert column(never, "state") == State.OPEN
    look(OVER + 61 * ONE_DAY)  # past its closing, and not yet its release
    assert column(never, "state") == State.CLOSED
    look(OVER + 64 * ONE_DAY)
    assert column(never, "state") == State.RELEASED
    assert f"announce {factories.public_id(never)}" in mailings()


@pytest.mark.parametrize("back", [1, 400])
def test_a_clock_that_is_set_back_does_nothing_twice(app: Flask, back: int) -> None:
    spring = draft(organisation())
    days = (OPENS, *PLANNED.reminders, OVER, SEEN)
    for day in days:
        look(day, 9)
    before, opened_on = mailings(), column(spring, "opened_on")
    for day in days:
        look(day - dt.timedelta(days=back), 9)
        look(day, 9)
    assert mailings() == before
    assert (column(spring, "state"), column(spring, "opened_on")) == (State.RELEASED, opened_on)
    assert {one.attempts for one in rows() if one.kind in MAILINGS} == {1}


def test_a_team_whose_leader_decides_gets_no_mail(app: Flask) -> None:
    spring = draft(organisation())
    with writing() as session:
        session.get_one(Round, spring).team_sees = TeamSees.IF_SHARED
    for day in (OPENS, OVER, SEEN):
        look(day, 9)
    assert [name.split()[0] for name in mailings()] == ["invite", "announce"]


def test_leaders_who_get_their_results_one_after_the_other_are_told_in_turn(app: Flask) -> None:
    owner = organisation()
    factories.make_team(owner, "Eve", 3)
    spring = draft(owner, replace(PLANNED, release_at_closing=False))
    look(OPENS)
    look(OVER, 9)
    assert [name.split()[0] for name in mailings()] == ["invite"]
    told = []
    for days, leader in enumerate(("Northwind", "Eve"), 1):
        day = OVER + days * ONE_DAY
        with writing() as session:
            found = session.get_one(Round, spring)
            releasing.release(found, factories.address(leader), today=day)
        look(day, 7)
        told.append(mailings()[f"announce {factories.public_id(spring)}"])
        for hour in (8, 9, 23):
            look(day, hour)
        assert job(JobKind.ANNOUNCE, spring).due_at == told[-1]  # type: ignore[union-attr]
    look(OVER + 3 * ONE_DAY, 9)
    assert told == [at(OVER + ONE_DAY, 8), at(OVER + 2 * ONE_DAY, 8)]
    assert mailings()[f"announce {factories.public_id(spring)}"] == told[-1]


def test_results_of_long_ago_are_told_to_nobody(app: Flask) -> None:
    """Whoever installs this version has rounds that were released before there was a calendar."""
    spring = draft(organisation())
    look(OPENS)
    assert closing.close(spring, keys(), today=OVER)
    look(SEEN + 8 * ONE_DAY)
    assert column(spring, "state") == State.RELEASED
    assert [name.split()[0] for name in mailings()] == ["invite"]


def test_what_a_round_does_by_itself_leaves_no_more_than_dates(app: Flask) -> None:
    """The job table is the same whoever answered: nobody did, and everybody did."""
    silent, full = draft(organisation()), draft(organisation("Contoso"))
    look(OPENS)
    with pytest.MonkeyPatch.context() as travel:
        travel.setattr(dates, "today", lambda *_where: OPENS)
        for link in factories.draw_links(full)["Contoso"]:
            factories.answer_by_link(app.test_client(), link)
    for day in (*PLANNED.reminders, OVER, SEEN):
        look(day, 9)
    told = []
    for asked in (silent, full):
        subjects = {factories.public_id(asked), *factories.team_ids(asked).values()}
        jobs = [one for one in rows() if one.subject.partition("-")[0] in subjects]
        told.append(
            [(one.kind, one.state, one.due_at, one.attempts, one.done, one.total) for one in jobs]
        )
    assert told[0] == told[1]
    assert len(told[0]) == 7


def test_a_round_opened_by_hand_is_reminded_of_and_closed_by_itself(app: Flask) -> None:
    spring = draft(organisation(), replace(PLANNED, opens_on=None))
    look(OPENS + ONE_DAY)
    assert column(spring, "state") == State.DRAFT
    with writing() as session:
        opening.open_round(session, session.get_one(Round, spring), keys(), OPENS + ONE_DAY)
    for day in (*PLANNED.reminders, OVER):
        look(day)
    assert column(spring, "state") == State.RELEASED
    assert sum(name.startswith("remind") for name in mailings()) == 2


@pytest.mark.parametrize("kind", [JobKind.REMIND, JobKind.RESULTS])
def test_a_mailing_that_was_given_up_is_asked_for_once_more_a_day_later(
    app: Flask, kind: JobKind
) -> None:
    spring = draft(organisation())
    look(OPENS)
    first = PLANNED.reminders[0]
    if kind == JobKind.RESULTS:
        look(OVER, 9)
        first = SEEN
    look(first)

    def given_up() -> Job:
        (found,) = (one for one in rows() if one.kind == kind)
        return found

    with writing() as session:
        session.get_one(Job, given_up().id).state = JobState.FAILED
    look(first, 7)
    assert given_up().state == JobState.FAILED
    look(first + ONE_DAY)
    assert given_up().due_at == at(first + ONE_DAY, 8)
    look(first + ONE_DAY, 8)
    assert given_up().state == JobState.DONE
    look(first + 2 * ONE_DAY, 8)
    assert given_up().attempts == 1
    assert column(spring, "destroyed") == (kind == JobKind.RESULTS)
