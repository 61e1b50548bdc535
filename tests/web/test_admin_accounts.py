"""Who signs in and as what: invited, given roles, and kept out of what is others'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from surveyapp.storage import accounts, sessions
from surveyapp.storage.coaching import coach_leaders
from surveyapp.storage.database import writing
from surveyapp.storage.models import Account, Coaching, Grant, Organisation, Person, RoleName
from surveyapp.web.pages import today
from tests import factories
from tests.factories import send
from tests.installation import page_client
from tests.web.administration import (
    FIRST,
    account_page,
    imported,
    invited,
    logged,
    person_id,
    roles,
    shown_link,
    text,
)

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

COACH = "coach@demo.example"


def coached(email: str) -> set[str]:
    with writing() as session:
        query = select(Person.name).join(Coaching, Coaching.leader_id == Person.id)
        return set(session.scalars(query.join(Account).where(Account.email == email)))


def enter(email: str) -> None:
    """Let somebody sign in and out again, as by single sign-on."""
    with writing() as session:
        number = accounts.find_account(session, email).id
        sessions.begin(session, number, sessions.Device("", ""), today())
        sessions.end_all(session, number)


def test_somebody_is_invited_and_their_link_is_shown_once(
    app: Flask, client: PageClient, northwind: int
) -> None:
    here = invited(client, " COACH@demo.example ")
    link = shown_link(client.get(here).text)
    assert link
    assert shown_link(client.get(here).text) is None
    assert "Choose your password" in page_client(app).get(link).text
    assert roles(northwind, COACH) == ["coach"]
    number = here.rpartition("/")[2]
    assert logged(northwind)[-2:] == [
        ("role granted", f"coach, account {number}"),
        ("role granted", f"account {number}: first sign-in link"),
    ]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"email": ""}, "Please write an address."),
        ({"email": "coach@"}, "write a full address"),
        ({"roles": []}, "Please choose at least one."),
        ({"roles": ["owner"]}, "Please choose of these."),
    ],
)
def test_an_invitation_without_address_or_role_is_refused(
    client: PageClient, northwind: int, fields: dict[str, Any], problem: str
) -> None:
    reply = send(client, "/admin/accounts", **({"email": COACH, "roles": ["coach"]} | fields))
    assert reply.status_code == 422
    assert problem in text(reply.text)


def test_an_account_of_others_gets_a_role_and_never_a_link(
    client: PageClient, northwind: int
) -> None:
    contoso = factories.make_organisation("Contoso")
    with writing() as session:
        theirs = accounts.ensure_account(session, COACH, "Coach")
        accounts.grant(session, theirs, session.get_one(Organisation, contoso), RoleName.ADMIN)
    here = invited(client)
    page = client.get(here).text
    assert shown_link(page) is None
    assert "signs in by an emailed link" in text(page)
    assert "another organisation" not in text(page)
    send(client, f"{here}/link", carried=here)
    assert shown_link(client.get(here).text) is None
    assert roles(contoso, COACH) == ["admin"]
    assert roles(northwind, COACH) == ["coach"]


def test_whoever_has_a_password_gets_no_link(client: PageClient, northwind: int) -> None:
    factories.make_account(northwind, "Coach", RoleName.LEADER)
    here = invited(client)
    assert shown_link(client.get(here).text) is None
    assert "Make another first sign-in link" not in client.get(here).text


def test_another_link_can_be_made_until_somebody_has_signed_in(
    client: PageClient, northwind: int
) -> None:
    here = invited(client)
    client.get(here)  # which shows the link of the invitation
    assert "Make another first sign-in link" in client.get(here).text
    assert send(client, f"{here}/link", carried=here).location == here
    assert shown_link(client.get(here).text)
    made = ("role granted", f"account {here.rpartition('/')[2]}: first sign-in link")
    assert logged(northwind)[-2:] == [made, made]
    enter(COACH)
    before = logged(northwind)
    assert "Make another first sign-in link" not in client.get(here).text
    assert send(client, f"{here}/link", carried=here).location == here
    assert shown_link(client.get(here).text) is None
    assert logged(northwind) == before, "no link was made"


def test_whoever_signed_in_without_a_password_is_not_said_never_to_have_been_here(
    client: PageClient, northwind: int
) -> None:
    factories.make_account(factories.make_organisation("Contoso"), "Cora", RoleName.ADMIN)
    shown = text(client.get("/admin/accounts").text)
    assert shown.count("has not signed in yet") == 2
    assert "Cora" not in shown
    enter("bo@demo.example")
    assert text(client.get("/admin/accounts").text).count("has not signed in yet") == 1


def test_notes_on_a_leader_who_leads_nobody_any_more_outlast_the_form(
    client: PageClient, northwind: int
) -> None:
    here = invited(client)
    send(client, here, roles=["coach"], all="y")
    with writing() as session:
        for file in session.scalars(select(Coaching)):
            file.notes = "Wants to talk about the summer"
    imported(client, *FIRST[:3], "Eve,eve@demo.example,ann@demo.example,Management")
    assert ">Bo<" not in client.get(here).text
    send(client, here, roles=["coach"], coached=[person_id("Ann")])
    assert coached(COACH) == {"Ann", "Bo"}
    send(client, here, roles=["coach"])
    assert coached(COACH) == {"Bo"}


def test_roles_are_given_and_taken(client: PageClient, northwind: int) -> None:
    here = invited(client)
    send(client, here, roles=["admin", "leader"])
    assert roles(northwind, COACH) == ["admin", "leader"]
    number = here.rpartition("/")[2]
    assert logged(northwind)[-3:] == [
        ("role granted", f"admin, account {number}"),
        ("role granted", f"leader, account {number}"),
        ("role taken away", f"coach, account {number}"),
    ]
    assert send(client, here, roles=[]).location == "/admin/accounts"
    assert client.get(here).status_code == 404


def test_the_last_administrator_stays_one(client: PageClient, northwind: int) -> None:
    here = account_page("ruth@demo.example")
    reply = send(client, here, roles=["coach"])
    assert reply.status_code == 422
    assert "Somebody has to be administrator" in text(reply.text)
    assert roles(northwind, "ruth@demo.example") == ["admin"]
    invited(client, COACH, "admin")
    assert send(client, here, roles=["coach"]).status_code == 302
    assert roles(northwind, "ruth@demo.example") == ["coach"]


def test_a_coach_coaches_chosen_leaders_or_all(client: PageClient, northwind: int) -> None:
    here = invited(client)
    send(client, here, roles=["coach"], coached=[person_id("Bo")])
    assert coached(COACH) == {"Bo"}
    assert "coaches 1 leader" in text(client.get("/admin/accounts").text)
    number = here.rpartition("/")[2]
    assert logged(northwind)[-1] == ("role granted", f"coach of, account {number}")
    send(client, here, roles=["coach"], all="y")
    assert coached(COACH) == {"Ann", "Bo"}
    send(client, here, roles=["coach"], coached=[person_id("Ann")])
    assert coached(COACH) == {"Ann"}
    assert logged(northwind)[-1] == ("role taken away", f"coach of, account {number}")


def test_nobody_coaches_leaders_of_others(client: PageClient, northwind: int) -> None:
    contoso = factories.make_organisation("Contoso")
    factories.make_team(contoso, "Gil", 1)
    here = invited(client)
    reply = send(client, here, roles=["coach"], coached=[person_id("Gil")])
    assert reply.status_code == 422
    assert coached(COACH) == set()
    assert "Gil" not in client.get(here).text
    # What somebody coaches elsewhere stays when they are changed here.
    with writing() as session:
        found = accounts.find_account(session, COACH)
        coach_leaders(session, found, session.get_one(Organisation, contoso), None)
    send(client, here, roles=["coach"], coached=[])
    assert coached(COACH) == {"Gil"}


def test_every_leader_gets_an_account_in_one_go(client: PageClient, northwind: int) -> None:
    with writing() as session:
        for grant in session.scalars(select(Grant).where(Grant.role == RoleName.LEADER)):
            session.delete(grant)
    send(client, "/admin/accounts/leaders", carried="/admin/accounts")
    assert "2 leaders are new here." in text(client.get("/admin/accounts").text)
    assert roles(northwind, "ann@demo.example") == ["leader"]
    assert roles(northwind, "bo@demo.example") == ["leader"]
