"""The shared tablet's pages, as the server sends them; and the twelve words as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.storage.database import writing
from surveyapp.storage.models import Round
from surveyapp.web.pages import today
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

OURS = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
BROWSERS = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
USED = "This slip has been used"


@pytest.fixture
def opened(app: Flask) -> int:
    """Open a round about Dana, whose team answers by slip."""
    assert app
    northwind = factories.make_organisation()
    factories.make_team(northwind, "Dana", 12)
    return factories.open_round(northwind)


@pytest.fixture
def code(opened: int) -> str:
    """Draw one slip."""
    return factories.draw_codes(opened)["Dana"][0]


def filled_in(client: PageClient, code: str) -> dict[str, str]:
    """Let a slip in at the tablet; returns its form with every answer."""
    page = client.post("/kiosk", data={"slip": code}).text
    assert 'action="/kiosk/answers"' in page
    return {"slip": code, "change_code": factories.carried_code(page), **factories.answers()}


def test_every_page_stays_with_the_tablet_and_leads_nowhere_else(
    client: PageClient, code: str
) -> None:
    start = client.get("/kiosk")
    assert 'action="/kiosk"' in start.text
    asked = client.post("/kiosk", data={"slip": code})
    wrong = client.post("/kiosk", data={"slip": "nothing"})
    form = filled_in(client, code)
    missing = client.post("/kiosk/answers", data=form | {"S1": ""})
    thanks = client.post("/kiosk/answers", data=form)
    used = client.post("/kiosk/answers", data=form | {"change_code": "0" * 32})
    for reply in (start, asked, wrong, missing, thanks, used):
        links = set(reply.text.split('href="')[1:])
        inside = {link.partition('"')[0] for link in links}
        pages = {link for link in inside if link.startswith(("/", "http"))}
        assert {link.partition("?")[0] for link in pages if not link.startswith("/static/")} <= {
            "/kiosk"
        }
        assert "Set-Cookie" not in reply.headers
        assert reply.headers["Cache-Control"] == "no-store"
    assert (missing.status_code, used.status_code) == (422, 422)
    assert USED in used.text


@pytest.mark.parametrize("headers", [{}, BROWSERS], ids=["old browser", "browser"])
def test_a_form_that_a_browser_sends_again_shows_the_words_to_nobody(
    client: PageClient, code: str, headers: dict[str, str]
) -> None:
    form = filled_in(client, code)
    assert client.post("/kiosk/answers", data=form, headers=headers).status_code == 200
    again = client.post("/kiosk/answers", data=form, headers=headers)
    assert again.status_code == 422
    assert USED in again.text
    assert form["change_code"] not in again.text


def test_our_script_may_repeat_what_was_not_acknowledged(client: PageClient, code: str) -> None:
    form = filled_in(client, code)
    first = client.post("/kiosk/answers", data=form, headers=OURS)
    again = client.post("/kiosk/answers", data=form, headers=OURS)
    assert (first.status_code, again.text) == (200, first.text)


def test_a_form_sent_again_by_slip_is_one_ballot_as_ever(client: PageClient, code: str) -> None:
    page = client.post("/slip", data={"slip": code}).text
    form = {"slip": code, "change_code": factories.carried_code(page), **factories.answers()}
    first, again = (client.post("/slip/answers", data=form, headers=BROWSERS) for _ in "12")
    assert (first.status_code, again.text) == (200, first.text)


def words_of(client: PageClient, opened: int, code: str) -> str:
    path = f"/answer/{factories.team_ids(opened)['Dana']}/words"
    reply = client.post(path, data={"change_code": code})
    assert reply.headers["Content-Disposition"] == 'attachment; filename="twelve-words.txt"'
    assert reply.mimetype == "text/plain"
    assert reply.headers["Cache-Control"] == "no-store"
    return reply.text


def test_the_file_has_words_day_and_address_and_nothing_of_the_answers(
    client: PageClient, opened: int, code: str
) -> None:
    form = filled_in(client, code)
    words = factories.answer_by_slip(client, code)
    with writing() as session:
        closes = session.get_one(Round, opened).closes_on
    file = words_of(client, opened, form["change_code"])
    other = words_of(client, opened, "0" * 32)
    assert str(closes.day) in file
    assert f"{factories.team_ids(opened)['Dana']}/change" in file
    assert words not in other
    assert [line for line in file.splitlines() if line not in other.splitlines()] == [
        file.splitlines()[2]
    ]
    assert len(file.splitlines()[2].split()) == 12
    assert not {"Dana", code, "Strongly"} & set(file.split())


def test_no_file_is_made_of_no_code_or_of_a_closed_round(client: PageClient, opened: int) -> None:
    path = f"/answer/{factories.team_ids(opened)['Dana']}/words"
    for bad in ("", "zz", "00"):
        assert client.post(path, data={"change_code": bad}).status_code == 422
    assert client.post("/answer/aaaaaaaaaaaaaaaa/words", data={"change_code": "0" * 32})
    with writing() as session:
        session.get_one(Round, opened).closes_on = today().replace(year=2020, day=1)
    closed = client.post(path, data={"change_code": "0" * 32})
    assert closed.status_code == 410
    assert "took answers until" in closed.text


def test_a_closed_round_and_an_unknown_one_are_told_apart_and_lead_on(
    client: PageClient, opened: int
) -> None:
    team = factories.team_ids(opened)["Dana"]
    unknown = client.get("/answer/aaaaaaaaaaaaaaaa")
    assert (unknown.status_code, "leads to no round" in unknown.text) == (404, True)
    assert 'href="/slip"' in unknown.text
    with writing() as session:
        session.get_one(Round, opened).closes_on = today().replace(year=2020, day=1)
    for path in (f"/answer/{team}", f"/answer/{team}/change"):
        closed = client.get(path)
        assert (closed.status_code, "This round is closed" in closed.text) == (410, True)
        assert "not taken" not in closed.text
        assert f"/{team}" in closed.text.partition("<main")[2]
    sent = client.post(f"/answer/{team}/change/answers", data={"change_code": "0" * 32})
    assert (sent.status_code, "Your answers were not taken" in sent.text) == (410, True)
