"""Clocks that jump, forwards and backwards, over everything that a round does by the day."""

from __future__ import annotations

import datetime as dt
import random
from itertools import count
from typing import TYPE_CHECKING

import pytest

from surveyapp.jobs import sending
from surveyapp.jobs.leasing import LEASE_SECONDS
from surveyapp.jobs.running import work
from surveyapp.rounds import closing
from surveyapp.storage.database import writing
from surveyapp.storage.models import JobKind, JobState, Round, State
from surveyapp.web.pages import keys, settings
from tests import factories
from tests.faults.answered import answered_round, counted_once, outcome
from tests.faults.posting import CountingPost
from tests.jobs.desk import NOON, Clock, put, row, rows
from tests.jobs.planned import (
    MAILINGS,
    OPENS,
    OVER,
    PLANNED,
    SEEN,
    column,
    draft,
    look,
    organisation,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from flask import Flask
    from sqlalchemy.orm import Session

DAYS = (OPENS, *PLANNED.reminders, PLANNED.closes_on, OVER, SEEN)
LATER = [SEEN + dt.timedelta(days=days) for days in (7, 8, 9)]
JUMPS = 8
HOUR = 3600
STATES = list(State)


@pytest.mark.parametrize("seed", range(2))
def test_wherever_the_clock_goes_nobody_is_asked_twice_and_no_round_goes_back(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    post = CountingPost()
    monkeypatch.setattr(sending, "open_post", post.open)
    spring = draft(organisation())
    chance = random.Random(seed)
    seen = [column(spring, "state")]
    for _jump in range(JUMPS):
        day = chance.choice(DAYS[: chance.randint(1, len(DAYS))])
        look(day + dt.timedelta(days=chance.randint(-2, 1)), chance.choice((0, 7.9, 8.1, 23.9)))
        seen.append(column(spring, "state"))
    for day in (*DAYS, *LATER):  # in the end time goes on as it should
        look(day, 9)
        seen.append(column(spring, "state"))
    assert seen == sorted(seen, key=STATES.index)
    assert seen[-1] == State.RELEASED
    assert post.twice() == 0
    assert {job.state for job in rows() if job.kind in MAILINGS} == {JobState.DONE}
    assert not keys().exists(factories.public_id(spring))


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_a_worker_whose_clock_jumps_in_the_middle_of_a_mailing_stops_for_the_one_that_goes_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """The other one takes the lease for over, and sends whatever is not noted as sent."""
    clock = Clock(NOON)
    people = 15

    def work_once() -> None:
        assert work(keys(), settings(), lambda _seconds: False, once=True, clock=clock)

    def jump() -> None:
        clock.now += hours * HOUR + LEASE_SECONDS
        work_once()

    post = CountingPost(at=5, happens=jump)
    monkeypatch.setattr(sending, "open_post", post.open)
    northwind = factories.make_organisation()
    factories.make_team(northwind, "Dana", people, mail=True)
    put(JobKind.INVITE, factories.public_id(factories.open_round(northwind)), NOON - 48 * HOUR)
    work_once()
    assert len(post.taken) == people
    assert post.twice() == 1, "the one in flight"


@pytest.mark.parametrize("hours", [-24, 24])
@pytest.mark.parametrize("transaction", [2, 4], ids=["before the count", "after destroying"])
def test_a_worker_whose_clock_jumps_in_the_middle_of_closing_leaves_a_round_closed_once(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
    transaction: int,
    record_property: Callable[[str, object], None],
) -> None:
    """Another one takes the lease for over, and goes on where the first one stands."""
    clock, begun = Clock(NOON), count(1)

    def work_once() -> bool:
        return work(keys(), settings(), lambda _seconds: False, once=True, clock=clock)

    def jumping() -> AbstractContextManager[Session]:
        if next(begun) == transaction:
            clock.now += hours * HOUR + LEASE_SECONDS
            assert work_once()
            assert column(round_id, "destroyed")
        return writing()

    round_id = answered_round()
    record_property("ballots", counted_once(round_id, f"closed once through a jump of {hours} h"))
    with writing() as session:
        closing.begin(session, session.get_one(Round, round_id))
    job = put(JobKind.CLOSE, factories.public_id(round_id), NOON - 48 * HOUR)
    monkeypatch.setattr(closing, "writing", jumping)
    assert work_once()
    found = outcome(round_id)
    assert row(job).state == JobState.DONE
    assert (found["state"][:2], found["rounds"]) == ((State.RELEASED, True), 2)
    assert found["log"]["round closed"] == found["log"]["result released"] == 1
    assert (len(found["told"]) >= 2, found["left"]) == (True, [0] * 4)
