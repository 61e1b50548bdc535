"""The part of the walk that auditors and data protection officers look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from surveyapp.storage import accounts, audit
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import (
    Action,
    Actor,
    Coaching,
    Delivery,
    Organisation,
    Person,
    Round,
    Team,
)
from tests import factories

if TYPE_CHECKING:
    from tests.every_page import Walk


def walk(going: Walk, organisation: int, marked_up: str) -> None:
    """Visit the log, a person's data and deletion, and the record of processing."""
    going.visit("log: some", "/admin/log", who="everything")
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        found = session.scalars(select(Round).where(Round.name == "Spring")).one()
        round_id, public_id = found.id, found.public_id
        gone = Person(organisation_id=organisation, name="Gone")
        session.add(gone)
        session.flush()
        for action in Action:
            audit.record(session, owner, audit.CALENDAR, action, round_=found, note=marked_up)
        nobody = audit.Doer(Actor.ACCOUNT, 9999)
        audit.record(session, owner, nobody, Action.PERSON_DELETED, person=gone)
        for _number in range(40):
            audit.record(session, owner, audit.COMMAND, Action.ROUND_MOVED)
        session.delete(gone)
    for what, query in (
        ("everything", ""),
        ("filtered", f"?action=round+held&by=calendar&round={public_id}"),
        ("second page", "?page=2"),
        ("nothing fits", "?since=2001-01-01&until=2001-01-02"),
        ("no such day", "?since=yesterday"),
    ):
        going.visit(f"log: {what}", f"/admin/log{query}", who="everything")
    _people(going, organisation, round_id, marked_up)
    _record(going, organisation, marked_up)
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_UPDATE"))
        connection.execute(text("UPDATE audit_entry SET note = 'other' WHERE number = 3"))
    going.visit("log: broken", "/admin/log", who="everything")


def _people(going: Walk, organisation: int, round_id: int, marked_up: str) -> None:
    member = factories.person_id(organisation, "Dana 3")
    leader = factories.person_id(organisation, "Dana")
    with writing() as session:
        one = session.get_one(Person, int(member))
        one.name = marked_up
        session.add(
            Delivery(
                round_id=round_id,
                person_id=one.id,
                mailing="invitation",
                state="refused",
                fault="x",
            )
        )
        for file in session.query(Coaching):
            file.notes = marked_up
    for what, query in (("", ""), (": nobody", "?q=nobody+at+all"), (": some", "?q=a")):
        going.visit(f"find a person{what}", f"/admin/people/data{query}", who="everything")
    for name, number in (("member", member), ("leader", leader)):
        path = f"/admin/people/{number}"
        going.visit(f"person: {name}", f"{path}/data", who="everything")
        going.visit(f"delete: {name}", f"{path}/delete", who="everything")
    with writing() as session:
        session.add(
            former := Person(organisation_id=organisation, name="Former", email="f@x.example")
        )
        session.flush()
        session.add(Team(organisation_id=organisation, name=marked_up, leader=former))
        gone = former.id
        coach = accounts.find_account(session, factories.address("Dana"))
        session.add(Coaching(coach_id=coach.id, leader_id=gone, notes=marked_up))
    page = going.visit("delete: former leader", f"/admin/people/{gone}/delete", who="everything")
    sent = {"data": {"csrf_token": factories.token(page)}, "query_string": {"lang": going.lang}}
    client = going.clients["everything"]
    assert client.post(f"/admin/people/{gone}/delete", **sent).status_code == 302
    going.visit("find a person: deleted", "/admin/people/data", who="everything")


def _record(going: Walk, organisation: int, marked_up: str) -> None:
    page = going.visit("record", "/admin/record", who="everything")
    wrong = {"csrf_token": factories.token(page), "retention_months": "-1"}
    going.visit("record: refused", "/admin/retention", who="everything", **wrong)
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        before = owner.contact, owner.purpose_accepted_on
        owner.contact, owner.purpose_accepted_on, owner.retention_months = None, None, None
    going.visit("record: nothing set", "/admin/record", who="everything")
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        owner.contact, owner.purpose_accepted_on = before
        owner.contact = owner.contact or marked_up
