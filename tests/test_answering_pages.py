"""Whoever answers meets no session: no cookie, and the same bytes whoever is signed in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from flask import Response, session

from surveyapp.web import sessions
from tests import factories
from tests.installation import page_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.installation import PageClient

FRESH_CODE = re.compile(r'(name="change_code" value=")\w{32}(")')


class Pair:
    """The same requests from two browsers, one of them signed in on every page it can be."""

    def __init__(self, app: Flask) -> None:
        """Open a round, and sign its leader in with one of the browsers."""
        northwind = factories.make_organisation()
        factories.make_team(northwind, "Dana", 12)
        opened = factories.open_round(northwind)
        self.codes = factories.draw_codes(opened)["Dana"]
        self.change = f"/answer/{factories.team_ids(opened)['Dana']}/change"
        self.file = self.change.replace("change", "words")
        self.pages: list[str] = []
        self.stranger, self.leader = page_client(app), page_client(app)
        factories.sign_in(self.leader, factories.make_leader_account(northwind, "Dana"))

    def load(self, path: str, **form: str) -> tuple[TestResponse, TestResponse]:
        """Send the same request from both."""
        return _send(self.stranger, path, form), _send(self.leader, path, form)

    def answer(self) -> Iterator[tuple[str, TestResponse, TestResponse]]:
        """Load every page of answering in every state, from both browsers; yields what it was."""
        code = self.codes[0]
        for path in ("/", "/slip", "/kiosk", self.change, "/answer/aaaaaaaaaaaaaaaa/change"):
            yield (path, *self.load(path))
        yield ("unknown slip", *self.load("/slip", slip="nothing"))
        asked = self.load("/slip", slip=code)
        yield ("questionnaire", *asked)
        form = {"slip": code, "change_code": factories.carried_code(asked[0].text)}
        yield ("unanswered", *self.load("/slip/answers", **form))
        thanks = self.load("/slip/answers", **form, **factories.answers())
        yield ("thanks", *thanks)
        yield ("used slip", *self.load("/slip", slip=code))
        yield ("words as a file", *self.load(self.file, **form))
        yield ("kiosk", *self.load("/kiosk", slip=self.codes[1]))
        words = re.search(r'class="code"[^>]*>([^<]+)<', thanks[0].text)
        assert words
        yield ("mistyped words", *self.load(self.change, words="zoo " * 12))
        yield ("changing", *self.load(self.change, words=words[1]))
        sent = {"change_code": form["change_code"]}
        yield ("changed, unanswered", *self.load(self.change + "/answers", **sent))
        sent |= factories.answers(1)
        yield ("changed", *self.load(self.change + "/answers", **sent))

    def traces(self) -> set[str]:
        """Return how the session of one browser shows in what the two were sent."""
        found = set()
        for what, stranger, leader in self.answer():
            self.pages.append(what)
            for reply in (stranger, leader):
                if "Set-Cookie" in reply.headers:
                    found.add(f"{what}: sets a cookie")
                if "cookie" in reply.headers.get("Vary", "").lower():
                    found.add(f"{what}: varies by cookie")
            if stranger.status != leader.status or list(stranger.headers) != list(leader.headers):
                found.add(f"{what}: other headers")
            if masked(stranger) != masked(leader):
                found.add(f"{what}: another page")
        return found


def _send(client: PageClient, path: str, form: dict[str, str]) -> TestResponse:
    return client.post(path, data=form) if form else client.get(path)


def masked(reply: TestResponse) -> str:
    return FRESH_CODE.sub(r"\1\2", reply.text)


def test_answering_leaves_no_trace_of_a_session(app: Flask) -> None:
    pair = Pair(app)
    assert pair.leader.get_cookie("session") is not None
    assert pair.traces() == set()
    assert pair.leader.get("/leader/").status_code == 200
    assert pair.stranger.get_cookie("session") is None


def test_two_people_are_given_different_change_codes(app: Flask) -> None:
    pair = Pair(app)
    first, second = pair.load("/slip", slip=pair.codes[0])
    assert factories.carried_code(first.text) != factories.carried_code(second.text)
    assert masked(first) == masked(second)


def reads_session(response: Response) -> Response:
    session.get("anything")
    return response


def writes_session(response: Response) -> Response:
    session["seen"] = True
    return response


def shows_session(response: Response) -> Response:
    response.headers["X-Who"] = str(session.get("_user_id"))
    return response


def writes_page(response: Response) -> Response:
    signed_in = b" " if "_user_id" in session else b""
    response.set_data(response.get_data() + signed_in)
    return response


@pytest.mark.parametrize(
    ("leak", "trace"),
    [
        (reads_session, "varies by cookie"),
        (writes_session, "sets a cookie"),
        (shows_session, "other headers"),
        (writes_page, "another page"),
    ],
)
def test_a_trace_of_a_session_is_found_on_every_page(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    leak: Callable[[Response], Response],
    trace: str,
) -> None:
    pair = Pair(app)
    monkeypatch.setattr(sessions, "SIGNED_IN_PATHS", ("/",))
    app.after_request_funcs[None].append(leak)
    found = pair.traces()
    assert {f"{page}: {trace}" for page in pair.pages} <= found
    assert len(pair.pages) == 16
