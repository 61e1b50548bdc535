from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from surveyapp.jobs.leasing import (
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    Lease,
    LeaseLostError,
    StoppedError,
    take,
)
from surveyapp.storage.models import JobKind, JobState
from tests.jobs.desk import NOON, Clock, put, row

if TYPE_CHECKING:
    from flask import Flask

MINUTE = 60


def taken(clock: Clock) -> Lease:
    lease = take(clock)
    assert lease
    return lease


def test_a_job_is_taken_when_it_is_due_and_not_before(app: Flask) -> None:
    job_id = put(JobKind.INVITE, "spring", NOON + 1)
    assert take(Clock(NOON)) is None
    assert taken(Clock(NOON + 1)).job_id == job_id


def test_a_job_asked_for_by_its_id_is_taken_before_it_is_due(app: Flask) -> None:
    other, wanted = put(JobKind.INVITE, "autumn"), put(JobKind.INVITE, "spring", NOON + 9)
    lease = take(Clock(), job_id=wanted)
    assert lease
    assert lease.job_id == wanted
    assert take(Clock(), job_id=wanted) is None
    assert taken(Clock()).job_id == other


def test_of_many_workers_one_gets_the_job(app: Flask) -> None:
    put(JobKind.INVITE, "spring")
    together = Barrier(8)

    def try_to_take(_worker: int) -> bool:
        with app.app_context():
            together.wait()
            return take(Clock()) is not None

    with ThreadPoolExecutor(8) as crowd:
        assert sorted(crowd.map(try_to_take, range(8))) == [False] * 7 + [True]


def test_a_worker_that_says_how_far_it_is_keeps_its_job(app: Flask) -> None:
    put(JobKind.INVITE, "spring")
    clock = Clock()
    lease = taken(clock)
    for done in range(1, 9):
        clock.now += LEASE_SECONDS - 1
        lease.progress(done, 100)
        assert take(clock) is None


def test_a_dead_workers_job_is_taken_up_once_its_lease_is_over_where_it_stood(app: Flask) -> None:
    put(JobKind.INVITE, "spring")
    clock = Clock()
    taken(clock).progress(40, 100)
    clock.now += LEASE_SECONDS
    assert take(clock) is None
    clock.now += 1
    again = taken(clock)
    assert (again.done, again.total, again.attempts) == (40, 100, 2)


def test_a_worker_whose_job_was_taken_up_by_another_stops_and_changes_nothing(app: Flask) -> None:
    job_id = put(JobKind.INVITE, "spring")
    clock = Clock()
    silent = taken(clock)
    silent.progress(20, 100)
    clock.now += LEASE_SECONDS + 1
    taken(clock).progress(60, 100)
    for write in (silent.finish, silent.give_back, lambda: silent.put_off("It broke.")):
        with pytest.raises(LeaseLostError):
            write()
    with pytest.raises(LeaseLostError):
        silent.progress(21, 100)
    found = row(job_id)
    assert (found.state, found.done, found.fault) == (JobState.RUNNING, 60, None)


def test_how_far_a_job_is_gets_saved_each_twenty_steps_and_each_half_minute(app: Flask) -> None:
    job_id = put(JobKind.INVITE, "spring")
    clock = Clock()
    lease = taken(clock)
    saved = []
    for done in range(1, 46):
        clock.now += 31 if done == 43 else 0
        lease.progress(done, 100)
        saved.append(row(job_id).done)
    assert sorted(set(saved)) == [1, 20, 40, 43]
    assert saved.index(20) == 19


def test_a_job_is_tried_again_after_growing_delays_and_then_has_failed(app: Flask) -> None:
    job_id = put(JobKind.INVITE, "spring")
    clock = Clock()
    waited = []
    while lease := take(clock):
        lease.put_off("The outbox is full.")
        if row(job_id).state == JobState.FAILED:
            break
        waited.append((row(job_id).due_at - int(clock.now)) // MINUTE)
        clock.now = row(job_id).due_at - 1
        assert take(clock) is None
        clock.now += 1
    assert waited[:3] == [1, 5, 30]
    assert waited == sorted(waited)
    assert len(waited) == MOST_ATTEMPTS - 1 == 7
    found = row(job_id)
    assert (found.state, found.fault) == (JobState.FAILED, "The outbox is full.")


def test_a_job_that_every_worker_dies_of_has_failed_and_hinders_no_other(app: Flask) -> None:
    deadly = put(JobKind.INVITE, "spring")
    clock = Clock()
    for _worker in range(MOST_ATTEMPTS):
        assert taken(clock).job_id == deadly
        clock.now += LEASE_SECONDS + 1
    other = put(JobKind.INVITE, "autumn", int(clock.now))
    assert taken(clock).job_id == other
    found = row(deadly)
    assert found.state == JobState.FAILED
    assert found.fault


def test_resealing_is_tried_again_within_the_hour_and_never_given_up(app: Flask) -> None:
    job_id = put(JobKind.RESEAL)
    clock = Clock()
    for attempt in range(2 * MOST_ATTEMPTS):
        lease = taken(clock)
        if attempt % 3 == 2:  # a worker that dies
            clock.now += LEASE_SECONDS + 1
            continue
        lease.put_off("A key is missing.")
        found = row(job_id)
        assert (found.state, found.fault) == (JobState.WAITING, "A key is missing.")
        assert 0 < found.due_at - clock.now <= 3600
        clock.now = found.due_at
    taken(clock).finish()
    assert (row(job_id).attempts, row(job_id).fault) == (0, None)


def test_a_worker_that_is_told_to_end_gives_its_job_back_where_it_stands(app: Flask) -> None:
    job_id = put(JobKind.INVITE, "spring")
    told = False
    lease = take(Clock(), stopping=lambda: told)
    assert lease
    lease.progress(1, 100)
    told = True
    with pytest.raises(StoppedError):
        lease.progress(2, 100)
    lease.give_back()
    found = row(job_id)
    assert (found.state, found.done, found.attempts) == (JobState.WAITING, 2, 0)
    assert taken(Clock()).done == 2


def test_a_lease_from_before_the_clock_was_set_back_is_over(app: Flask) -> None:
    put(JobKind.RESEAL, due_at=0)
    taken(Clock(NOON))
    assert take(Clock(NOON - LEASE_SECONDS + 1)) is None
    assert take(Clock(NOON - 2 * LEASE_SECONDS))


def test_a_worker_renews_its_lease_at_once_when_the_clock_is_set_back(app: Flask) -> None:
    put(JobKind.INVITE, "spring", due_at=0)
    clock = Clock()
    lease = taken(clock)
    lease.progress(1, 100)
    clock.now -= 3600
    lease.progress(2, 100)
    assert take(clock) is None
