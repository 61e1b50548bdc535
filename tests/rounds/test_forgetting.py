"""Deleting a person: what goes, what stays so that no rule is weakened, and who cannot go yet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from surveyapp.rounds import forgetting
from surveyapp.rounds.forgetting import ForgettingError, Forgotten
from surveyapp.storage import accounts, audit, erasing
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    NOBODY,
    Account,
    Action,
    AuditEntry,
    Coaching,
    Invite,
    Membership,
    Organisation,
    Person,
    ReportOrder,
    RoleName,
    Round,
    RoundTeam,
    Team,
)
from surveyapp.storage.rounds import people_asked
from surveyapp.storage.subjects import subject_by_email
from tests import factories, followups
from tests.report_orders import order_reports

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session


def forget(organisation: int, email: str) -> Forgotten:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        found = subject_by_email(session, owner, email)
        return forgetting.forget(
            session, owner, audit.COMMAND, person=found.person, account=found.account
        )


def count(session: Session, column: InstrumentedAttribute[int]) -> int:
    return session.scalar(select(func.count()).select_from(column.class_)) or 0


def test_the_name_goes_and_the_number_of_people_asked_stays(organisation: int) -> None:
    round_id = factories.open_round(organisation)
    forgotten = forget(organisation, factories.address("Dana 1"))
    assert forgotten.words == {"Dana 1", "dana.1@demo.example"}
    with writing() as session:
        assert erasing.places(session, forgotten.words) == []
        team = session.get_one(Round, round_id).teams[0]
        assert (team.invited, count(session, Invite.person_id)) == (5, 5)
        assert len(people_asked(session, team.round)[team.id]) == 5
        assert count(session, Membership.person_id) == 4
        gone = session.scalars(select(Person).where(Person.name == NOBODY)).one()
        assert (gone.email, gone.language, gone.counts_as) == (None, None, gone.id)
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.person_id) == (Action.PERSON_DELETED, gone.id)


def test_whom_no_round_asked_leaves_no_row(organisation: int) -> None:
    forget(organisation, factories.address("Dana 1"))
    with writing() as session:
        assert count(session, Person.id) == 5


def test_whoever_has_the_same_name_and_may_be_the_same_goes_on_counting_as_one(
    organisation: int,
) -> None:
    factories.make_team(organisation, "Eve", 5, mail=True)
    with writing() as session:
        alike = session.scalars(select(Person).where(Person.name == "Eve 1")).one()
        alike.name, alike.email = "Dana 1", None
    round_id = factories.open_round(organisation)

    def both() -> int:
        with writing() as session:
            asked = people_asked(session, session.get_one(Round, round_id))
            first, second = asked.values()
            return len(first & second)

    assert both() == 1
    forget(organisation, factories.address("Dana 1"))
    assert both() == 1
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        left = session.scalars(select(Person).where(Person.name == "Dana 1")).one()
        forgetting.forget(session, owner, audit.COMMAND, person=left, account=None)
    assert both() == 1


def test_a_leaders_results_go_with_everything_about_them(organisation: int) -> None:
    with writing() as session:
        dana = session.scalars(select(Team)).one()
        above = Person(organisation_id=organisation, name="Ada", email="ada@demo.example")
        top = Team(organisation_id=organisation, name="Team Ada", leader=above)
        top.members = [dana.leader, *dana.members]
        dana.parent = top
        low = dana.members[0]
        session.add(
            below := Team(organisation_id=organisation, name="Low", leader=low, parent=dana)
        )
        below.members = [dana.members[1]]
    factories.make_leader_account(organisation, "Dana")
    factories.make_coach_account(organisation, leaders=["Dana"])
    round_id = factories.closed_round(organisation)
    followups.agree(round_id)
    followups.share(round_id)
    order_reports(round_id)
    with writing() as session:
        dana = session.scalars(select(Team).where(Team.name == "Team Dana")).one()
        dana.members = []
    forgotten = forget(organisation, factories.address("Dana"))
    assert len(forgotten.orders) == 1
    assert "Team Dana" in forgotten.words
    with writing() as session:
        assert erasing.places(session, forgotten.words) == []
        teams = {team.leader_name: team for team in session.scalars(select(RoundTeam))}
        assert set(teams) == {"Ada", "Dana 1"}
        assert teams["Dana 1"].parent == teams["Ada"]
        assert teams["Ada"].publication
        assert all(count(session, one) == 0 for one in (Coaching.coach_id, ReportOrder.round_id))
        assert {account.name for account in session.scalars(select(Account))} == {"Coach"}


def test_who_leads_people_or_is_asked_about_cannot_go_yet(organisation: int) -> None:
    with pytest.raises(ForgettingError, match="leads a team on the roster"):
        forget(organisation, factories.address("Dana"))
    round_id = factories.open_round(organisation)
    with writing() as session:
        session.scalars(select(Team)).one().members = []
    with pytest.raises(ForgettingError, match="“Spring” asks the team of Dana"):
        forget(organisation, factories.address("Dana"))
    factories.close_and_release(round_id)
    forget(organisation, factories.address("Dana"))


def test_the_last_administrator_cannot_go(organisation: int) -> None:
    factories.make_account(organisation, "Admin", RoleName.ADMIN)
    with pytest.raises(ForgettingError, match="last administrator of Northwind"):
        forget(organisation, factories.address("Admin"))
    factories.make_account(organisation, "Second", RoleName.ADMIN)
    forget(organisation, factories.address("Admin"))


def test_the_last_administrator_of_others_can_go_from_here(organisation: int) -> None:
    other = factories.make_organisation("Contoso")
    factories.make_account(other, "Dana 1", RoleName.ADMIN)
    email = factories.make_account(organisation, "Dana 1", RoleName.COACH)
    assert forget(organisation, email).emails == ()
    with writing() as session:
        (left,) = accounts.find_account(session, email).grants
        assert (left.organisation_id, left.role) == (other, RoleName.ADMIN)


def test_an_account_without_any_role_goes_with_its_person(organisation: int) -> None:
    email = factories.make_account(organisation, "Dana 1")
    elsewhere = factories.make_account(factories.make_organisation("C"), "Dana 2", RoleName.LEADER)
    assert forget(organisation, email).emails == (email,)
    forget(organisation, elsewhere)
    with writing() as session:
        assert {one.email for one in session.scalars(select(Account))} == {elsewhere}


def test_an_account_with_a_role_elsewhere_loses_only_what_it_was_here(organisation: int) -> None:
    other = factories.make_organisation("Contoso")
    email = factories.make_coach_account(organisation, leaders=["Dana"])
    factories.make_account(other, "Coach", RoleName.COACH)
    with writing() as session:
        session_was = accounts.find_account(session, email).fs_uniquifier
    forgotten = forget(organisation, email)
    assert forgotten.words == set()
    with writing() as session:
        account = accounts.find_account(session, email)
        assert [grant.organisation_id for grant in account.grants] == [other]
        assert account.fs_uniquifier != session_was
        assert count(session, Coaching.coach_id) == 0


def test_nobody_is_deleted_from_another_organisation(organisation: int) -> None:
    other = factories.make_organisation("Contoso")
    factories.make_team(other, "Dana", 2, mail=True)
    forgotten = forget(organisation, factories.address("Dana 1"))
    assert forgotten.words == set(), "the other one of this name is still there"
    with writing() as session:
        left = session.scalars(select(Person.organisation_id).where(Person.name == "Dana 1"))
        assert left.all() == [other]
        assert json.dumps(erasing.places(session, ["dana.1@demo.example"])) == '["person.email"]'
