"""A person's data in the browser, and their deletion; the record of processing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.followup import selfform
from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import AuditEntry, Coaching, Organisation, Person, RoleName, Team
from tests import factories, followups

if TYPE_CHECKING:
    from tests.installation import PageClient

NOTES = "Wants to talk about the summer"
OWN = "Offers, before they go out"


@pytest.fixture
def organisation(client: PageClient) -> int:
    made = factories.make_organisation()
    factories.make_team(made, "Dana", 5, mail=True)
    factories.sign_in(client, factories.make_account(made, "Admin", RoleName.ADMIN))
    return made


def send(client: PageClient, path: str, **form: str) -> tuple[int, str]:
    reply = factories.send(client, path, carried="/admin/record", **form)
    return reply.status_code, reply.text


def test_what_is_a_leaders_own_is_named_and_not_shown(
    client: PageClient, organisation: int
) -> None:
    factories.make_coach_account(organisation, leaders=["Dana"])
    round_id = factories.open_round(organisation)
    with writing() as session:
        dana = followups.round_team(session, round_id)
        selfform.save(session, dana, {"S1": 4}, (0.25, 0.75))
        session.scalars(select(Coaching)).one().notes = NOTES
    factories.close_and_release(round_id)
    followups.agree(round_id)
    path = f"/admin/people/{factories.person_id(organisation, 'Dana')}"
    page = client.get(f"{path}/data").text
    assert "own view written" in page
    assert "who keeps notes" in page
    assert "nobody can look up, hand over or delete one person’s answers" in page
    status, file = send(client, f"{path}/data.json")
    assert status == 200
    kept = json.loads(file)
    assert kept["results"][0]["own_view"] is True
    assert kept["coaching"] == [{"coach": "Coach", "notes": True}]
    for private in (NOTES, OWN, "guess_in_percent"):
        assert private not in page + file


def test_a_member_is_deleted_after_a_page_that_says_what_goes(
    client: PageClient, organisation: int
) -> None:
    path = f"/admin/people/{factories.person_id(organisation, 'Dana 1')}/delete"
    assert "This cannot be taken back." in client.get(path).text
    assert send(client, path)[0] == 302
    assert "Deleted." in client.get("/admin/people/data").text
    assert client.get(path).status_code == 404
    assert "Dana 1" not in client.get("/admin/people/data?q=dana").text


def test_a_deletion_tells_nothing_of_what_others_wrote(
    client: PageClient, organisation: int
) -> None:
    contoso = factories.make_organisation("Contoso")
    factories.make_team(contoso, "Lee", 1)
    factories.make_coach_account(contoso, leaders=["Lee"])
    said = []
    for word in ("zebra protocol", "nothing like it"):
        with writing() as session:
            session.scalars(select(Coaching)).one().notes = "Lee knows of the zebra protocol"
            session.add(Person(organisation_id=organisation, name=word))
        number = factories.person_id(organisation, word)
        assert send(client, f"/admin/people/{number}/delete")[0] == 302
        said.append(re.sub(r'value="[^"]+"', "", client.get("/admin/people/data").text))
    assert said[0] == said[1]
    assert "What other people wrote was not searched" in said[0]


def test_a_coach_who_is_on_no_roster_is_shown_and_deleted_by_their_account(
    client: PageClient, organisation: int
) -> None:
    here = f"/admin/accounts/{account_id(factories.make_coach_account(organisation))}"
    assert f'href="{here}/data"' in client.get(here).text
    page = client.get(f"{here}/data").text
    assert "coach@demo.example" in page
    assert "On the roster" not in page
    status, file = send(client, f"{here}/data.json")
    kept = json.loads(file)
    assert (status, kept["roster"], kept["account"]["roles"]) == (200, None, ["coach"])
    assert "This cannot be taken back." in client.get(f"{here}/delete").text
    assert send(client, f"{here}/delete")[0] == 302
    assert client.get(here).status_code == 404
    with writing() as session:
        assert not session.scalars(select(Coaching)).all()
        said = [(one.action, one.note) for one in session.scalars(select(AuditEntry))]
    number = here.rpartition("/")[2]
    assert said == [
        ("personal data given", f"account {number}"),
        ("person deleted", f"account {number}"),
    ]


def test_an_account_leads_to_all_of_its_person(client: PageClient, organisation: int) -> None:
    number = account_id(factories.make_leader_account(organisation, "Dana"))
    page = client.get(f"/admin/accounts/{number}/data").text
    assert "Team Dana" in page
    assert f"/admin/people/{factories.person_id(organisation, 'Dana')}/delete" in page
    status, page = send(client, f"/admin/accounts/{number}/delete")
    assert (status, "They lead a team." in page) == (409, True)


def test_the_last_administrator_is_not_deleted(client: PageClient, organisation: int) -> None:
    own = account_id(factories.address("Admin"))
    status, page = send(client, f"/admin/accounts/{own}/delete")
    assert (status, "They are the last administrator." in page) == (409, True)


def account_id(email: str) -> int:
    with writing() as session:
        return accounts.find_account(session, email).id


def test_a_leader_is_not_deleted_before_somebody_else_leads(
    client: PageClient, organisation: int
) -> None:
    path = f"/admin/people/{factories.person_id(organisation, 'Dana')}/delete"
    status, page = send(client, path)
    assert (status, "They lead a team." in page) == (409, True)
    with writing() as session:
        session.scalars(select(Team)).one().members = []
    assert send(client, path)[0] == 302
    with writing() as session:
        assert not session.scalars(select(Team)).all()


def test_whoever_deletes_themselves_is_signed_out(organisation: int) -> None:
    factories.make_account(organisation, "Dana 1", RoleName.ADMIN)
    number = factories.person_id(organisation, "Dana 1")
    other = factories.signed_in(factories.address("Dana 1"))
    assert send(other, f"/admin/people/{number}/delete")[0] == 302
    reply = other.get("/admin/")
    assert (reply.status_code, "/account/login" in (reply.location or "")) == (302, True)


@pytest.mark.parametrize("number", ["99999999999999999999", "0", "x"])
def test_nobody_of_a_number_that_is_none_is_found(
    client: PageClient, organisation: int, number: str
) -> None:
    assert client.get(f"/admin/people/{number}/data").status_code == 404


def test_odd_searches_find_nobody(client: PageClient, organisation: int) -> None:
    for words in ("%25", "_", "%00", "'"):
        assert "Dana" not in client.get(f"/admin/people/data?q={words}").text


@pytest.mark.parametrize(
    ("typed", "kept"), [("36", 36), ("", None), ("0", 24), ("121", 24), ("two", 24)]
)
def test_how_long_rounds_are_kept_is_set(
    client: PageClient, organisation: int, typed: str, kept: int | None
) -> None:
    status, page = send(client, "/admin/retention", retention_months=typed)
    assert status == (422 if kept == 24 else 302)
    if status == 422:
        assert f'value="{typed}"' in page
    with writing() as session:
        assert session.get_one(Organisation, organisation).retention_months == kept


def test_the_record_is_filled_with_the_organisations_own(
    client: PageClient, organisation: int
) -> None:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        owner.contact, owner.retention_months = "Works council, room 12", 18
        session.scalars(select(Person)).first().language = "de"  # type: ignore[union-attr]
    page = client.get("/admin/record").text
    for text in ("Works council, room 12", "18 months after", "English, German", "Northwind"):
        assert text in page
