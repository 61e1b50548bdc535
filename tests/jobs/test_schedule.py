from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from surveyapp.jobs.leasing import MOST_ATTEMPTS, take
from surveyapp.jobs.schedule import PERIODS, keep_time
from surveyapp.storage.models import JobKind, JobState
from tests.jobs.desk import NOON, Clock, put, row, rows

if TYPE_CHECKING:
    from flask import Flask

    from surveyapp.jobs.leasing import Lease

HOUR = 3600
YEAR = 365 * 24 * HOUR


def in_hand(job_id: int, clock: Clock | None = None) -> Lease:
    lease = take(clock or Clock(), job_id=job_id)
    assert lease
    return lease


def test_a_job_is_there_once_however_often_it_is_asked_for(app: Flask) -> None:
    first = put(JobKind.INVITE, "spring")
    assert put(JobKind.INVITE, "spring", NOON + 5) == first
    assert put(JobKind.INVITE, "autumn") != first
    assert row(first).due_at == NOON
    in_hand(first)
    assert put(JobKind.INVITE, "spring", NOON + 5) == first
    assert row(first).state == JobState.RUNNING


@pytest.mark.parametrize("how", ["finished", "stopped", "put off", "put off to a day", "died"])
def test_a_job_that_is_asked_for_while_it_is_in_hand_begins_anew_once(app: Flask, how: str) -> None:
    job_id, clock = put(JobKind.INVITE, "spring"), Clock()
    lease = in_hand(job_id)
    lease.progress(2, 3)
    put(JobKind.INVITE, "spring")
    if how == "finished":
        lease.finish()
    elif how == "stopped":
        lease.give_back()
    elif how == "put off":
        lease.put_off("The outbox is full.")
    elif how == "put off to a day":
        lease.put_off("It is too early.", NOON + YEAR)
    else:
        clock.now += HOUR
    again = in_hand(job_id, clock)
    assert (again.attempts, again.done, again.total, again.fault) == (1, 0, 0, None)
    again.finish()
    assert (row(job_id).state, row(job_id).again) == (JobState.DONE, False)


def test_a_job_that_was_given_up_while_it_was_asked_for_is_tried_anew(app: Flask) -> None:
    job_id = put(JobKind.INVITE, "spring")
    for _attempt in range(MOST_ATTEMPTS - 1):
        in_hand(job_id).put_off("The outbox is full.")
    last = in_hand(job_id)
    put(JobKind.INVITE, "spring")
    last.put_off("The outbox is full.")
    assert (row(job_id).state, row(job_id).attempts) == (JobState.WAITING, 0)


def test_a_job_that_waits_after_a_fault_is_tried_at_once_when_it_is_asked_for(app: Flask) -> None:
    job_id = put(JobKind.INVITE, "spring")
    in_hand(job_id).put_off("The outbox is full.")
    assert row(job_id).due_at > NOON
    put(JobKind.INVITE, "spring", NOON)
    found = row(job_id)
    assert (found.due_at, found.attempts, found.fault) == (NOON, 0, None)


def test_of_many_who_ask_for_a_job_at_the_same_moment_all_get_the_same(app: Flask) -> None:
    def ask(_attempt: int) -> int:
        with app.app_context():
            return put(JobKind.INVITE, "spring")

    with ThreadPoolExecutor(8) as crowd:
        assert len(set(crowd.map(ask, range(24)))) == len(rows()) == 1


def test_a_job_that_is_done_begins_anew_when_it_is_asked_for_again(app: Flask) -> None:
    job_id = put(JobKind.INVITE, "spring")
    lease = in_hand(job_id)
    lease.progress(3, 3)
    lease.finish()
    assert take(Clock(NOON + YEAR)) is None
    assert put(JobKind.INVITE, "spring", NOON + 9) == job_id
    again = row(job_id)
    assert (again.state, again.due_at) == (JobState.WAITING, NOON + 9)
    assert (again.attempts, again.done, again.total) == (0, 0, 0)


def test_a_job_that_failed_is_tried_anew_when_it_is_asked_for_again(app: Flask) -> None:
    job_id = put(JobKind.INVITE, "spring")
    for _attempt in range(MOST_ATTEMPTS):
        in_hand(job_id).put_off("The outbox is full.")
    assert row(job_id).state == JobState.FAILED
    put(JobKind.INVITE, "spring")
    assert (row(job_id).state, row(job_id).fault) == (JobState.WAITING, None)
    assert in_hand(job_id).attempts == 1


@pytest.fixture
def resealing_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the other jobs of the schedule out: one is as good as another here."""
    for kind in set(PERIODS) - {JobKind.RESEAL}:
        monkeypatch.delitem(PERIODS, kind)


@pytest.mark.usefixtures("resealing_only")
def test_resealing_comes_again_every_hour_in_one_row(app: Flask) -> None:
    clock = Clock()
    keep_time(NOON)
    for _hour in range(3):
        lease = take(clock)
        assert lease
        assert lease.kind == JobKind.RESEAL
        lease.finish()
        assert take(clock) is None
        clock.now += HOUR - 1
        keep_time(int(clock.now))
        assert take(clock) is None
        clock.now += 1
    assert len(rows()) == 1


@pytest.mark.usefixtures("resealing_only")
def test_the_schedule_asks_all_the_time_and_nothing_of_it_begins_anew_for_that(app: Flask) -> None:
    keep_time(NOON)
    (resealing,) = rows()
    lease = in_hand(resealing.id)
    keep_time(NOON)
    lease.put_off("A key is missing.")
    keep_time(NOON)
    found = row(resealing.id)
    assert (found.again, found.fault) == (False, "A key is missing.")
    assert found.due_at > NOON


@pytest.mark.usefixtures("resealing_only")
@pytest.mark.parametrize("jump", [-YEAR, YEAR, -90, 90])
def test_a_clock_that_jumps_makes_resealing_neither_stop_nor_happen_twice(
    app: Flask, jump: int
) -> None:
    clock = Clock()
    keep_time(NOON)
    first = take(clock)
    assert first
    first.finish()
    clock.now += jump
    keep_time(int(clock.now))
    runs = 0
    for _minute in range(61):
        keep_time(int(clock.now))
        if lease := take(clock):
            runs += 1
            lease.finish()
        clock.now += 60
    assert runs == (2 if jump == YEAR else 1)
    assert len(rows()) == 1
