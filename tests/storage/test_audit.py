"""The audit log: whatever is changed in it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from surveyapp.storage import audit
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, AuditEntry, Organisation
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

ACTIONS = (Action.ROSTER_IMPORTED, Action.ROUND_CREATED, Action.ROUND_OPENED, Action.ROUND_CLOSED)


@pytest.fixture
def logged(app: Flask) -> int:
    """Write four entries; returns the organisation."""
    number = factories.make_organisation()
    for action in ACTIONS:
        write(number, action)
    return number


def write(organisation: int, action: Action, note: str = "") -> None:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        audit.record(session, owner, audit.COMMAND, action, note=note)


def broken(organisation: int) -> int | None:
    with writing() as session:
        return audit.chain(session, session.get_one(Organisation, organisation)).broken


def tamper(statement: str) -> None:
    """Change the log as somebody would who may change the tables as well."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(sa.text("DROP TRIGGER IF EXISTS audit_entry_no_UPDATE"))
            connection.execute(sa.text("DROP TRIGGER IF EXISTS audit_entry_no_DELETE"))
        else:
            connection.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        connection.execute(sa.text(statement))


def test_entries_are_numbered_and_read_newest_first(logged: int) -> None:
    with writing() as session:
        found = audit.entries(session, session.get_one(Organisation, logged))
        assert [entry.number for entry in found] == [4, 3, 2, 1]
        assert [entry.action for entry in found] == [*reversed(ACTIONS)]
    assert broken(logged) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET note = 'other' WHERE number = 2",
        "UPDATE audit_entry SET at = at - 1 WHERE number = 2",
        "UPDATE audit_entry SET actor = 'calendar' WHERE number = 2",
        "UPDATE audit_entry SET account_id = 7 WHERE number = 2",
        "UPDATE audit_entry SET round_id = 'aaaaaaaaaaaa' WHERE number = 2",
        "UPDATE audit_entry SET person_id = 7 WHERE number = 2",
        "DELETE FROM audit_entry WHERE number = 2",
        "UPDATE audit_entry SET number = 20 - number WHERE number > 1",
    ],
)
def test_whatever_is_changed_is_seen(logged: int, statement: str) -> None:
    tamper(statement)
    assert broken(logged) == 2


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET note = 'other'", "DELETE FROM audit_entry"]
)
def test_the_database_itself_refuses_changes(logged: int, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), writing() as session:
        session.execute(sa.text(statement))
    assert broken(logged) is None


def test_what_is_not_kept_is_not_logged(logged: int) -> None:
    def move_and_fail() -> None:
        with writing() as session:
            owner = session.get_one(Organisation, logged)
            audit.record(session, owner, audit.COMMAND, Action.ROUND_MOVED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        move_and_fail()
    with writing() as session:
        assert len(session.scalars(select(AuditEntry)).all()) == len(ACTIONS)


def test_each_organisation_has_a_chain_of_its_own(logged: int) -> None:
    other = factories.make_organisation("Contoso")
    write(other, Action.ROSTER_IMPORTED)
    tamper("UPDATE audit_entry SET note = 'other' WHERE number = 4")
    assert broken(logged) == 4
    assert broken(other) is None
