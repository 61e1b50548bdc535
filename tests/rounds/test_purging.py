"""Rounds that were kept long enough, and who goes with them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select, update

from surveyapp.rounds import closing, purging
from surveyapp.storage import audit, erasing
from surveyapp.storage.accounts import ensure_account, find_account
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Account,
    Action,
    Agreement,
    AuditEntry,
    Base,
    Invite,
    Job,
    JobKind,
    Membership,
    Organisation,
    Person,
    RoleName,
    Round,
    State,
    Team,
)
from surveyapp.web.pages import keys, today
from tests import factories, followups
from tests.report_orders import order_reports

if TYPE_CHECKING:
    from surveyapp.rounds.purging import Purged

KEPT_TABLES = {"organisation", "audit_entry", "account", "role"}


def purge(organisation: int, before: dt.date | None = None) -> Purged:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        before = before or today() + dt.timedelta(days=100)
        return purging.purge(session, owner, before, audit.COMMAND)


def leave_roster() -> None:
    with writing() as session:
        for team in session.scalars(select(Team)):
            team.members = []


def filled() -> set[str]:
    """Return the tables that hold a row."""
    with writing() as session:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            if session.scalar(select(func.count()).select_from(table))
        }


def test_everything_of_a_round_goes_and_the_log_stays(organisation: int) -> None:
    factories.make_leader_account(organisation, "Dana")
    round_id = factories.open_round(organisation)
    public_id = factories.public_id(round_id)
    factories.close_and_release(round_id)
    followups.agree(round_id)
    followups.share(round_id)
    order = order_reports(round_id)
    with writing() as session:
        session.add(Job(kind=JobKind.INVITE, subject=public_id, due_at=0))
        session.add(Job(kind=JobKind.REMIND, subject=f"{public_id}-1", due_at=0))
        session.add(Job(kind=JobKind.REPORTS, subject=order, due_at=0))
    leave_roster()
    purged = purge(organisation)
    assert (purged.rounds, purged.people, purged.accounts) == ((public_id,), 6, 1)
    assert {"Dana", "Dana 1", "dana@demo.example", "Team Dana"} <= purged.words
    assert filled() <= KEPT_TABLES
    with writing() as session:
        assert erasing.places(session, purged.words) == []
        accounts = session.scalars(select(Account.name)).all()
        assert accounts == ["Coach"], "has no role, but was never this round's"
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        last = [(entry.action, entry.round_id) for entry in entries[-2:]]
        assert last == [(Action.PURGED, public_id), (Action.PURGED, None)]
        assert audit.chain(session, session.get_one(Organisation, organisation)).broken is None


def test_an_account_that_never_had_a_role_waits_for_one(organisation: int) -> None:
    with writing() as session:
        ensure_account(session, "dana@demo.example", "Dana")
    factories.closed_round(organisation)
    leave_roster()
    purged = purge(organisation)
    assert (purged.people, purged.accounts) == (6, 0)
    with writing() as session:
        assert find_account(session, "dana@demo.example")


def test_who_is_on_the_roster_or_in_a_round_that_is_kept_stays(organisation: int) -> None:
    first = factories.closed_round(organisation, "First")
    with writing() as session:
        session.get_one(Round, first).closes_on = dt.date(2020, 1, 1)
    factories.closed_round(organisation, "Second")
    with writing() as session:
        gone = session.scalars(select(Person).where(Person.name == "Dana 1")).one()
        session.execute(delete(Membership).where(Membership.person_id == gone.id))
    purged = purge(organisation, dt.date(2020, 1, 2))
    assert (len(purged.rounds), purged.people) == (1, 0)
    with writing() as session:
        assert session.scalars(select(Round.name)).all() == ["Second"]
        assert session.scalar(select(func.count()).select_from(Invite)) == 5
        assert session.scalar(select(func.count()).select_from(Person)) == 6
    assert purge(organisation).people == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.OPEN, State.CLOSING])
def test_a_round_that_is_not_over_is_never_touched(organisation: int, state: State) -> None:
    round_id = factories.open_round(organisation)
    with writing() as session:
        session.execute(update(Round).values(state=state, closes_on=dt.date(2001, 1, 1)))
    assert purge(organisation).rounds == ()
    with writing() as session:
        assert session.get_one(Round, round_id).teams
        assert session.scalars(select(AuditEntry.action)).all() == []


def test_a_round_whose_answers_are_not_destroyed_yet_waits(organisation: int) -> None:
    round_id = factories.closed_round(organisation)
    with writing() as session:
        session.get_one(Round, round_id).destroyed = False
    assert purge(organisation).rounds == ()


def test_a_discarded_round_goes_as_well(organisation: int) -> None:
    round_id = factories.open_round(organisation)
    closing.discard(round_id, keys())
    assert len(purge(organisation).rounds) == 1


def test_the_last_day_itself_is_kept(organisation: int) -> None:
    factories.closed_round(organisation)
    last = today() + dt.timedelta(days=10)
    assert purge(organisation, last).rounds == ()
    assert len(purge(organisation, last + dt.timedelta(days=1)).rounds) == 1


def test_a_leader_who_is_something_else_keeps_the_account_for_that(organisation: int) -> None:
    factories.make_account(organisation, "Dana", RoleName.LEADER, RoleName.ADMIN)
    factories.closed_round(organisation)
    leave_roster()
    assert purge(organisation).accounts == 0
    with writing() as session:
        account = session.scalars(select(Account)).one()
        assert [grant.role for grant in account.grants] == [RoleName.ADMIN]


def test_other_organisations_are_not_touched(organisation: int) -> None:
    other = factories.make_organisation("Contoso")
    factories.make_team(other, "Dana", 5, mail=True)
    for one in (organisation, other):
        followups.agree(factories.closed_round(one))
    leave_roster()
    purged = purge(organisation)
    assert "dana.1@demo.example" not in purged.words
    with writing() as session:
        assert session.scalars(select(Round.organisation_id)).all() == [other]
        assert session.scalar(select(func.count()).select_from(Agreement)) == 1
        assert set(session.scalars(select(Person.organisation_id))) == {other}
