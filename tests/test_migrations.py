"""The migrations build the tables that the code expects, and can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from surveyapp.app import create_app
from surveyapp.storage.database import db, migrations
from surveyapp.storage.models import Base
from tests.installation import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from surveyapp.config import Settings


@pytest.fixture
def empty(settings: Settings) -> Iterator[None]:
    """Run an installation whose database has no table yet."""
    with running(create_app(settings)):
        yield


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def unseen_by_alembic(engine: sa.Engine) -> set[tuple[str, str]]:
    """Return what Alembic does not compare: check constraints, and tables without row ids."""
    inspector = sa.inspect(engine)
    found = set()
    for table in Base.metadata.tables:
        options = inspector.get_table_options(table)
        found |= {(table, f"{name}={value}") for name, value in options.items()}
        for check in inspector.get_check_constraints(table):
            found.add((table, f"{check['name']}: {check['sqltext']}"))
    return found


def test_the_newest_migration_equals_the_models(empty: None) -> None:
    migrations.upgrade()
    assert migrations.compare_metadata() == []
    assert not migrations.needs_revision()
    assert len(migrations.heads()) == 1


def test_a_difference_from_the_models_is_seen(empty: None) -> None:
    migrations.upgrade()
    with db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE box DROP COLUMN blob"))
        connection.execute(sa.text("DROP INDEX ix_slip_round_team_id"))
    assert {change[0] for change in migrations.compare_metadata()} == {"add_column", "add_index"}


def test_checks_and_tables_without_row_ids_equal_the_models(empty: None) -> None:
    migrations.upgrade()
    expected = sa.create_engine("sqlite://")
    Base.metadata.create_all(expected)
    wanted = unseen_by_alembic(expected)
    expected.dispose()
    assert ("slip", "sqlite_with_rowid=False") in wanted
    assert ("round", "ck_round_threshold_floor: threshold >= 3") in wanted
    assert unseen_by_alembic(db.engine) == wanted


def test_upgrade_downgrade_and_upgrade_again(empty: None) -> None:
    assert tables() == set()
    migrations.upgrade()
    assert tables() == set(Base.metadata.tables)
    migrations.downgrade(target="base")
    assert tables() == set()
    migrations.upgrade()
    assert migrations.compare_metadata() == []
