"""What is PostgreSQL's own: its tables, its locks, its migrations."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, inspect, select, text

from surveyapp.core.publication import Publication as Published
from surveyapp.core.publication import PublishedPosition
from surveyapp.rounds import opening
from surveyapp.rounds.slips import SlipError
from surveyapp.storage.database import db, migrations, writing
from surveyapp.storage.models import Box, Organisation, Publication, Round, Slip, State
from surveyapp.web.pages import keys, today
from tests import factories
from tests.jobs import planned
from tests.jobs.desk import rows

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def app(postgresql_app: Flask) -> Flask:
    """Run on PostgreSQL alone."""
    return postgresql_app


def test_a_whole_round_is_answered_counted_and_destroyed(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 6)
    round_id = factories.open_round(organisation)
    visitor = app.test_client()
    for code in factories.draw_codes(round_id)["Dana"]:
        factories.answer_by_slip(visitor, code)
    db.session.rollback()
    factories.close_and_release(round_id)
    (document,) = db.session.scalars(select(Publication.document)).all()
    assert isinstance(Published.from_json(document).position, PublishedPosition)
    for table in (Box, Slip):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert db.session.scalar(text("SELECT pg_relation_size('box')")) == 0


def test_the_models_are_what_the_migrations_made_and_they_can_be_taken_back(app: Flask) -> None:
    assert migrations.compare_metadata() == []
    migrations.downgrade(target="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    migrations.upgrade()
    assert migrations.compare_metadata() == []


def test_of_many_who_print_slips_at_the_same_moment_one_gets_them(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 12)
    round_id = factories.open_round(organisation)

    def draw(_attempt: int) -> int:
        with app.app_context():
            try:
                return sum(map(len, factories.draw_codes(round_id).values()))
            except SlipError:
                return 0

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(draw, range(4))) == [0, 0, 0, 12]
    assert db.session.scalar(select(func.count()).select_from(Slip)) == 12


def test_two_workers_at_once_keep_a_rounds_dates_once(app: Flask) -> None:
    """Each looks every minute, as the other does; the round is opened, asked about and counted."""
    spring = planned.draft(planned.organisation(), replace(planned.PLANNED, repeat_weeks=8))
    over = planned.PLANNED.closes_on + dt.timedelta(days=1)
    seen = over + dt.timedelta(days=7)

    minute = Barrier(3)  # their clocks go alike

    def work(day: dt.date) -> None:
        with app.app_context():
            planned.look(day, 9, together=minute)

    for day in (planned.OPENS, *planned.PLANNED.reminders, over, seen):
        with ThreadPoolExecutor(3) as crowd:
            list(crowd.map(work, [day] * 3))
        planned.look(day, 9.2)
    assert planned.column(spring, "state") == State.RELEASED
    asked = [job for job in rows() if job.kind in planned.MAILINGS]
    assert sorted(job.kind for job in asked) == [
        *("announce", "invite", "remind", "remind", "results")
    ]
    assert {(job.state, job.attempts) for job in asked} == {("done", 1)}
    drafts = select(func.count()).select_from(Round).where(Round.state == State.DRAFT)
    assert db.session.scalar(drafts) == 1


def test_of_two_drafts_opened_at_the_same_moment_one_opens(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        drafts = [
            opening.create_round(session, owner, name, today()).id for name in ("Spring", "Summer")
        ]

    def try_to_open(round_id: int) -> bool:
        with app.app_context():
            try:
                with writing() as session:
                    opening.open_round(session, session.get_one(Round, round_id), keys(), today())
            except opening.OpeningError:
                return False
            return True

    with ThreadPoolExecutor(2) as crowd:
        assert sorted(crowd.map(try_to_open, drafts)) == [False, True]
