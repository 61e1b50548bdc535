"""A people file in the browser: all its faults, or what it would change, and then just that."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from surveyapp.roster import keeping
from surveyapp.web.admin import roster
from surveyapp.web.pages import settings
from tests import factories
from tests.factories import send
from tests.web.administration import (
    FIRST,
    HEADER,
    confirmed,
    hidden,
    imported,
    logged,
    on_record,
    text,
    uploaded,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.installation import PageClient


def kept_files() -> list[Path]:
    folder = settings().instance / keeping.FOLDER
    return sorted(folder.iterdir()) if folder.exists() else []


def test_a_file_is_imported_once_its_preview_is_confirmed(client: PageClient, empty: int) -> None:
    reply = uploaded(client, *FIRST)
    shown = text(client.get(reply.location).text)
    assert "5 people are new" in shown
    assert "Ann Bo Cy Dee Eve" in shown
    assert "2 teams are new Management Workshop" in shown
    assert "Is the file whole?" not in shown
    assert on_record(empty) == {}
    assert confirmed(client, reply.location).location == "/admin/people"
    assert on_record(empty) == {
        "Ann": set(),
        "Bo": {"Ann"},
        "Cy": {"Ann"},
        "Dee": {"Bo"},
        "Eve": {"Bo"},
    }
    assert logged(empty) == [("roster imported", "5 people: 5 added, 0 gone")]


def test_the_preview_names_who_moves_goes_comes_and_is_renamed(
    client: PageClient, empty: int
) -> None:
    imported(client, *FIRST)
    reply = uploaded(
        client,
        "Ann,ann@demo.example,",
        "Bo,bo@demo.example,ann@demo.example,Board",
        "Cyrus,cy@demo.example,ann@demo.example,Board",
        "Eve,eve@demo.example,cy@demo.example,Shop",
        "Flo,,cy@demo.example,Shop",
    )
    shown = text(client.get(reply.location).text)
    assert "1 person is new Flo" in shown
    assert "1 person is led by somebody else Eve before: Bo · now: Cyrus" in shown
    assert "1 person has another name Cyrus before: Cy · now: Cyrus" in shown
    assert "1 person leaves the roster Dee" in shown
    assert "1 team is new Shop" in shown
    assert "1 team has another name Ann before: Management · now: Board" in shown
    assert "1 team has no members any more Workshop" in shown
    confirmed(client, reply.location)
    assert on_record(empty) == {
        "Ann": set(),
        "Bo": {"Ann"},
        "Cyrus": {"Ann"},
        "Eve": {"Cyrus"},
        "Flo": {"Cyrus"},
    }
    half = text(client.get(uploaded(client, *FIRST[:2]).location).text)
    assert "Is the file whole?" in half
    again = uploaded(client, *FIRST)
    confirmed(client, again.location)
    assert "stay as they are" in text(client.get(uploaded(client, *FIRST).location).text)


def test_what_was_changed_meanwhile_is_shown_anew_and_nothing_is_imported(
    client: PageClient, empty: int
) -> None:
    first = uploaded(client, *FIRST).location
    before = hidden(client.get(first).text)
    imported(client, FIRST[0], FIRST[1])
    reply = client.post(first, data=before)
    assert "changed meanwhile, so nothing was imported" in text(reply.text)
    assert "3 people are new" in text(reply.text)
    assert set(on_record(empty)) == {"Ann", "Bo"}
    assert client.post(first, data=hidden(reply.text)).status_code == 302
    assert set(on_record(empty)) == {"Ann", "Bo", "Cy", "Dee", "Eve"}


def test_all_faults_are_named_and_nothing_is_kept(client: PageClient, empty: int) -> None:
    reply = uploaded(
        client,
        "Ann,ann@demo.example,",
        "=Bo,bo@,ann@demo.example",
        ",cy@demo.example,nobody@demo.example",
    )
    assert reply.status_code == 422
    shown = text(reply.text)
    assert "Looks like a formula row 3, name : “=Bo” do not begin with =" in shown
    assert "Not an email address row 3, email : “bo@” write a full address" in shown
    assert "Name missing row 4, name write the person's name" in shown
    assert "Leader missing row 4, leader_email : “nobody@demo.example”" in shown
    assert on_record(empty) == {}
    assert kept_files() == []


def test_faults_are_told_in_the_readers_language(
    client: PageClient, empty: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"Cell too long": "ZU LANG", "shorten it to %(most)s characters": "HÖCHSTENS %(most)s"}
    monkeypatch.setattr(
        "surveyapp.web.admin.roster._",
        lambda msgid, **values: said.get(msgid, msgid) % values,
    )
    shown = text(uploaded(client, "x" * 321 + ",,ann@demo.example").text)
    assert "ZU LANG" in shown
    assert "HÖCHSTENS 320" in shown


def test_a_long_list_of_faults_is_cut(client: PageClient, empty: int) -> None:
    shown = text(uploaded(client, *(f"P{n},p{n}@,ann@demo.example" for n in range(60))).text)
    assert "Not an email address 60 times" in shown
    assert "and 10 more like these" in shown


def test_no_file_is_asked_for_again(client: PageClient, empty: int) -> None:
    reply = send(client, "/admin/roster")
    assert reply.status_code == 422
    assert "Please choose a file." in reply.text


def test_a_large_file_may_be_sent_here_and_only_here(
    client: PageClient, empty: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert roster.LARGEST_UPLOAD_BYTES == 5 * 1024**2
    monkeypatch.setattr(roster, "LARGEST_UPLOAD_BYTES", 200_000)
    # A file that is read to its end is refused for what it says, not for its size.
    assert uploaded(client, content=b"x" * 190_000).status_code == 422
    assert uploaded(client, content=b"x" * 200_000).status_code == 413
    too_much = send(client, "/admin/purpose", carried="/admin/", contact="x" * 70_000)
    assert too_much.status_code == 413


def test_the_file_to_begin_with_has_no_fault(client: PageClient, empty: int) -> None:
    reply = client.get("/admin/roster/template.csv")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert ",".join(next(csv.reader(io.StringIO(reply.data.decode("utf-8-sig"))))) == HEADER
    assert uploaded(client, content=reply.data).status_code == 302


def test_a_preview_is_there_for_an_hour(
    client: PageClient, empty: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = uploaded(client, *FIRST).location
    (file,) = kept_files()
    assert file.stat().st_mode & 0o777 == 0o600
    now = file.stat().st_mtime
    keeping.forget_old(settings().instance, now + keeping.KEPT_SECONDS - 1)
    assert client.get(preview).status_code == 200
    monkeypatch.setattr("surveyapp.web.admin.roster.time.time", lambda: now + keeping.KEPT_SECONDS)
    assert client.get(preview).status_code == 404
    keeping.forget_old(settings().instance, now + keeping.KEPT_SECONDS)
    assert kept_files() == []


def test_an_import_leaves_nothing_of_the_file(client: PageClient, empty: int) -> None:
    preview = uploaded(client, *FIRST).location
    confirmed(client, preview)
    assert kept_files() == []
    assert client.get(preview).status_code == 404


def test_an_open_round_is_named_as_staying_what_it_is(client: PageClient, empty: int) -> None:
    imported(client, *FIRST)
    factories.open_round(empty)
    shown = text(client.get(uploaded(client, *FIRST).location).text)
    assert "“Spring” is open and stays as it is" in shown
