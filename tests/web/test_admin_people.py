"""The people on the roster: found, corrected, and seen as a tree."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Account,
    Delivery,
    Grant,
    Job,
    JobKind,
    JobState,
    Organisation,
    Person,
    RoleName,
)
from surveyapp.web import listing
from surveyapp.web.pages import settings
from tests import factories, sign_ins
from tests.factories import send
from tests.web.administration import (
    FIRST,
    do_the_work,
    imported,
    logged,
    only_round,
    opened,
    person_id,
    text,
)

if TYPE_CHECKING:
    from tests.installation import PageClient


def corrected(client: PageClient, name: str, /, **fields: str) -> str:
    """Correct somebody; returns where the page leads, or what it says."""
    path = f"/admin/people/{person_id(name)}"
    with writing() as session:
        found = session.scalars(select(Person).where(Person.name == name)).one()
        now = {"name": name, "email": found.email or "", "language": found.language or ""}
    reply = send(client, path, **(now | fields))
    return reply.location or text(reply.text)


def roles(email: str) -> set[str]:
    with writing() as session:
        query = select(Grant.role).join(Account).where(Account.email == email)
        return set(session.scalars(query))


def test_people_are_listed_with_where_they_belong(client: PageClient, northwind: int) -> None:
    factories.make_team(factories.make_organisation("Contoso"), "Gil", 1)
    shown = text(client.get("/admin/people").text)
    assert "5 people" in shown
    assert "Gil" not in shown
    assert "Bo bo@demo.example leads Workshop in Management, led by Ann by email" in shown
    assert "Dee in Workshop, led by Bo by slip" in shown
    assert "by email · de" in shown


@pytest.mark.parametrize("asked", ["EVE", "eve@", "Évé"])
def test_people_are_found_by_a_part_of_name_or_address(
    client: PageClient, northwind: int, asked: str
) -> None:
    shown = text(client.get("/admin/people", query_string={"name": asked}).text)
    assert "1 person" in shown
    assert "eve@demo.example" in shown
    assert "Dee" not in shown


def test_a_long_list_has_pages(
    client: PageClient, northwind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ON_A_PAGE", 2)
    assert "page 3 of 3" in text(client.get("/admin/people?page=3").text)
    assert "Eve" in text(client.get("/admin/people?page=3").text)


def test_a_person_is_corrected_and_the_log_says_whom(client: PageClient, northwind: int) -> None:
    number = person_id("Cy")
    fields = {"name": " Cyrus  Vance ", "email": "CY.V@demo.example", "language": "fr"}
    assert corrected(client, "Cy", **fields) == f"/admin/people/{number}"
    with writing() as session:
        found = session.get_one(Person, number)
        assert (found.name, found.email, found.language) == (
            "Cyrus Vance",
            "cy.v@demo.example",
            "fr",
        )
    assert logged(northwind)[-1] == ("person corrected", "")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": ""}, "write the person's name"),
        ({"name": "=Cy"}, "do not begin with ="),
        ({"email": "cy@"}, "write a full address"),
        ({"email": "eve@demo.example"}, "somebody else on the roster has this address"),
        ({"email": ""}, "an address cannot be removed here"),
        ({"language": "xx"}, "write a two-letter code"),
    ],
)
def test_what_a_people_file_may_not_say_is_refused_here_as_well(
    client: PageClient, northwind: int, fields: dict[str, str], problem: str
) -> None:
    assert problem in corrected(client, "Cy", **fields)
    assert person_id("Cy")


def test_two_without_mail_in_one_team_keep_two_names(client: PageClient, northwind: int) -> None:
    imported(client, *FIRST, "Dora,,bo@demo.example,Workshop")
    assert "add an initial" in corrected(client, "Dora", name="dee")
    assert corrected(client, "Dora", name="Dee B").startswith("/admin/people/")


def test_a_leaders_role_goes_to_the_new_address(client: PageClient, northwind: int) -> None:
    assert roles("bo@demo.example") == {"leader"}
    corrected(client, "Bo", email="bo.new@demo.example")
    assert roles("bo@demo.example") == set()
    assert roles("bo.new@demo.example") == {"leader"}
    with writing() as session:  # nobody would find it who is asked to delete Bo
        assert not session.scalar(select(Account).where(Account.email == "bo@demo.example"))


def test_an_account_of_others_as_well_stays_as_it_was(client: PageClient, northwind: int) -> None:
    with writing() as session:
        contoso = session.get_one(Organisation, factories.make_organisation("Contoso"))
        bo = accounts.find_account(session, "bo@demo.example")
        accounts.grant(session, bo, contoso, RoleName.COACH)
    corrected(client, "Bo", email="bo.new@demo.example")
    with writing() as session:
        assert accounts.find_account(session, "bo@demo.example").name == "Bo"
    assert roles("bo@demo.example") == {"coach"}


def test_a_corrected_address_gets_the_open_invitation_with_the_same_link(
    client: PageClient, northwind: int
) -> None:
    opened(client)
    do_the_work()
    before = outbox()
    old = next(to for to in before if "cy@demo.example" in to)
    corrected(client, "Cy", name="Cyrus")
    do_the_work()
    assert outbox() == before, "another name sends nothing again"
    corrected(client, "Cyrus", email="cyrus@demo.example")
    with writing() as session:
        states = {row.person_id: row.state for row in session.scalars(select(Delivery))}
    assert person_id("Cyrus") not in states
    assert len(states) == 2
    do_the_work()
    after = outbox()
    (new,) = set(after) - set(before)
    assert "cyrus@demo.example" in new
    assert after[new] == before[old]
    assert old not in after
    assert {to: after[to] for to in before if to != old} == {
        to: link for to, link in before.items() if to != old
    }


def test_after_closing_nothing_is_sent_again(client: PageClient, northwind: int) -> None:
    opened(client)
    do_the_work()
    factories.close_and_release(only_round().id)
    corrected(client, "Cy", email="cyrus@demo.example")
    with writing() as session:
        assert not session.scalar(
            select(Job).where(Job.kind == JobKind.INVITE, Job.state == JobState.WAITING)
        )


def outbox() -> dict[str, str]:
    """Return the answering links by whom the mails go to."""
    found = {}
    for file in (settings().instance / "outbox").glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        (link,) = re.findall(r"http\S+/answer/\S+", sign_ins.text_of(mail))
        found[mail["To"]] = link
    return found


def test_a_page_says_what_somebody_signs_in_as(client: PageClient, northwind: int) -> None:
    assert "Signs in as leader" in text(client.get(f"/admin/people/{person_id('Bo')}").text)
    assert "Signs in as" not in text(client.get(f"/admin/people/{person_id('Eve')}").text)


def test_teams_stand_below_each_other_with_their_sizes(client: PageClient, northwind: int) -> None:
    shown = text(client.get("/admin/teams").text)
    assert "2 teams" in shown
    assert shown.endswith("Ann Management 2 people Bo Workshop 2 people")
