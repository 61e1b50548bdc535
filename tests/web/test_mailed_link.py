from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING

import pytest
from itsdangerous import TimestampSigner

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import RoleName
from tests import factories, sign_ins
from tests.factories import send

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient


@pytest.fixture
def email(app: Flask) -> str:
    return factories.make_account(factories.make_organisation(), "Dana", RoleName.LEADER)


def follow(client: PageClient, path: str) -> str | None:
    """Press the button behind a link; returns where it leads, or none if it is over."""
    if client.get(path).status_code != 200:
        return None
    return send(client, path).location


def test_a_link_signs_in_once(client: PageClient, email: str) -> None:
    path = sign_ins.mailed_path(email)
    assert follow(client, path) == "/account/"
    assert client.get("/leader/").status_code == 200
    assert follow(factories.new_client(), path) is None


def test_looking_at_a_link_does_not_use_it_up(client: PageClient, email: str) -> None:
    path = sign_ins.mailed_path(email)
    for _ in range(3):  # programs that look for viruses
        assert client.get(path).status_code == 200
    assert client.get("/leader/").status_code == 302
    assert follow(client, path)


def test_all_links_that_were_sent_work_until_one_is_used(client: PageClient, email: str) -> None:
    first, second = sign_ins.mailed_path(email), sign_ins.mailed_path(email)
    assert follow(client, first)
    assert follow(factories.new_client(), second) is None


def test_a_link_is_over_after_a_quarter_of_an_hour(
    client: PageClient, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sign_ins.mailed_path(email)
    later = TimestampSigner("any").get_timestamp() + int(dt.timedelta(minutes=16).total_seconds())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: later)
    assert follow(client, path) is None


def test_a_link_ends_with_the_account_and_with_another_password(
    client: PageClient, email: str
) -> None:
    path = sign_ins.mailed_path(email)
    with writing() as session:
        accounts.find_account(session, email).active = False
    assert follow(client, path) is None
    with writing() as session:
        found = accounts.find_account(session, email)
        found.active = True
        accounts.set_password(session, found, "another")
    assert follow(client, path) is None


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/account/password", "/account/password"),
        ("https://elsewhere.example/", "/account/"),
        ("//elsewhere.example/", "/account/"),
        ("/" + "x" * 200, "/account/"),
    ],
)
def test_a_link_leads_on_within_the_site_alone(
    client: PageClient, email: str, asked: str, led: str
) -> None:
    sign_ins.ask_link(email, client, f"/account/link?next={asked}")
    path = sign_ins.newest_link().partition("8000")[2]
    assert follow(client, path) == led


def test_the_mail_says_the_same_in_text_and_html_and_loads_nothing(email: str) -> None:
    sign_ins.mailed_path(email)
    mail = sign_ins.mails()[-1]
    assert mail["To"] == "Dana <dana@demo.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, page = sign_ins.text_of(mail), sign_ins.text_of(mail, "html")
    said = html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]))
    assert said.split() == text.split()
    assert "Hello Dana," in text
    assert "within 15 minutes" in text
    assert not re.search(r"<(img|link|script)", page)


def test_the_mail_is_in_the_language_of_whoever_gets_it(email: str) -> None:
    with writing() as session:
        accounts.find_account(session, email).language = "de"
    sign_ins.mailed_path(email)
    assert 'lang="de"' in sign_ins.text_of(sign_ins.mails()[-1], "html")


def test_nobody_is_sent_a_flood_of_mails_and_the_page_does_not_say_so(email: str) -> None:
    pages = set()
    for _ in range(7):
        client = factories.new_client()
        pages.add(send(client, "/account/link", email=email).text)
    assert len(sign_ins.mails()) == 5
    assert len(pages) == 1


def test_a_second_step_stands_behind_a_mailed_link_too(client: PageClient, email: str) -> None:
    with writing() as session:
        sign_ins.set_second_step(accounts.find_account(session, email))
    assert str(follow(client, sign_ins.mailed_path(email))).startswith("/account/code")
    assert client.get("/leader/").status_code == 302
