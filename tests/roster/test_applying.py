from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.roster.applying import Changes, apply
from surveyapp.roster.checking import check
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Account, Grant, Organisation, Person, Team
from tests import factories
from tests.roster.rows import rows_of

if TYPE_CHECKING:
    from flask import Flask

FIRST = ("Ann,ann,", "Bo,bo,ann", "Cy,cy,ann", "Dee,,bo", "Eve,,bo", "Flo,,cy")


def applied(organisation: int, *lines: str) -> Changes:
    with writing() as session:
        return apply(session, session.get_one(Organisation, organisation), check(rows_of(*lines)))


def teams() -> dict[str, set[str]]:
    db.session.rollback()
    return {
        team.leader.name: {member.name for member in team.members}
        for team in db.session.scalars(select(Team))
    }


@pytest.fixture
def northwind(app: Flask) -> int:
    return factories.make_organisation()


def test_an_import_makes_people_teams_the_tree_and_the_leaders_accounts(northwind: int) -> None:
    assert applied(northwind, *FIRST) == Changes(added=6, kept=0, removed=0, teams=3, accounts=3)
    assert teams() == {"Ann": {"Bo", "Cy"}, "Bo": {"Dee", "Eve"}, "Cy": {"Flo"}}
    parents = {team.leader.name: team.parent for team in db.session.scalars(select(Team))}
    assert parents["Ann"] is None
    assert parents["Bo"]
    assert parents["Bo"].leader.name == "Ann"
    assert {account.name for account in db.session.scalars(select(Account))} == {"Ann", "Bo", "Cy"}
    assert set(db.session.scalars(select(Grant.role))) == {"leader"}
    assert set(db.session.scalars(select(Account.password))) == {None}


def test_a_leader_who_has_an_account_elsewhere_signs_in_with_it(northwind: int) -> None:
    applied(factories.make_organisation("Contoso"), "Ann,ann,", "Bo,bo,ann")
    assert applied(northwind, *FIRST).accounts == 2
    found = db.session.scalars(select(Account).order_by(Account.name)).all()
    assert [account.name for account in found] == ["Ann", "Bo", "Cy"]
    assert [len(account.grants) for account in found] == [2, 1, 1]


def test_the_same_file_twice_changes_nothing(northwind: int) -> None:
    applied(northwind, *FIRST)
    before = {person.id: person.name for person in db.session.scalars(select(Person))}
    db.session.rollback()
    assert applied(northwind, *FIRST) == Changes(added=0, kept=6, removed=0, teams=3, accounts=0)
    after = {person.id: person.name for person in db.session.scalars(select(Person))}
    assert after == before


def test_somebody_who_moves_keeps_their_record_and_somebody_gone_loses_theirs(
    northwind: int,
) -> None:
    applied(northwind, *FIRST)
    cy = db.session.scalars(select(Person.id).where(Person.name == "Cy")).one()
    db.session.rollback()
    changes = applied(northwind, "Ann,ann,", "Bo,bo,ann", "Cyril,cy,bo", "Dee,,bo", "Gus,,bo")
    assert (changes.added, changes.kept, changes.removed) == (1, 4, 2)
    assert teams() == {"Ann": {"Bo"}, "Bo": {"Cyril", "Dee", "Gus"}, "Cyril": set()}
    assert db.session.get_one(Person, cy).name == "Cyril"
    assert not db.session.scalars(select(Person).where(Person.name == "Eve")).all()


def test_who_was_asked_in_a_round_stays_on_record_when_they_leave(northwind: int) -> None:
    applied(northwind, *FIRST)
    factories.open_round(northwind)
    assert applied(northwind, "Ann,ann,", "Bo,bo,ann", "Cy,cy,ann", "Dee,,bo").removed == 2
    assert "Flo" in set(db.session.scalars(select(Person.name)))
    assert teams()["Cy"] == set()


def test_somebody_with_two_leaders_is_one_person_in_two_teams(northwind: int) -> None:
    applied(northwind, "Ann,ann,", "Bo,bo,", "Cy,cy,ann", "Cy,cy,bo")
    assert teams() == {"Ann": {"Cy"}, "Bo": {"Cy"}}
    assert len(db.session.scalars(select(Person)).all()) == 3


def test_the_same_addresses_in_another_organisation_are_other_people(northwind: int) -> None:
    applied(northwind, *FIRST)
    contoso = factories.make_organisation("Contoso")
    assert applied(contoso, "Ann,ann,", "Zoe,,ann").added == 2
    assert applied(northwind, *FIRST).removed == 0
    assert len(db.session.scalars(select(Person)).all()) == 8


def test_somebody_alone_is_imported_into_no_team(northwind: int) -> None:
    assert applied(northwind, "Ann,ann,") == Changes(1, 0, 0, teams=0, accounts=0)
