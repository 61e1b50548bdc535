"""Who began an account, and may still open it: never a leader's, never what another client uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_security import hash_password

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, RoleName
from tests import factories, sign_ins
from tests.factories import send
from tests.web.administration import (
    FIRST,
    account_page,
    do_the_work,
    imported,
    invited,
    person_id,
    roles,
    shown_link,
    text,
)

if TYPE_CHECKING:
    from tests.installation import PageClient

COACH = "coach@demo.example"


@pytest.mark.parametrize("tried", ["as they are", "as a coach, to lead again later"])
def test_no_administrator_makes_a_first_link_for_a_leader(
    client: PageClient, northwind: int, tried: str
) -> None:
    here = account_page("bo@demo.example")
    if tried != "as they are":
        send(client, here, roles=["coach"])
    page = client.get(here).text
    assert "Make another first sign-in link" not in page
    assert "this account leads a team" in text(page)
    send(client, f"{here}/link", carried=here)
    assert shown_link(client.get(here).text) is None


@pytest.mark.parametrize("by", ["import", "roles"])
def test_whoever_began_an_account_is_out_once_it_becomes_a_leaders(
    client: PageClient, northwind: int, by: str
) -> None:
    email = "eve@demo.example"
    here = invited(client, email)
    administrator = factories.new_client()
    begin(administrator, email)
    assert administrator.get("/coach/").status_code == 200
    if by == "import":
        imported(client, *FIRST, "Fay,,eve@demo.example,Paint")
    else:
        send(client, here, roles=["coach", "leader"])
    assert administrator.get("/leader/").location == "/account/login?next=/leader/"
    with writing() as session:
        assert accounts.find_account(session, email).password is None
    do_the_work()
    mail = sign_ins.mails()[-1]
    assert mail["To"].addresses[0].addr_spec == email
    assert "password, codes and passkeys were removed" in " ".join(sign_ins.text_of(mail).split())


def test_an_administrator_who_comes_to_lead_stays_signed_in(
    client: PageClient, northwind: int
) -> None:
    imported(client, *FIRST, "Ruth,ruth@demo.example,", "Fay,,ruth@demo.example,Paint")
    assert roles(northwind, "ruth@demo.example") == ["admin", "leader"]
    assert client.get("/admin/").status_code == 200


def begin(client: PageClient, email: str) -> None:
    """Choose a password by a first link, and sign in with it."""
    fields = {"password": factories.PASSWORD, "again": factories.PASSWORD}
    assert send(client, factories.starting_path(email), **fields).status_code == 302
    factories.sign_in(client, email)


@pytest.mark.parametrize("began", ["with a link", "and took the role away", "and entered it"])
def test_whoever_began_an_account_elsewhere_gets_in_nowhere(
    client: PageClient, northwind: int, began: str
) -> None:
    contoso = factories.make_organisation("Contoso")
    with writing() as session:
        theirs = session.get_one(Organisation, contoso)
        made = accounts.invite(session, COACH, "Coach", theirs, [RoleName.COACH])
        if began != "with a link":
            made.password = hash_password(factories.PASSWORD)
            accounts.take(session, made, theirs, RoleName.COACH)
    first_link = factories.starting_path(COACH)
    stranger = factories.new_client()
    if began == "and entered it":
        factories.sign_in(stranger, COACH)
    invited(client)
    with writing() as session:
        assert accounts.find_account(session, COACH).password is None
    assert stranger.get(first_link).status_code == 404
    assert stranger.get("/coach/").status_code == 302
    path = sign_ins.mailed_path(COACH)
    assert send(stranger, path).status_code == 302
    assert stranger.get("/coach/").status_code == 200, "who holds the address gets in"


@pytest.mark.parametrize("role", RoleName)
@pytest.mark.parametrize("by", ["invitation", "import", "corrected address"])
def test_no_client_takes_anything_from_an_account_of_another(
    client: PageClient, northwind: int, by: str, role: RoleName
) -> None:
    contoso = factories.make_organisation("Contoso")
    victim = factories.make_account(contoso, "Vic", role)
    theirs = factories.signed_in(victim)
    with writing() as session:
        found = accounts.find_account(session, victim)
        found.tf_primary_method, found.tf_totp_secret = "authenticator", "a key"
    mails = len(sign_ins.mails())
    if by == "invitation":
        invited(client, victim, "coach", "leader")
    elif by == "import":
        imported(client, *FIRST, f"Vic,{victim},", f"Fay,,{victim},Paint")
    else:
        number = person_id("Bo")
        fields = {"name": "Bo", "email": victim, "language": ""}
        assert send(client, f"/admin/people/{number}", **fields).status_code == 302
    assert "leader" in roles(northwind, victim)
    with writing() as session:
        found = accounts.find_account(session, victim)
        assert found.password
        assert found.tf_primary_method == "authenticator"
    assert theirs.get("/account/ways").status_code == 200
    do_the_work()
    assert len(sign_ins.mails()) == mails


def test_whoever_showed_whose_the_address_is_keeps_the_password(
    client: PageClient, northwind: int
) -> None:
    contoso = factories.make_organisation("Contoso")
    factories.make_account(contoso, "Coach", RoleName.COACH)
    assert send(factories.new_client(), sign_ins.mailed_path(COACH)).status_code == 302
    with writing() as session:
        found = accounts.find_account(session, COACH)
        accounts.take(session, found, session.get_one(Organisation, contoso), RoleName.COACH)
    invited(client)
    with writing() as session:
        assert accounts.find_account(session, COACH).password
