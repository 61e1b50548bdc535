from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from itsdangerous import TimestampSigner

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import RoleName
from tests import factories, sign_ins
from tests.factories import send

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.installation import PageClient

PASSWORD = "chosen-by-myself"


def choose(client: PageClient, link: str, password: str, again: str | None = None) -> int:
    page = client.get(link)
    if page.status_code != 200:
        return page.status_code
    return send(client, link, password=password, again=again or password).status_code


@pytest.fixture
def invited(app: Flask) -> str:
    """Make a leader's account that has no password yet."""
    email = factories.make_account(factories.make_organisation(), "Dana", RoleName.LEADER)
    with writing() as session:
        accounts.find_account(session, email).password = None
    return email


def test_whoever_opens_the_link_chooses_a_password_and_signs_in_with_it(
    client: PageClient, invited: str
) -> None:
    assert choose(client, factories.starting_path(invited), PASSWORD) == 302
    signed_in = send(client, "/account/login", email=invited, password=PASSWORD)
    assert signed_in.location == "/account/"
    assert client.get("/account/").headers["Location"] == "/leader/"


def test_a_mail_tells_that_a_password_was_chosen_by_the_link(
    client: PageClient, invited: str
) -> None:
    assert choose(client, factories.starting_path(invited), "short") == 422
    assert not sign_ins.mails()
    choose(client, factories.starting_path(invited), PASSWORD)
    (mail,) = sign_ins.mails()
    assert mail["To"].addresses[0].addr_spec == invited
    assert "A password was chosen for your account." in sign_ins.text_of(mail)


def test_the_link_works_once(client: PageClient, invited: str) -> None:
    link = factories.starting_path(invited)
    choose(client, link, PASSWORD)
    assert choose(client, link, "another-password") == 404
    assert "does not work any more" in client.get(link).text


def test_a_link_is_over_when_the_account_got_a_password_by_another_one(
    client: PageClient, invited: str
) -> None:
    first, second = factories.starting_path(invited), factories.starting_path(invited)
    choose(client, second, PASSWORD)
    assert client.get(first).status_code == 404


def test_the_link_is_over_after_a_week(
    client: PageClient, invited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = factories.starting_path(invited)
    assert client.get(link).status_code == 200
    now = TimestampSigner("any").get_timestamp()
    later = now + int(dt.timedelta(days=7, minutes=1).total_seconds())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: later)
    assert client.get(link).status_code == 404


def another(token: str) -> str:
    """Change a signature's last letter but one: not every bit of the last one counts."""
    return f"{token[:-2]}{'B' if token[-2] == 'A' else 'A'}{token[-1]}"


@pytest.mark.parametrize("change", [another, lambda t: "x" + t, lambda t: t[:40]])
def test_a_changed_link_is_no_link(
    client: PageClient, invited: str, change: Callable[[str], str]
) -> None:
    path, _slash, signed = factories.starting_path(invited).rpartition("/")
    assert client.get(f"{path}/{change(signed)}").status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("short", "short", "Please use at least 12 characters."),
        (PASSWORD, PASSWORD + "x", "The two are not the same."),
    ],
)
def test_a_short_or_mistyped_password_is_asked_for_again(
    client: PageClient, invited: str, password: str, again: str, told: str
) -> None:
    link = factories.starting_path(invited)
    reply = send(client, link, password=password, again=again)
    assert reply.status_code == 422
    assert told in reply.text
    assert choose(client, link, PASSWORD) == 302


def test_a_new_password_ends_the_sessions_of_the_old_one(client: PageClient, invited: str) -> None:
    choose(client, factories.starting_path(invited), factories.PASSWORD)
    factories.sign_in(client, invited)
    assert client.get("/leader/").status_code == 200
    choose(factories.new_client(), factories.starting_path(invited), PASSWORD)
    assert client.get("/leader/").status_code == 302


def test_no_token_opens_a_page_in_place_of_a_session(client: PageClient, invited: str) -> None:
    choose(client, factories.starting_path(invited), PASSWORD)
    token = factories.token(client.get("/account/login").text)
    form = {"csrf_token": token, "email": invited, "password": PASSWORD}
    asked = {"Accept": "application/json"}
    reply = client.post("/account/login?include_auth_token", data=form, headers=asked)
    assert reply.status_code == 302
    assert "auth_token" not in reply.text
