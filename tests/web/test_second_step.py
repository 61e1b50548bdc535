"""The second step, on both databases: each locks in its own way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from flask import current_app

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import RoleName
from tests import factories, sign_ins
from tests.factories import send
from tests.sign_ins import grow_old

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient


@pytest.fixture(params=["sqlite_app", "postgresql_app"])
def app(request: pytest.FixtureRequest) -> Flask:
    running: Flask = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def email(client: PageClient) -> str:
    made = factories.make_account(factories.make_organisation(), "Dana", RoleName.LEADER)
    factories.sign_in(client, made)
    return made


def start_second_step(email: str) -> tuple[PageClient, str]:
    """Ask for codes and sign in up to there; returns the browser and the secret."""
    with writing() as session:
        found = accounts.find_account(session, email)
        sign_ins.set_second_step(found)
        secret = str(found.tf_totp_secret)
    return factories.signed_in(email), secret


def code_of(secret: str) -> str:
    return str(current_app.extensions["security"].totp_factory.generate_totp_password(secret))


def type_code(client: PageClient, code: str) -> bool:
    return send(client, "/account/code", code=code).status_code == 302


def test_whoever_has_a_second_step_needs_it_to_switch_it_off(
    client: PageClient, email: str
) -> None:
    with writing() as session:
        found = accounts.find_account(session, email)
        sign_ins.set_second_step(found)
        secret = str(found.tf_totp_secret)
    grow_old(client)
    off, verify = "/account/second-step/off", "/account/verify"
    assert send(client, off, carried=verify).location.startswith(verify)
    form = {"password": factories.PASSWORD, "code": "000000"}
    assert send(client, verify, **form).status_code == 200
    assert send(client, verify, **(form | {"code": code_of(secret)})).status_code == 302
    assert send(client, off, carried="/account/ways").location == "/account/ways"
    assert "No code is asked for" in sign_ins.text_of(sign_ins.mails()[-1])
    with writing() as session:
        found = accounts.find_account(session, email)
        assert found.tf_totp_secret is None
        assert not found.mf_recovery_codes


def test_a_code_works_once(email: str) -> None:
    client, secret = start_second_step(email)
    code = code_of(secret)
    assert type_code(client, code)
    again = factories.signed_in(email)
    assert not type_code(again, code)


def test_codes_are_not_guessed_from_many_networks(email: str) -> None:
    client, secret = start_second_step(email)
    form = {"code": "000000", "csrf_token": factories.token(client.get("/account/code").text)}
    for number in range(11):
        came_from = {"REMOTE_ADDR": f"203.0.{number}.1"}
        page = client.post("/account/code", data=form, environ_base=came_from).text
    assert "too many tries" in page
    assert not type_code(client, code_of(secret))


def test_neither_page_of_the_second_step_opens_without_the_first(client: PageClient) -> None:
    for path in ("/account/code", "/account/recovery-code"):
        assert client.get(path).location == "/account/login"


def test_a_key_that_somebody_was_shown_is_not_set_up_by_whoever_signs_in_next(
    client: PageClient, email: str
) -> None:
    shown = re.findall(r"secret=(\w+)", client.get("/account/second-step").text)
    assert shown == re.findall(r"secret=(\w+)", client.get("/account/second-step").text)
    send(client, "/account/logout", carried="/account/ways")
    factories.sign_in(client, email)
    assert shown != re.findall(r"secret=(\w+)", client.get("/account/second-step").text)


def test_the_database_alone_tells_neither_key_nor_recovery_codes(
    client: PageClient, email: str
) -> None:
    page = send(client, "/account/recovery-codes", carried="/account/ways").text
    codes = re.findall(r"\w{4}-\w{4}-\w{4}", page)
    with writing() as session:
        found = accounts.find_account(session, email)
        key = sign_ins.set_second_step(found)
        stored = str([found.tf_totp_secret, *(found.mf_recovery_codes or ())])
    assert len(codes) == 8
    assert not any(secret in stored for secret in (key, *codes))
