"""Opening a round, joining it, and attacking the installation, on the command line."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import LAST_DAY, PEOPLE, fail, run, succeed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def drafted(installed: Path) -> Path:
    succeed("roster", "import", "people.csv")
    succeed("round", "create", "Spring", "--closes", LAST_DAY)
    return installed


def test_a_script_that_opens_the_first_round_accepts_what_results_are_for(drafted: Path) -> None:
    first = run("round", "open", "Spring", "--json")
    assert first.exit_code == 0
    assert json.loads(first.stdout)["state"] == "open"
    assert "for development only" in first.stderr
    succeed("round", "close", "Spring", "--json")
    succeed("round", "create", "Summer", "--closes", LAST_DAY)
    assert "for development only" not in run("round", "open", "Summer").stderr


def test_opening_says_how_each_channel_goes_on(drafted: Path) -> None:
    said = succeed("round", "open", "Spring")
    assert "surveyapp slips Spring --out slips.pdf" in said
    assert "worker" not in said
    succeed("round", "close", "Spring", "--json")
    more = PEOPLE + "Eve,eve@demo.example,dana@demo.example\n"
    (drafted / "people.csv").write_text(more, encoding="utf-8")
    succeed("roster", "import", "people.csv")
    succeed("round", "create", "Summer", "--closes", LAST_DAY)
    assert "Invitations to 1 person are sent by the worker" in succeed("round", "open", "Summer")
    succeed("worker", "--once")
    (mail,) = (drafted / "instance" / "outbox").glob("*.eml")
    assert "https://survey.demo.example/answer/" in mail.read_text(encoding="utf-8")


def test_late_joiners_are_invited_and_get_slips_of_their_own(drafted: Path) -> None:
    succeed("round", "open", "Spring")
    succeed("slips", "Spring", "--out", "slips.pdf")
    assert "0 people joined" in succeed("round", "join", "Spring")
    more = PEOPLE + "Eve,eve@demo.example,dana@demo.example\nFay,,dana@demo.example\n"
    (drafted / "people.csv").write_text(more, encoding="utf-8")
    succeed("roster", "import", "people.csv")
    said = succeed("round", "join", "Spring")
    assert "2 people joined" in said
    late = run("slips", "Spring", "--out", "late.pdf")
    assert "1 slip for 1 team" in late.stdout
    assert "everybody knows whose it is" in late.stderr
    succeed("round", "close", "Spring", "--json")
    assert "takes no answers" in fail("round", "join", "Spring")


def test_who_creates_a_round_chooses_when_teams_see_their_result(drafted: Path) -> None:
    succeed("round", "create", "Summer", "--closes", LAST_DAY, "--team-sees", "if_shared")
    refused = run("round", "create", "Autumn", "--closes", LAST_DAY, "--team-sees", "never")
    assert refused.exit_code == 2
    assert "after_seven_days" in refused.stderr
    with closing(sqlite3.connect(drafted / "instance" / "surveyapp.sqlite")) as database:
        seen = dict(database.execute("SELECT name, team_sees FROM round").fetchall())
    assert seen == {"Spring": "after_seven_days", "Summer": "if_shared"}


def test_a_round_is_discarded_after_a_question_and_the_next_one_opens(drafted: Path) -> None:
    succeed("round", "open", "Spring")
    refused = run("round", "discard", "Spring", typed="n\n")
    assert refused.exit_code == 1
    assert "discarded" in succeed("round", "discard", "Spring", "--yes")
    succeed("round", "create", "Summer", "--closes", LAST_DAY)
    succeed("round", "open", "Summer")


def test_closing_removes_the_rounds_mails(drafted: Path) -> None:
    more = PEOPLE + "Eve,eve@demo.example,dana@demo.example\n"
    (drafted / "people.csv").write_text(more, encoding="utf-8")
    succeed("roster", "import", "people.csv")
    succeed("round", "open", "Spring")
    succeed("worker", "--once")
    assert len(list((drafted / "instance" / "outbox").glob("*.eml"))) == 1
    succeed("round", "close", "Spring", "--json")
    assert not list((drafted / "instance" / "outbox").glob("*.eml"))


def test_invitations_that_nobody_could_open_are_warned_of(
    drafted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = PEOPLE + "Eve,eve@demo.example,dana@demo.example\n"
    (drafted / "people.csv").write_text(more, encoding="utf-8")
    succeed("roster", "import", "people.csv")
    monkeypatch.setenv("SURVEYAPP_BASE_URL", "http://127.0.0.1:8000")
    assert "which nobody else can open" in run("round", "open", "Spring").stderr


def test_a_job_that_waits_after_a_failure_is_named(drafted: Path) -> None:
    more = PEOPLE + "Eve,eve@demo.example,dana@demo.example\n"
    (drafted / "people.csv").write_text(more, encoding="utf-8")
    succeed("roster", "import", "people.csv")
    succeed("round", "open", "Spring")
    (drafted / "instance" / "outbox").write_text("a file where a folder should be")
    for _attempt in range(2):
        told = run("worker", "--once")
        assert told.exit_code == 1
        assert "invite waits until" in told.stderr


def test_an_audit_of_an_empty_installation_says_that_there_was_nothing(installed: Path) -> None:
    report = succeed("audit")
    assert "Looked at: nothing: no round is open." in report
    assert "Looked at: nothing: no result was published." in report


def test_an_attack_that_cannot_be_carried_out_is_a_finding_and_the_others_go_on(
    drafted: Path,
) -> None:
    succeed("round", "open", "Spring")
    (key,) = (drafted / "instance" / "keys").glob("round-*.key")
    key.unlink()
    told = run("audit")
    assert told.exit_code == 3
    assert "key of this round is missing" in told.stderr
    assert "8 attacks carried out here" in told.stdout


def test_an_audit_says_what_each_attacker_knew_and_found(drafted: Path) -> None:
    succeed("round", "open", "Spring")
    report = succeed("audit")
    assert "The attacker knows: every table, without the key directory." in report
    assert "8 attacks carried out here. No attack succeeded." in report
    found = json.loads(succeed("audit", "--json"))
    assert found["succeeded"] == 0
    assert len(found["attacks"]) == 8


def test_an_attack_that_succeeds_ends_the_audit_with_3(drafted: Path) -> None:
    succeed("round", "open", "Spring")
    (key,) = (drafted / "instance" / "keys").glob("round-*.key")
    key.chmod(0o644)
    told = run("audit")
    assert told.exit_code == 3
    assert f"{key} may be read by others" in told.stderr
    assert "1 attack succeeded" in told.stdout
    assert json.loads(run("audit", "--json").stdout)["succeeded"] == 1


def test_a_round_is_released_by_closing_it_if_it_was_created_so(drafted: Path) -> None:
    said = succeed("round", "create", "Summer", "--closes", LAST_DAY, "--release", "on-closing")
    assert "Leaders see their results as soon as it is closed." in said
    assert "Leaders see" in succeed("round", "open", "Summer")
    said = succeed("round", "close", "Summer")
    assert "is released" in said
    assert "Leaders see" not in said
    rounds = {one["name"]: one for one in json.loads(succeed("round", "list", "--json"))}
    assert (rounds["Summer"]["state"], rounds["Summer"]["release_on"]) == ("released", "closing")
    assert rounds["Spring"]["release_on"] is None
