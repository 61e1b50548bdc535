from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import RoleName
from tests import factories, sign_ins
from tests.factories import send
from tests.installation import installation, page_client, settings_for, with_provider
from tests.sign_ins import grow_old

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.installation import PageClient

CHANGES = ("password", "second-step", "passkeys")
NEW = "chosen-by-myself"


@pytest.fixture
def email(client: PageClient) -> str:
    made = factories.make_account(factories.make_organisation(), "Dana", RoleName.LEADER)
    factories.sign_in(client, made)
    return made


def test_a_new_password_ends_all_other_sessions_and_is_told_by_mail(
    client: PageClient, app: Flask, email: str
) -> None:
    elsewhere = factories.signed_in(email)
    send(client, "/account/password", password=NEW, again=NEW)
    assert client.get("/leader/").status_code == 200
    assert elsewhere.get("/leader/").status_code == 302
    assert "Your password was changed." in sign_ins.text_of(sign_ins.mails()[-1])


@pytest.mark.parametrize("password", ["Ein schönes Paßwort", "Ein scho\u0308nes Paßwort"])
def test_a_password_is_the_same_whichever_way_a_keyboard_writes_it(
    client: PageClient, email: str, password: str
) -> None:
    typed = "Ein schönes Paßwort"
    send(client, "/account/password", password=typed, again=typed)
    form = {"email": email, "password": password}
    assert send(factories.new_client(), "/account/login", **form).status_code == 302


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_changed_by_whoever_finds_a_browser_signed_in_long_ago(
    client: PageClient, email: str, change: str
) -> None:
    grow_old(client)
    reply = client.get(f"/account/{change}")
    assert reply.location == "/account/verify?next=/account/ways"
    again = {"password": factories.PASSWORD}
    assert send(client, reply.location, **again).location == "/account/ways"
    assert client.get(f"/account/{change}").status_code == 200


def test_passkeys_are_removed_from_ones_own_account_alone(client: PageClient, email: str) -> None:
    eve = factories.make_account(factories.make_organisation("Contoso"), "Eve")
    keys = {}
    with writing() as session:
        for owner, name in ((eve, "hers"), (email, "mine")):
            found = accounts.find_account(session, owner)
            found.webauthn = [sign_ins.passkey(name)]
            session.flush()
            keys[name] = found.webauthn[0].id
    for name, status in (("hers", 404), ("mine", 302)):
        path = f"/account/passkeys/{keys[name]}/delete"
        assert send(client, path, carried="/account/ways").status_code == status
    with writing() as session:
        assert [key.name for key in accounts.find_account(session, eve).webauthn] == ["hers"]
        assert accounts.find_account(session, email).webauthn == []
    assert "no longer signs you in: mine" in sign_ins.text_of(sign_ins.mails()[-1])


@pytest.fixture
def provided(tmp_path: Path, migrated_database: Path) -> Iterator[Flask]:
    with installation(with_provider(settings_for(tmp_path)), migrated_database) as app:
        yield app


@pytest.mark.parametrize(
    "asked",
    [
        "single-sign-on",
        "single-sign-on/back",
        "single-sign-on/back?code=x&state=y",
        "single-sign-on/back?error=access_denied&error_description=<b>no</b>",
    ],
)
def test_whatever_goes_wrong_with_a_provider_says_the_same(provided: Flask, asked: str) -> None:
    reply = page_client(provided).get(f"/account/{asked}")
    assert reply.status_code == 403
    assert "did not lead to an account here" in reply.text


def test_without_a_provider_there_is_no_button_and_no_page(client: PageClient) -> None:
    assert "organisation’s account" not in client.get("/account/login").text
    assert client.get("/account/single-sign-on").status_code == 404


def test_an_administrator_takes_away_what_somebody_lost(client: PageClient, email: str) -> None:
    with writing() as session:
        found = accounts.find_account(session, email)
        sign_ins.set_second_step(found)
        found.webauthn = [sign_ins.passkey("lost")]
    with writing() as session:
        accounts.reset(session, accounts.find_account(session, email))
    assert client.get("/leader/").status_code == 302
    factories.sign_in(client, email)
    assert client.get("/leader/").status_code == 200
    assert "lost" not in client.get("/account/ways").text
