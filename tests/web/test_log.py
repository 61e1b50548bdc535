"""The log's page: filters, pages, verification, files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import TYPE_CHECKING

import pytest

from surveyapp.storage import audit
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action, Organisation, RoleName
from surveyapp.web.admin.log import ACTIONS, ON_A_PAGE
from tests import factories
from tests.page_checks import parse, text_of
from tests.storage.test_audit import tamper

if TYPE_CHECKING:
    from tests.installation import PageClient

FORMULA = "=cmd|' /C calc'!A1"


@pytest.fixture
def organisation(client: PageClient) -> int:
    made = factories.make_organisation()
    with writing() as session:
        session.get_one(Organisation, made).time_zone = "Pacific/Auckland"
    factories.sign_in(client, factories.make_account(made, "Admin", RoleName.ADMIN))
    return made


def write(organisation: int, action: Action, by: audit.Doer, note: str = "", at: int = 0) -> None:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        number = audit.record(session, owner, by, action, note=note).number
    if at:
        tamper(f"UPDATE audit_entry SET at = {at} WHERE number = {number}")  # noqa: S608  (numbers)


def notes(client: PageClient, query: str = "") -> list[str]:
    page = parse(client.get(f"/admin/log{query}").text)
    lists = [found for found in page.iter("ul") if found.get("class") == "rows"]
    return [text_of(row).rpartition("· ")[2] for found in lists for row in found]


def test_the_newest_entry_comes_first_and_older_ones_on_further_pages(
    client: PageClient, organisation: int
) -> None:
    for number in range(ON_A_PAGE + 3):
        write(organisation, Action.ROUND_MOVED, audit.COMMAND, f"entry {number}")
    assert notes(client)[0] == f"entry {ON_A_PAGE + 2}"
    assert len(notes(client)) == ON_A_PAGE
    assert notes(client, "?page=2") == ["entry 2", "entry 1", "entry 0"]
    assert notes(client, "?page=99999999999") == []


def test_entries_are_found_by_what_who_and_day(client: PageClient, organisation: int) -> None:
    noon, midnight = 1_800_000_000, 1_800_010_800  # 15 January 2027 21:00 and 16 January, Auckland
    write(organisation, Action.ROUND_MOVED, audit.COMMAND, "moved", noon)
    write(organisation, Action.ROUND_CLOSED, audit.CALENDAR, "closed", midnight)
    for query, found in (
        ("?action=round+closed", ["closed"]),
        ("?by=command", ["moved"]),
        ("?by=account-7", []),
        ("?by=nonsense&action=nonsense&page=x", ["closed", "moved"]),
        ("?since=2027-01-16", ["closed"]),
        ("?until=2027-01-15", ["moved"]),
        ("?since=2027-01-15&until=2027-01-16", ["closed", "moved"]),
        ("?round=aaaaaaaaaaaa%00", []),
    ):
        assert notes(client, query) == found, query


def test_a_day_that_is_none_is_named(client: PageClient, organisation: int) -> None:
    reply = client.get("/admin/log?since=31.12.2026")
    assert reply.status_code == 422
    assert "Please write days as 2027-04-30" in reply.text


def test_the_page_says_how_far_the_chain_fits(client: PageClient, organisation: int) -> None:
    for _number in range(3):
        write(organisation, Action.ROUND_MOVED, audit.COMMAND)
    with writing() as session:
        chain = audit.chain(session, session.get_one(Organisation, organisation))
    page = client.get("/admin/log").text
    assert "all entries up to number 3 are" in page
    assert chain.words in page
    assert chain.digest.hex() in page
    tamper("UPDATE audit_entry SET note = 'other' WHERE number = 2")
    page = client.get("/admin/log").text
    assert "The log is not as it was written" in page
    assert "up to number 1 are" in page


def export(client: PageClient, kind: str) -> str:
    reply = factories.send(client, f"/admin/log/entries.{kind}", carried="/admin/log")
    assert reply.headers["Content-Disposition"].endswith(f'.{kind}"')
    return reply.text


def test_anybody_can_calculate_the_chain_anew_from_the_file(
    client: PageClient, organisation: int
) -> None:
    write(organisation, Action.ROUND_MOVED, audit.COMMAND, "Größe")
    file = json.loads(export(client, "json"))
    before = bytes(32)
    for entry in file["entries"]:
        said = [file["organisation_id"], *list(entry.values())[:-1]]
        text = json.dumps(said, ensure_ascii=False).encode()
        before = hashlib.sha256(before + text).digest()
        assert entry["digest"] == before.hex()
    assert [entry["action"] for entry in file["entries"]] == ["last day moved", "log exported"]


def test_no_cell_of_the_table_is_a_formula(client: PageClient, organisation: int) -> None:
    write(organisation, Action.ROUND_MOVED, audit.COMMAND, FORMULA)
    rows = list(csv.DictReader(io.StringIO(export(client, "csv"))))
    assert [row["note"] for row in rows] == [f"'{FORMULA}", "csv"]


def test_every_action_has_words() -> None:
    assert set(ACTIONS) == set(Action)


def test_the_log_of_another_organisation_is_not_seen(client: PageClient, organisation: int) -> None:
    other = factories.make_organisation("Contoso")
    write(other, Action.ROUND_MOVED, audit.COMMAND, "elsewhere")
    assert notes(client) == []
    assert "elsewhere" not in export(client, "json")
