"""Nothing that somebody puts into a link or a form leads a browser to another site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

import pytest

from surveyapp.storage.models import RoleName
from tests import factories
from tests.factories import send

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.installation import PageClient

AWAY = (
    "https://evil.example",
    "http://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "HTTPS://evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//localhost@evil.example",
    "https://localhost@evil.example",
    "https://localhost:x@evil.example",
    "https://evil.example#@localhost",
    "https://evil.example\\@localhost",
    "https://localhost.evil.example",
    "//evil%2eexample",
    "/%09/evil.example",
    "/%2f/evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "evil.example",
    "@evil.example",
    ".evil.example",
    "/account/\r\nLocation: https://evil.example",
    "/account/\r\n\r\n<script>",
)
HERE = "http://localhost/account/login"


def leads_to(reply: TestResponse) -> str | None:
    """Return the host that a browser goes on to; None if the page is shown again instead.

    Browsers drop what cannot be in an address, and take a backslash for a slash.
    """
    if reply.status_code in {200, 400}:
        return None
    return host_of(reply.headers["Location"])


def host_of(place: str) -> str:
    cleaned = place.strip("".join(map(chr, range(33)))).replace("\\", "/")
    for dropped in "\t\r\n":
        cleaned = cleaned.replace(dropped, "")
    if cleaned.startswith("//"):
        cleaned = "//" + cleaned.lstrip("/")
    there = urlsplit(urljoin(HERE, cleaned))
    assert there.scheme in {"http", "https"}
    return there.netloc


@pytest.fixture
def dana(app: Flask) -> str:
    assert app
    return factories.make_account(factories.make_organisation(), "Dana", RoleName.LEADER)


def test_a_reader_of_redirects_knows_what_browsers_make_of_them() -> None:
    for away in ("//evil.example", "/\\evil.example", "\t//evil.example", "///evil.example"):
        assert host_of(away) == "evil.example"
    assert host_of("/leader/") == "localhost"


@pytest.mark.parametrize("where", ["address", "form", "both"])
def test_signing_in_leads_nowhere_else(client: PageClient, dana: str, where: str) -> None:
    ways = set()
    for away in AWAY:
        client.delete_cookie("session")
        address = "/account/login" + (f"?next={quote(away)}" if where != "form" else "")
        form = {"email": dana, "password": factories.PASSWORD}
        form |= {"next": away} if where != "address" else {}
        ways |= {leads_to(send(client, address, **form)), leads_to(client.get(address))}
    assert ways <= {"localhost", None}
    assert "localhost" in ways


def test_neither_does_saying_again_who_one_is(client: PageClient, dana: str) -> None:
    factories.sign_in(client, dana)
    form = {"csrf_token": factories.token(client.get("/account/verify").text)}
    form |= {"password": factories.PASSWORD}
    ways = {
        leads_to(client.post(f"/account/verify{address}", data=form | field))
        for away in AWAY
        for address in ("", f"?next={quote(away)}")
        for field in ({}, {"next": away})
    }
    assert ways == {"localhost", None}


def test_neither_do_choosing_a_language_or_an_organisation_or_signing_out(
    client: PageClient, dana: str
) -> None:
    ways = set()
    for away in AWAY:
        factories.sign_in(client, dana)
        asked = f"?next={quote(away)}"
        for path, chosen in (
            ("/account/language", {"lang": "en"}),
            (f"/account/organisation{asked}", {"organisation": "northwind"}),
            (f"/account/logout{asked}", {}),
        ):
            ways.add(leads_to(send(client, path, carried="/leader/", next=away, **chosen)))
    assert ways == {"localhost", None}


def test_the_way_to_the_sign_in_carries_a_path_of_ours_alone(client: PageClient) -> None:
    for away in AWAY:
        reply = client.get(f"/leader/?next={quote(away)}&x={quote(away)}")
        assert urlsplit(reply.location).path == "/account/login"
        assert leads_to(reply) == "localhost"
