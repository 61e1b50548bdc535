"""The calendar when its workers die, or are several."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from surveyapp.jobs import calendar, opening, schedule
from surveyapp.rounds import closing
from surveyapp.storage import database
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    JobKind,
    Round,
    State,
)
from surveyapp.storage.turns import Turns
from surveyapp.web.pages import keys
from tests import factories
from tests.jobs.desk import rows
from tests.jobs.planned import (
    MAILINGS,
    OPENS,
    OVER,
    PLANNED,
    SEEN,
    column,
    draft,
    expected,
    look,
    mailings,
    organisation,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import pytest
    from flask import Flask
    from sqlalchemy.orm import Session


class KilledError(BaseException):
    """What a process does not survive."""


def kill_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Let the process die right after its transaction number `steps`."""
    left = iter(range(steps, 0, -1))

    @contextmanager
    def dying() -> Iterator[Session]:
        with writing() as session:
            yield session
        if next(left, None) == 1:
            raise KilledError

    together = Turns.together

    def kept_and_dead(*transacted: Any) -> object:  # noqa: ANN401  (whatever it takes)
        done = together(*transacted)
        if next(left, None) == 1:
            raise KilledError
        return done

    monkeypatch.setattr(Turns, "together", kept_and_dead)
    for kind in (JobKind.RESEAL, JobKind.TIDY):
        monkeypatch.delitem(schedule.PERIODS, kind)
    for module in (calendar, opening, database, closing):
        monkeypatch.setattr(module, "writing", dying)


def test_a_kill_between_any_two_steps_neither_loses_nor_repeats_anything(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = 0
    for steps in range(1, 60):
        spring = draft(organisation(f"Org {steps}"), replace(PLANNED, repeat_weeks=8))
        killed = 0
        for day in (OPENS, PLANNED.reminders[0], OVER, SEEN):
            with monkeypatch.context() as dying:
                if not killed:
                    kill_after(dying, steps)
                try:
                    look(day, 9)
                except KilledError:
                    killed = 1
                    look(day, 10)  # the lease of whoever died is over by now
        kills += killed
        assert column(spring, "state") == State.RELEASED
        asked = {name for name in mailings() if name in expected(spring)}
        assert asked == set(expected(spring)) - {f"remind {factories.public_id(spring)}-2"}
        assert len(drafts(spring)) == 1
        assert not keys().exists(factories.public_id(spring))
        if not killed:
            break
    assert kills > 10


def drafts(round_id: int) -> list[str]:
    """Return the names of the drafts in a round's organisation."""
    with writing() as session:
        owner = session.get_one(Round, round_id).organisation_id
        query = select(Round).where(Round.organisation_id == owner, Round.state == State.DRAFT)
        return [found.name for found in session.scalars(query)]


def test_two_workers_at_once_do_everything_once(app: Flask) -> None:
    spring = draft(organisation(), replace(PLANNED, repeat_weeks=8))
    for day in (OPENS, *PLANNED.reminders, OVER, SEEN):
        # Their clocks go alike: a minute ahead, one would take the other's lease for over.
        minute = threading.Barrier(2)

        def worker(day: dt.date = day, minute: threading.Barrier = minute) -> None:
            with app.app_context():
                look(day, 9, together=minute)

        threads = [threading.Thread(target=worker) for _worker in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        look(day, 10)
    assert column(spring, "state") == State.RELEASED
    assert set(mailings()) == set(expected(spring))
    assert {one.attempts for one in rows() if one.kind in MAILINGS} == {1}
    assert len(drafts(spring)) == 1
