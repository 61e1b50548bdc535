"""The rule of the calendar, over all zones, dates and clocks that hypothesis can think of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from surveyapp.jobs.due import LATEST_NEWS, Due, Standing, Step, due
from surveyapp.rounds.dates import Dates
from surveyapp.rounds.reminders import BETWEEN_REMINDERS, spread
from surveyapp.storage.models import State

ONE_DAY = dt.timedelta(days=1)
HOUR = 3600
OVER = (State.CLOSED, State.RELEASED, State.DISCARDED)
FIRST = dt.date(2026, 3, 1)
ZONES = (
    "UTC",
    "Europe/Berlin",  # days of 23 and 25 hours
    "America/Los_Angeles",
    "Pacific/Kiritimati",  # 14 hours before UTC
    "Pacific/Pago_Pago",  # 11 hours behind it
    "Asia/Beirut",  # the clock changes at midnight, so that a day begins at one o'clock
    "America/Havana",  # midnight comes twice
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kathmandu",
)


@st.composite
def planned(draw: st.DrawFn) -> Dates:
    """Draw dates that may be: `check` says so."""
    opens = FIRST + dt.timedelta(days=draw(st.integers(0, 300)))
    closes = opens + dt.timedelta(days=draw(st.integers(0, 40)))
    days, last = [], opens
    for gap in draw(st.lists(st.integers(BETWEEN_REMINDERS.days, 9), max_size=3)):
        last += dt.timedelta(days=gap)
        if last <= closes:
            days.append(last)
    wait = draw(st.integers(0, 20))
    dates = Dates(
        closes,
        opens_on=opens,
        reminders=tuple(days),
        releases_on=closes + dt.timedelta(days=wait) if wait else None,
        release_at_closing=not wait and draw(st.booleans()),
    )
    dates.check(opens)
    return dates


class World:
    """A round that does what it is told, and remembers on which day it was told what."""

    def __init__(self, dates: Dates, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.at_closing = dates.release_at_closing
        self.standing = Standing(
            State.DRAFT,
            dates.closes_on,
            opens_on=dates.opens_on,
            reminders=dates.reminders,
            releases_on=dates.releases_on,
        )
        self.done: list[tuple[Due, dt.date]] = []

    def look(self, now: float) -> None:
        """Look once, and do what is due as the calendar does: a mailing once for good."""
        today = dt.datetime.fromtimestamp(now, self.zone).date()
        for one in due(self.standing, today):
            if one not in (had for had, _day in self.done):
                self.done.append((one, today))
                self._do(one, today)

    def _do(self, one: Due, today: dt.date) -> None:
        now = self.standing
        match one.step:
            case Step.OPEN:
                now = replace(now, state=State.OPEN, opened_on=today)
            case Step.CLOSE:
                now = replace(now, state=State.CLOSED, destroyed=True)
        if one.step == Step.RELEASE or (one.step == Step.CLOSE and self.at_closing):
            sees = (("team", today + dt.timedelta(days=7)),)
            now = replace(now, state=State.RELEASED, untold=(today,), teams_see=sees)
        self.standing = now

    def days(self, step: Step) -> list[dt.date]:
        return [day for one, day in self.done if one.step == step]


def second(dates: Dates, zone: str, day: float = 0) -> float:
    """Return the second at which a round's first day begins, or so many days later."""
    first = dt.datetime.combine(dates.opens_on or FIRST, dt.time(), ZoneInfo(zone))
    return first.timestamp() + day * 24 * HOUR


@given(planned(), st.sampled_from(ZONES), st.integers(1, 6))
@example(Dates(dt.date(2026, 3, 29), opens_on=dt.date(2026, 3, 28)), "Europe/Berlin", 1)
def test_a_clock_that_runs_brings_everything_once_on_its_day_and_in_order(
    dates: Dates, zone: str, hours: int
) -> None:
    world = World(dates, zone)
    for hour in range(-48, 24 * 100, hours):
        world.look(second(dates, zone) + hour * HOUR)
    assert world.days(Step.OPEN) == [dates.opens_on]
    assert world.days(Step.REMIND) == list(dates.reminders)
    assert world.days(Step.CLOSE) == [dates.closes_on + ONE_DAY]
    released = dates.closes_on + ONE_DAY if dates.release_at_closing else dates.releases_on
    by_itself = [released] if released else []
    assert world.days(Step.RELEASE) == ([dates.releases_on] if dates.releases_on else [])
    assert world.days(Step.ANNOUNCE) == by_itself
    assert world.days(Step.RESULTS) == [day + dt.timedelta(days=7) for day in by_itself]
    assert [day for _one, day in world.done] == sorted(day for _one, day in world.done)


@given(
    planned(),
    st.sampled_from(ZONES),
    st.lists(st.floats(-60, 120, allow_nan=False), max_size=40),
)
def test_whatever_the_clock_and_the_worker_do_nothing_comes_early_or_twice(
    dates: Dates, zone: str, moments: list[float]
) -> None:
    """The clock goes on and back, and nobody looks for weeks."""
    world = World(dates, zone)
    for moment in moments:
        world.look(second(dates, zone, moment))
    steps = [one for one, _day in world.done]
    assert len(steps) == len(set(steps))
    assert all(day >= (dates.opens_on or FIRST) for day in world.days(Step.OPEN))
    assert all(day > dates.closes_on for day in world.days(Step.CLOSE))
    assert all(day >= (dates.releases_on or FIRST) for day in world.days(Step.RELEASE))
    reminded = world.days(Step.REMIND)
    assert len(reminded) == len(set(reminded)), "two reminders on one day"
    for one, day in world.done:
        if one.step == Step.REMIND:
            assert day - dates.reminders[int(one.of) - 1] in {dt.timedelta(), ONE_DAY}
            assert day <= dates.closes_on
    order = [one.step for one in steps if one.step not in {Step.REMIND, Step.RESULTS}]
    assert order == [step for step in Step if step in order]


@given(planned(), st.integers(1, 60))
def test_a_reminder_reaches_nobody_who_was_invited_that_day_or_later(
    dates: Dates, late: int
) -> None:
    opened_on = (dates.opens_on or FIRST) + dt.timedelta(days=late)
    standing = Standing(State.OPEN, dates.closes_on, opened_on=opened_on, reminders=dates.reminders)
    for day in dates.reminders:
        found = due(standing, day)
        assert bool(found) == (day > opened_on)


@pytest.mark.parametrize(("late", "sent"), [(-1, False), (0, True), (1, True), (2, False)])
def test_a_reminder_goes_out_on_its_day_or_the_day_after(late: int, sent: bool) -> None:  # noqa: FBT001  (pytest's way)
    day = FIRST + 5 * ONE_DAY
    standing = Standing(State.OPEN, FIRST + 9 * ONE_DAY, opened_on=FIRST, reminders=(day,))
    found = due(standing, day + late * ONE_DAY)
    assert found == ([Due(Step.REMIND, "1")] if sent else [])


@pytest.mark.parametrize("state", list(State))
def test_a_round_without_dates_of_its_own_is_only_closed(state: State) -> None:
    day = dt.date(2026, 12, 4)
    standing = Standing(state, day, destroyed=state in OVER)
    closing = [Due(Step.CLOSE)]
    assert due(standing, day) == (closing if state == State.CLOSING else [])
    assert due(standing, day + ONE_DAY) == (closing if state in {State.OPEN, State.CLOSING} else [])


@pytest.mark.parametrize("state", OVER)
def test_a_destruction_that_is_not_complete_goes_on_before_anything_else(state: State) -> None:
    day = dt.date(2026, 12, 4)
    standing = Standing(state, day, releases_on=day + ONE_DAY, untold=(day,))
    assert due(standing, day + 5 * ONE_DAY) == [Due(Step.CLOSE)]


def test_results_that_are_there_for_long_are_news_to_nobody() -> None:
    day = dt.date(2026, 12, 4)
    standing = Standing(State.RELEASED, day, destroyed=True, untold=(day,), teams_see=(("a", day),))
    both = [Due(Step.ANNOUNCE), Due(Step.RESULTS, "a")]
    assert due(standing, day + LATEST_NEWS) == both
    assert due(standing, day + LATEST_NEWS + ONE_DAY) == []
    assert due(standing, day - ONE_DAY) == []


@given(st.integers(0, 400), st.integers(0, 60))
def test_reminders_that_nobody_chose_are_two_at_most_on_working_days(
    start: int, length: int
) -> None:
    opens = FIRST + dt.timedelta(days=start)
    closes = opens + dt.timedelta(days=length)
    chosen = spread(opens, closes)
    Dates(closes, opens_on=opens, reminders=chosen).check(opens)
    assert len(chosen) <= 2
    assert all(day.weekday() < 5 for day in chosen)
    assert chosen or length < 8


def test_two_weeks_from_a_monday_bring_two_reminders() -> None:
    monday = dt.date(2027, 1, 11)
    friday = monday + dt.timedelta(days=11)
    assert spread(monday, friday) == (dt.date(2027, 1, 15), dt.date(2027, 1, 20))
