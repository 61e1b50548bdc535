"""The people on the roster: found, corrected, and seen as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import Account, Grant, Person
from surveyapp.web import listing
from tests import factories
from tests.web.administration import FIRST, imported, logged, person_id, sent, sign_in, text

if TYPE_CHECKING:
    from tests.installation import PageClient


@pytest.fixture
def northwind(client: PageClient) -> int:
    """Import five people and sign their administrator in."""
    made = factories.make_organisation()
    sign_in(client, made)
    imported(client, *FIRST)
    return made


def corrected(client: PageClient, name: str, /, **fields: str) -> str:
    """Correct somebody; returns where the page leads, or what it says."""
    path = f"/admin/people/{person_id(name)}"
    with writing() as session:
        found = session.scalars(select(Person).where(Person.name == name)).one()
        now = {"name": name, "email": found.email or "", "language": found.language or ""}
    reply = sent(client, path, **(now | fields))
    return reply.location or text(reply.text)


def roles(email: str) -> set[str]:
    with writing() as session:
        query = select(Grant.role).join(Account).where(Account.email == email)
        return set(session.scalars(query))


def test_people_are_listed_with_where_they_belong(client: PageClient, northwind: int) -> None:
    shown = text(client.get("/admin/people").text)
    assert "5 people" in shown
    assert "Bo bo@demo.example leads Workshop in Management, led by Ann by mail" in shown
    assert "Dee in Workshop, led by Bo by slip" in shown
    assert "by mail · de" in shown


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
    with writing() as session:  # the account itself is as it was: it may be of others as well
        assert accounts.find_account(session, "bo@demo.example").name == "Bo"


def test_a_page_says_what_somebody_signs_in_as(client: PageClient, northwind: int) -> None:
    assert "Signs in as leader" in text(client.get(f"/admin/people/{person_id('Bo')}").text)
    assert "Signs in as" not in text(client.get(f"/admin/people/{person_id('Eve')}").text)


def test_people_of_others_are_no_page(client: PageClient, northwind: int) -> None:
    other = factories.make_organisation("Contoso")
    factories.make_team(other, "Gil", 1)
    path = f"/admin/people/{person_id('Gil')}"
    assert client.get(path).status_code == 404
    page = client.get(f"/admin/people/{person_id('Bo')}").text
    form = {"csrf_token": factories.token(page), "name": "Mine", "email": "mine@demo.example"}
    assert client.post(path, data=form).status_code == 404
    assert person_id("Gil")
    assert "Gil" not in text(client.get("/admin/people").text)


def test_teams_stand_below_each_other_with_their_sizes(client: PageClient, northwind: int) -> None:
    shown = text(client.get("/admin/teams").text)
    assert "2 teams" in shown
    assert shown.endswith("Ann Management 2 people Bo Workshop 2 people")
