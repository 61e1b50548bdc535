"""Control characters that a form brings: they are in no text that is kept, on any database."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from flask import request
from sqlalchemy import select

from surveyapp.storage.database import writing
from surveyapp.storage.models import Account, Organisation, Round
from tests import factories
from tests.factories import send
from tests.installation import page_client
from tests.web.administration import FIRST, NEW_ROUND, imported, sign_in
from tests.web.test_admin_organisation import NEW

if TYPE_CHECKING:
    from flask import Flask

NOISE = "\0\x01\x08\x0b\x1b\x1f\x7f\x80\x9f"


@pytest.fixture
def app(postgresql_app: Flask) -> Flask:
    """Run on PostgreSQL, which takes no NUL."""
    return postgresql_app


def noisy(text: str) -> str:
    return NOISE + NOISE.join(text) + NOISE


def test_no_form_of_an_administrator_brings_control_characters(app: Flask) -> None:
    client = page_client(app)
    made = factories.make_organisation()
    sign_in(client, made)
    imported(client, *FIRST)
    assert send(client, "/admin/rounds/new", **(NEW_ROUND | {"name": noisy("Spring")})).location
    given: dict[str, Any] = {"email": "x@demo.example", "name": noisy("Xi"), "roles": ["coach"]}
    assert send(client, "/admin/accounts", **given).location
    named = NEW | {"contact": noisy("the council")}
    assert send(client, "/admin/organisation", **named).location
    for address in ("log?round=a%00b", "people?name=a%00b", "accounts?name=a%00b"):
        assert client.get(f"/admin/{address}").status_code == 200
    with writing() as session:
        assert session.scalars(select(Round.name)).one() == "Spring"
        assert "Xi" in session.scalars(select(Account.name)).all()
        assert session.get_one(Organisation, made).contact == "the council"


def test_lines_and_tabs_stay_and_files_are_as_they_were_sent(sqlite_app: Flask) -> None:
    form = {"text": f"one\r\n\ttwo{NOISE}", "file": (io.BytesIO(b"\0\1"), "a.csv")}
    with sqlite_app.test_request_context("/?a=b%00c&a=d", method="POST", data=form):
        assert request.form["text"] == "one\r\n\ttwo"
        assert request.args.getlist("a") == ["bc", "d"]
        assert request.files["file"].read() == b"\0\1"
