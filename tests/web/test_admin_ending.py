"""The end of a round in the browser: closed, held, given up; and its printed slips."""

from __future__ import annotations

import time
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from babel.dates import format_date
from pypdf import PdfReader
from sqlalchemy import select

from surveyapp.rounds import closing, sheets
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Job,
    JobKind,
    Organisation,
    Person,
    RoleName,
    Round,
    State,
    Team,
)
from surveyapp.web.access import doer
from surveyapp.web.pages import keys, settings
from tests import factories
from tests.factories import send
from tests.web.administration import (
    actions,
    do_the_work,
    drafted,
    logged,
    only_round,
    opened,
    text,
    without_tokens,
)

if TYPE_CHECKING:
    from pathlib import Path

    from surveyapp.storage.audit import Doer
    from tests.installation import PageClient


def test_a_draft_is_removed_without_a_trace_but_in_the_log(
    client: PageClient, northwind: int
) -> None:
    here = drafted(client)
    assert "never opened" in text(client.get(f"{here}/discard").text)
    assert send(client, f"{here}/discard").location == "/admin/"
    with writing() as session:
        assert session.scalars(select(Round)).all() == []
    assert logged(northwind)[-1] == ("round discarded", "a draft")


def test_an_open_round_is_given_up_with_its_answers(client: PageClient, northwind: int) -> None:
    here = opened(client)
    assert "destroyed, uncounted" in text(client.get(f"{here}/discard").text)
    assert send(client, f"{here}/discard").location == "/admin/"
    made = only_round()
    assert (made.state, made.destroyed) == (State.DISCARDED, True)
    assert "Given up" in text(client.get(here).text)
    assert client.get(f"{here}/discard").status_code == 404


def test_closing_early_is_asked_about_and_done_in_the_background(
    client: PageClient, northwind: int
) -> None:
    here = opened(client)
    assert "cannot do so any more" in text(client.get(f"{here}/close").text)
    assert only_round().state == "open"
    assert send(client, f"{here}/close").location == here
    assert only_round().state == "closing"
    page = client.get(here).text
    assert "The answers are being counted" in text(page)
    assert f'data-progress="{here}/progress"' in page
    assert client.get(f"{here}/progress").get_json() == {"done": 0, "total": 2, "working": True}
    do_the_work()
    made = only_round()
    assert (made.state, made.destroyed) == ("closed", True)
    assert client.get(f"{here}/progress").get_json()["working"] is False
    assert "The single answers are destroyed." in text(client.get(here).text)
    assert client.get(f"{here}/close").location == here
    assert "round closed" in actions(northwind)


def test_a_held_round_says_what_that_means_and_is_counted_again_or_given_up(
    client: PageClient, northwind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = opened(client)

    def find_something(*_anything: object) -> None:
        message = "The team of Bo would tell too much."
        raise closing.HeldError(message)

    with monkeypatch.context() as patch:
        patch.setattr(closing, "_hold_if_found", find_something)
        send(client, f"{here}/close")
        do_the_work(well=False)
    shown = text(client.get(here).text)
    assert "Held for checking: nothing was published" in shown
    assert "The team of Bo would tell too much." in shown
    assert actions(northwind)[-1] == "round held"
    send(client, f"{here}/close")
    do_the_work()
    assert only_round().state == "closed"


def test_work_that_was_given_up_is_taken_up_again_from_the_page(
    client: PageClient, northwind: int
) -> None:
    here = opened(client)
    send(client, f"{here}/close")
    with writing() as session:
        session.scalars(select(Job).where(Job.kind == JobKind.CLOSE)).one().state = "failed"
    assert "This was interrupted." in text(client.get(here).text)
    send(client, f"{here}/close")
    do_the_work()
    assert only_round().destroyed


def slip_files(found: Round) -> list[Path]:
    return list((settings().instance / sheets.FOLDER).glob(f"{found.public_id}*"))


def test_slips_are_in_the_language_of_the_organisation_whoever_prints_them(
    client: PageClient, northwind: int
) -> None:
    here = opened(client)
    with writing() as session:
        session.get_one(Organisation, northwind).language = "de"
    pdf = send(client, f"{here}/slips", carried=here).data
    closes_on = format_date(only_round().closes_on, "full", locale="de")
    assert closes_on in PdfReader(BytesIO(pdf)).pages[0].extract_text()


def test_slips_are_made_once_and_given_to_the_same_account_again_for_some_minutes(
    client: PageClient, northwind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = opened(client)
    assert "1 slip is to be printed" in text(client.get(here).text)
    reply = send(client, f"{here}/slips", carried=here)
    assert reply.data.startswith(b"%PDF")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="slips-spring.pdf"'
    shown = text(client.get(here).text)
    assert "to be printed" not in shown
    assert "Download the same slips again (PDF)" in shown
    assert send(client, f"{here}/slips", carried=here).data == reply.data
    assert logged(northwind)[-1] == ("slips printed", "1")
    assert actions(northwind).count("slips printed") == 1
    colleague = factories.signed_in(factories.make_account(northwind, "Rob", RoleName.ADMIN))
    assert "slips" not in text(colleague.get(here).text)
    assert send(colleague, f"{here}/slips", carried=here).location == here
    assert "each was printed before, or the round is over" in text(colleague.get(here).text)
    later = time.time() + sheets.KEPT_SECONDS
    monkeypatch.setattr(time, "time", lambda: later)
    assert "slips" not in text(client.get(here).text)
    assert send(client, f"{here}/slips", carried=here).location == here


@pytest.mark.parametrize("end", ["close", "discard"])
def test_the_sheets_of_slips_are_unreadable_without_the_key_and_end_with_the_round(
    client: PageClient, northwind: int, end: str
) -> None:
    here = opened(client)
    given = send(client, f"{here}/slips", carried=here)
    (file,) = slip_files(only_round())
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert b"PDF" not in file.read_bytes()
    assert given.data[:1000] not in file.read_bytes()
    send(client, f"{here}/{end}")
    assert slip_files(only_round()) == []


def test_a_round_that_was_counted_meanwhile_is_not_given_up_and_its_page_says_so(
    client: PageClient, northwind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = opened(client)
    page = client.get(f"{here}/discard").text

    def counted_meanwhile() -> Doer:
        closing.close(only_round().id, keys())
        return doer()

    monkeypatch.setattr("surveyapp.web.admin.ending.doer", counted_meanwhile)
    reply = client.post(f"{here}/discard", data={"csrf_token": factories.token(page)})
    assert reply.location == here
    assert "It was not given up: it has just been counted." in text(client.get(here).text)
    assert only_round().state == "closed"


def test_no_page_of_a_round_changes_with_an_answer(client: PageClient, northwind: int) -> None:
    with writing() as session:
        team = session.scalars(select(Team).join(Team.leader).where(Person.name == "Bo")).one()
        team.members += [Person(organisation_id=northwind, name=f"M{n}") for n in range(5)]
    here = opened(client)
    with writing() as session:
        round_id = session.scalars(select(Round.id)).one()
    codes = factories.draw_codes(round_id)["Bo"]
    ways = ("", "/close", "/discard", "/join", "/progress", "/questionnaire")
    client.get(here)  # shows once what was just done
    before = [without_tokens(client.get(here + way).text) for way in ways]
    factories.answer_by_slip(client, codes[0])
    assert [without_tokens(client.get(here + way).text) for way in ways] == before
