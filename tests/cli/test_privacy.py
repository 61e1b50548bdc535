"""The log, purging and persons, by command."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import fail, open_spring, run, succeed

if TYPE_CHECKING:
    from pathlib import Path

MANY = "name,email,leader_email\nDana Okafor,dana@demo.example,\n" + "".join(
    f"Member {number},m{number}@demo.example,dana@demo.example\n" for number in range(5)
)


def log(folder: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(folder / "instance" / "surveyapp.sqlite")) as database:
        query = "SELECT actor, action, note FROM audit_entry ORDER BY number"
        return database.execute(query).fetchall()


@pytest.fixture
def held(installed: Path) -> Path:
    """Hold a round of five people by mail, in which nobody answered."""
    open_spring(MANY)
    succeed("round", "close", "Spring", "--yes", "--json")
    return installed


def test_every_command_that_does_something_is_in_the_log(opened: Path) -> None:
    succeed("slips", "Spring", "--out", "slips.pdf")
    (opened / "people.csv").write_text(
        (opened / "people.csv").read_text(encoding="utf-8") + "Di,,dana@demo.example\n",
        encoding="utf-8",
    )
    succeed("roster", "import", "people.csv")
    succeed("round", "join", "Spring")
    succeed("account", "grant", "dana@demo.example", "--role", "coach", "--all-leaders")
    succeed("round", "close", "Spring", "--yes", "--json")
    succeed("round", "release", "Spring", "--leader", "dana@demo.example")
    succeed("report", "Spring", "--out", "reports", "--format", "csv")
    found = log(opened)
    assert {actor for actor, _, _ in found} == {"command"}
    assert [action for _, action, _ in found] == [
        "role granted",
        "roster imported",
        "round created",
        "purpose accepted",
        "round opened",
        "slips printed",
        "roster imported",
        "late joiners invited",
        "role granted",
        "round closed",
        "result released",
        "reports made",
    ]
    said = " ".join(note for _, _, note in found)
    assert "answer" not in said
    assert "demo.example" not in said
    assert "Dana" not in said


def test_the_audit_verifies_the_log(opened: Path) -> None:
    found = json.loads(succeed("audit", "--json"))["attacks"][-1]
    assert found["title"] == "The log of what was done"
    assert "entries up to 5, digest" in found["looked_at"]
    with closing(sqlite3.connect(opened / "instance" / "surveyapp.sqlite")) as database:
        database.executescript(
            "DROP TRIGGER audit_entry_no_UPDATE;"
            "UPDATE audit_entry SET note = 'other' WHERE number = 2;"
        )
    result = run("audit", "--json")
    assert result.exit_code == 3
    assert "entry 2 of the log" in json.loads(result.stdout)["attacks"][-1]["findings"][0]


def test_a_purge_says_what_it_would_remove_asks_and_shows_that_it_is_gone(held: Path) -> None:
    (held / "people.csv").write_text(
        "name,email,leader_email\nEve,eve@demo.example,\nBo,bo@demo.example,eve@demo.example\n",
        encoding="utf-8",
    )
    succeed("roster", "import", "people.csv")
    what = "1 round, 6 people and 1 account"
    assert f"Would remove {what}." in succeed("purge", "--before", "2999-01-01", "--dry-run")
    assert "Removed 0 rounds" in succeed("purge", "--before", "2001-01-01")
    refused = run("purge", "--before", "2999-01-01", typed="n\n")
    assert refused.exit_code == 1
    assert "1 round" in succeed("purge", "--before", "2999-01-01", "--dry-run")
    done = succeed("purge", "--before", "2999-01-01", "--yes")
    assert f"Removed {what}." in done
    assert "Nothing of them is left." in done
    for file in (held / "instance").rglob("*"):
        assert not file.is_file() or b"Member 3" not in file.read_bytes(), file
    done = json.loads(succeed("purge", "--before", "2999-01-01", "--yes", "--json"))
    assert done["rounds"] == []
    assert done["proof"]["erased"]


def test_a_persons_data_are_printed_and_answers_explained(held: Path) -> None:
    result = run("person", "data", "M1@demo.example")
    assert result.exit_code == 0
    assert "Answers are not in it" in result.stderr
    kept = json.loads(result.stdout)
    assert kept["roster"]["name"] == "Member 1"
    assert kept["invitations"][0]["about"] == "Dana Okafor"
    assert kept["account"] is None
    leader = json.loads(run("person", "data", "dana@demo.example").stdout)
    assert leader["results"][0]["result"] is None, "not released"
    assert leader["account"]["roles"] == ["leader"]
    succeed("round", "release", "Spring")
    leader = json.loads(run("person", "data", "dana@demo.example").stdout)
    assert leader["results"][0]["result"]


def test_a_person_is_deleted_after_a_question(held: Path) -> None:
    assert run("person", "delete", "m1@demo.example", typed="n\n").exit_code == 1
    assert "is deleted" in succeed("person", "delete", "m1@demo.example", typed="y\n")
    for file in (held / "instance").glob("surveyapp.sqlite*"):
        assert b"m1@demo.example" not in file.read_bytes()
    wrong = fail("person", "delete", "m1@demo.example", "--yes")
    assert wrong == "Nobody in Northwind has the address m1@demo.example.\n"
    assert "leads a team on the roster" in fail("person", "delete", "dana@demo.example", "--yes")
