"""Hosts, schemes, cookies, limits: what a request can not change, and what every reply says."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from flask import abort, request, url_for

from surveyapp.core.errors import DomainError
from surveyapp.web import security
from tests import factories
from tests.installation import PageError, installation, page_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

    from surveyapp.config import Settings
    from tests.installation import PageClient

AT_HOME = "https://survey.example"
LARGEST = 64 * 1024
"""Bytes of a form of ours."""


@pytest.fixture
def tls_app(settings: Settings, migrated_database: Path) -> Iterator[Flask]:
    """Run an application that people reach over TLS."""
    with installation(replace(settings, base_url=AT_HOME), migrated_database) as app:
        yield app


@pytest.fixture(params=["app", "tls_app"])
def either(request: pytest.FixtureRequest) -> PageClient:
    """Open a browser on an application without TLS, and on one with it."""
    return page_client(request.getfixturevalue(request.param))


def known() -> str:
    raise DomainError


def unexpected() -> str:
    raise KeyError


ENDS: list[tuple[int, str, str, dict[str, Any]]] = [
    (200, "GET", "/", {}),
    (200, "HEAD", "/", {}),
    (200, "OPTIONS", "/", {}),
    (200, "GET", "/account/login", {}),
    (200, "GET", "/static/look.css", {}),
    (206, "GET", "/static/look.css", {"headers": {"Range": "bytes=0-9"}}),
    (302, "GET", "/leader/", {}),
    (304, "GET", "/static/look.css", {"headers": {"If-Modified-Since": "1 Jan 2100 00:00 GMT"}}),
    (308, "GET", "/account", {}),
    (308, "GET", "/account//login", {}),
    (200, "GET", "/", {"environ_overrides": {"PATH_INFO": "//account/login"}}),
    (404, "GET", "/", {"environ_overrides": {"PATH_INFO": "//evil.example/a"}}),
    (400, "POST", "/account/login", {}),
    (400, "GET", "/", {"headers": {"Host": "evil.example"}}),
    (404, "GET", "/nope", {}),
    (404, "GET", "/leader/nope", {}),
    (404, "GET", "/static/nope.css", {}),
    (404, "GET", "/answer/aaaaaaaaaaaaaaaa", {}),
    (405, "POST", "/", {}),
    (405, "PROPFIND", "/slip", {}),
    (413, "POST", "/slip", {"data": {"slip": "x" * LARGEST}}),
    (416, "GET", "/static/look.css", {"headers": {"Range": "bytes=9999999-"}}),
]
"""One request for each way in which a request can end."""


@pytest.mark.parametrize(("status", "method", "path", "sent"), ENDS)
def test_every_way_in_which_a_request_ends_carries_the_headers(
    either: PageClient, status: int, method: str, path: str, sent: dict[str, Any]
) -> None:
    assert either.open(path, method=method, **sent).status_code == status


@pytest.mark.parametrize(
    ("status", "view"), [(418, lambda: abort(418)), (503, known), (500, unexpected)]
)
def test_so_do_errors(either: PageClient, status: int, view: Callable[[], str]) -> None:
    either.application.view_functions["public.home"] = view
    assert either.get("/", may_fail=True).status_code == status


@pytest.mark.parametrize(
    "name",
    [
        *("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options"),
        *("Referrer-Policy", "Permissions-Policy", "Cache-Control"),
        *("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"),
    ],
)
def test_a_header_that_is_missing_is_found(tls_app: Flask, name: str) -> None:
    tls_app.after_request_funcs[None].insert(0, lambda reply: reply.headers.pop(name) and reply)
    with pytest.raises(PageError, match=r"policy|kept|: None"):
        page_client(tls_app).get("/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_HTTPONLY", False),
        ("SESSION_COOKIE_SAMESITE", None),
        ("SESSION_COOKIE_SECURE", False),
        ("SESSION_COOKIE_NAME", "session"),
        ("SESSION_COOKIE_DOMAIN", "survey.example"),
    ],
)
def test_a_cookie_that_others_could_read_or_set_is_found(
    tls_app: Flask, name: str, value: object
) -> None:
    assert "__Host-session=" in page_client(tls_app).get("/account/login").headers["Set-Cookie"]
    tls_app.config[name] = value
    with pytest.raises(PageError, match="cookie"):
        page_client(tls_app).get("/account/login")


def test_without_tls_no_browser_is_told_to_insist_on_it(client: PageClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "survey.example.evil.example", "xsurvey.example", "10.0.0.7"),
        *("survey.example@evil.example", "evil.example#survey.example", "localhost.evil.example"),
        *("", "survey.example:99999", "survey.example, evil.example"),
    ],
)
def test_a_foreign_host_is_told_the_address_of_the_site(tls_app: Flask, host: str) -> None:
    reply = page_client(tls_app).get("/account/login", headers={"Host": host})
    assert reply.status_code == 400
    assert f"It is {AT_HOME}. Please use that one." in reply.text
    assert f'href="{AT_HOME}"' in reply.text
    assert "evil.example" not in reply.text + str(reply.headers)


@pytest.mark.parametrize("host", ["survey.example", "survey.example:443", "localhost:8000"])
def test_the_host_of_the_site_is_answered_and_so_is_the_machine_itself(
    tls_app: Flask, host: str
) -> None:
    assert page_client(tls_app).get("/", headers={"Host": host}).status_code == 200


def test_nothing_that_a_proxy_or_anybody_else_adds_changes_where_we_are(tls_app: Flask) -> None:
    tls_app.view_functions["public.home"] = lambda: {
        "address": url_for("public.home", _external=True),
        "asked": request.url,
        "secure": request.is_secure,
    }
    forged = {
        "Forwarded": "for=1.2.3.4;host=evil.example;proto=http",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "81",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Proto": "http",
        "X-Original-Url": "/admin/",
        "X-Rewrite-Url": "/admin/",
        "X-Http-Method-Override": "POST",
    }
    said = page_client(tls_app).get("/", headers={"Host": "survey.example", **forged}).get_json()
    assert said == {"address": AT_HOME + "/", "asked": AT_HOME + "/", "secure": True}


def test_over_tls_a_form_from_another_site_is_refused_even_with_its_token(tls_app: Flask) -> None:
    client = page_client(tls_app)
    page = client.get("/account/login", base_url=AT_HOME).text
    form = {"csrf_token": factories.token(page), "email": "x"}

    def send(referrer: str) -> TestResponse:
        from_page = {"Referer": referrer}
        return client.post("/account/login", base_url=AT_HOME, data=form, headers=from_page)

    assert send("https://evil.example/account/login").status_code == 400
    assert send("http://survey.example/account/login").status_code == 400
    assert send(f"{AT_HOME}/account/login").status_code == 200


def test_a_body_without_a_length_is_cut_off_as_well(client: PageClient) -> None:
    body = {"input_stream": io.BytesIO(b"slip=" + b"x" * LARGEST), "content_length": None}
    stream = {"wsgi.input_terminated": True, "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    reply = client.post("/slip", environ_overrides=stream, **body)
    assert reply.status_code == 413


@pytest.mark.parametrize(
    "form",
    [
        {"slip": "x" * (LARGEST + 1)},
        {f"field{number}": "x" for number in range(security.MOST_FORM_PARTS + 1)},
    ],
    ids=["a large field", "many fields"],
)
def test_a_form_in_parts_is_no_way_around_the_limits(
    client: PageClient, form: dict[str, str]
) -> None:
    client.application.config["MAX_CONTENT_LENGTH"] = 100 * LARGEST  # as a page with files may
    reply = client.post("/slip", data=form, content_type="multipart/form-data")
    assert reply.status_code == 413


def test_the_largest_form_of_ours_gets_through(client: PageClient) -> None:
    padding = "x" * (LARGEST - len("slip="))
    assert client.post("/slip", data={"slip": padding}).status_code == 422
