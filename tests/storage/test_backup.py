"""A copy of everything, put back into an empty database of either kind."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.app import create_app
from surveyapp.followup import selfform
from surveyapp.rounds import boxes
from surveyapp.storage import backup
from surveyapp.storage.backup import BackupError
from surveyapp.storage.database import db, migrations, writing
from surveyapp.storage.models import Base, Organisation, Person, Round, RoundTeam, Team
from surveyapp.web.pages import keys
from tests import factories
from tests.installation import running, settings_for
from tests.storage.test_audit import tamper

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.installation import PageClient


def everything() -> dict[str, list[tuple[object, ...]]]:
    with db.engine.connect() as connection:
        return {
            name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for name, table in Base.metadata.tables.items()
        }


def copied() -> str:
    out = io.StringIO()
    backup.dump(out)
    return out.getvalue()


@pytest.fixture
def full(client: PageClient) -> int:
    """Fill an installation: an open round with answers and a closed one; returns the open one."""
    organisation = factories.make_organisation()
    below = factories.make_team(organisation, "Bo", 5, mail=True)
    above = factories.make_team(organisation, "Dana", 6)
    with writing() as session:
        session.get_one(Team, below).parent_id = above  # to a row that comes after it
    factories.close_and_release(factories.open_round(organisation, "Spring"))
    opened = factories.open_round(organisation, "Autumn")
    factories.answer_by_link(client, factories.draw_links(opened)["Bo"][0])
    factories.answer_by_slip(client, factories.draw_codes(opened)["Dana"][0])
    with writing() as session:
        own = session.get_one(Round, opened).teams[0]
        selfform.save(session, own, {"S1": 4, "T1": None}, (0.3, 0.7))
    return opened


def test_a_copy_put_back_is_the_same_to_the_last_byte(
    app: Flask, full: int, tmp_path: Path
) -> None:
    before, copy = everything(), copied()
    round_key = keys().read(factories.public_id(full))
    (tmp_path / "other").mkdir()
    with running(create_app(settings_for(tmp_path / "other"))):
        migrations.upgrade()
        assert backup.restore(io.StringIO(copy)) == sum(map(len, before.values()))
        assert everything() == before
        with writing() as session:
            teams = session.scalars(select(RoundTeam).where(RoundTeam.round_id == full)).all()
            opened = [boxes.unseal(session, team, round_key) for team in teams]
            assert [len(each.ballots) for each in opened] == [1, 1]
            assert sorted(session.scalars(select(Round.name))) == ["Autumn", "Spring"]


def test_a_copy_goes_back_into_the_same_kind_of_database_and_ids_go_on(
    app: Flask, full: int
) -> None:
    before, copy = everything(), copied()
    tamper("DELETE FROM audit_entry")
    with db.engine.begin() as connection:
        for table in Base.metadata.tables.values():
            for column in table.columns:
                if any(key.column.table is table for key in column.foreign_keys):
                    connection.execute(table.update().values({column.name: None}))
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    backup.restore(io.StringIO(copy))
    assert everything() == before
    with writing() as session:
        newcomer = Person(organisation_id=1, name="New", email=None)
        session.add(newcomer)
        session.flush()
        assert newcomer.id > max(int(str(row[0])) for row in before["person"])


def test_a_copy_is_put_back_only_where_nothing_is(app: Flask, full: int) -> None:
    before = everything()
    with pytest.raises(BackupError, match="empty installation"):
        backup.restore(io.StringIO(copied()))
    assert everything() == before


@pytest.mark.parametrize(
    "damage",
    ["", "no json", "[]", '{"format": 1}', "cut", "unknown table", "unknown column", "twice"],
)
def test_what_is_no_copy_changes_nothing(app: Flask, damage: str) -> None:
    with writing() as session:
        session.add(Organisation(slug="one", name="One"))
    copy = copied()
    with writing() as session:
        session.delete(session.scalars(select(Organisation)).one())
    damaged = {
        "cut": copy[:-5],
        "unknown table": copy.replace('"organisation"', '"nothing"'),
        "unknown column": copy.replace('["organisation", [', '["organisation", [7, '),
        "twice": copy + "\n" + copy.splitlines()[-1],
    }.get(damage, damage)
    with pytest.raises(BackupError, match="no copy"):
        backup.restore(io.StringIO(damaged))
    assert not any(everything().values())


def test_a_copy_of_another_version_is_named_as_that(app: Flask) -> None:
    header = json.dumps({"format": 1, "revision": "of tomorrow"})
    with pytest.raises(BackupError, match="another version"):
        backup.restore(io.StringIO(header))
