from __future__ import annotations

import json
import re
import resource
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click
import pytest
from babel.dates import format_date
from pypdf import PdfReader
from sqlalchemy import select

from surveyapp.app import create_app
from surveyapp.cli import main
from surveyapp.config import read_settings
from surveyapp.demo import cast
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, Round
from tests.cli.commands import LAST_DAY, PEOPLE, fail, run, succeed


def loaded(name: str) -> click.Command:
    found = main.resolve_command(click.Context(main), [name])[1]
    assert found
    return found


def every_command() -> list[list[str]]:
    words: list[list[str]] = [[]]
    for name in main.commands:
        words.append([name])
        words += [[name, inner] for inner in getattr(loaded(name), "commands", {})]
    return words


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_explains_itself(words: list[str]) -> None:
    for flag in ("-h", "--help"):
        assert "Usage:" in succeed(*words, flag)


@pytest.mark.parametrize("name", main.commands)
def test_the_list_of_commands_says_what_each_says_first(name: str) -> None:
    assert main.commands[name].help == loaded(name).get_short_help_str(limit=200)


def test_the_list_of_commands_needs_no_framework_and_no_database() -> None:
    code = (
        "import sys, surveyapp.cli as cli; cli.main(['--help'], standalone_mode=False);"
        " print({'flask', 'numpy', 'sqlalchemy'} & {*sys.modules})"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout.endswith("set()\n"), said.stdout


def test_the_script_is_installed_and_says_its_version() -> None:
    script = Path(sys.executable).parent / "surveyapp"
    said = subprocess.run([script, "--version"], check=True, capture_output=True, text=True)
    assert "surveyapp" in said.stdout


def test_bad_usage_is_exit_code_two() -> None:
    assert "No such command" in fail("nonsense", code=2)
    assert "does not exist" in fail("roster", "check", "nowhere.csv", code=2)
    assert "Missing option '--closes'" in fail("round", "create", "Spring", code=2)


def test_before_init_every_command_says_what_to_do(folder: Path) -> None:
    assert "surveyapp init --admin EMAIL" in fail("round", "list")
    assert "surveyapp init --admin EMAIL" in fail("roster", "import", "people.csv")


def test_a_command_that_crashes_leaves_no_memory_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[object] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *limit: limits.append(limit))
    fail("round", "list")
    assert limits == [(resource.RLIMIT_CORE, (0, 0))]


def test_init_makes_an_installation_once(installed: Path) -> None:
    assert (installed / "instance" / "surveyapp.sqlite").exists()
    assert "admin@demo.example" in succeed("account", "list")
    assert "not an email address" in fail("init", "--admin", "admin", code=2)
    again = fail("init", "--admin", "admin@demo.example")
    assert "nothing was changed" in again


def test_a_setting_that_does_not_exist_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEYAPP_DATABSE_URL", "x")
    assert "SURVEYAPP_DATABSE_URL" in fail("round", "list")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("INSTANCE", "/proc/nowhere", "/proc/nowhere cannot be used"),
        ("DATABASE_URL", "nonsense", "is no address of a database"),
        ("DATABASE_URL", "mysql://x@127.0.0.1/x", "is no address of a database"),
        ("DATABASE_URL", "postgresql://x@127.0.0.1:port/x", "is no address of a database"),
        ("DATABASE_URL", "postgresql://x:pass-word@127.0.0.1:1/x", "//x:***@127.0.0.1:1/x (SURVEY"),
        ("DATABASE_URL", "sqlite:////nowhere/x.sqlite", "sqlite:////nowhere/x.sqlite (SURVEYAPP_"),
        ("SECRET_KEY", "mine", "SURVEYAPP_SECRET_KEY is shorter than 12 characters"),
    ],
)
def test_a_setting_that_leads_nowhere_is_told_without_a_traceback(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"SURVEYAPP_{name}", value)
    assert told in fail("round", "list")


def test_a_faulty_roster_names_the_fault_and_changes_nothing(installed: Path) -> None:
    (installed / "bad.csv").write_text(PEOPLE + "Eve,,nobody@demo.example\n", encoding="utf-8")
    for command in ("check", "import"):
        told = fail("roster", command, "bad.csv")
        assert "row 5" in told
        assert "nobody@demo.example" in told
    assert "3 people, 1 leader on 1 level" in succeed("roster", "check", "people.csv")
    assert "3 added, 0 kept" in succeed("roster", "import", "people.csv")


def test_a_rounds_life_on_the_command_line(opened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = json.loads(succeed("round", "list", "--json"))
    assert [(found["name"], found["state"]) for found in listed] == [("Spring", "open")]
    assert listed[0]["id"]
    assert "close it first" in fail("round", "release", "Spring")
    with monkeypatch.context() as terminal:
        terminal.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _self: True)
        assert "Close it now for good?" in run("round", "close", "Spring", typed="n\n").output
    assert json.loads(succeed("round", "list", "--json"))[0]["state"] == "open"
    succeed("round", "close", "Spring", "--yes")
    assert "no round closes twice" in fail("round", "close", "Spring", "--yes")
    released = json.loads(succeed("round", "release", listed[0]["id"], "--json"))
    assert released == listed[0] | {"state": "released"}
    assert "released" in succeed("round", "list")


def test_an_unknown_round_is_answered_with_the_names_there_are(opened: Path) -> None:
    assert "Its rounds: “Spring”" in fail("round", "open", "Sprung")


def test_a_low_threshold_is_taken_with_a_warning_and_a_lower_one_is_not(installed: Path) -> None:
    warned = run("round", "create", "A", "--closes", LAST_DAY, "--threshold", "3")
    assert warned.exit_code == 0
    assert "easier to guess" in warned.stderr
    told = fail("round", "create", "B", "--closes", LAST_DAY, "--threshold", "2")
    assert "at least 3" in told


def test_slips_are_printed_once_into_a_file_for_its_owner_alone(opened: Path) -> None:
    assert "2 slips for 1 team" in succeed("slips", "Spring", "--out", "slips.pdf")
    file = opened / "slips.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "printed before" in fail("slips", "Spring", "--out", "more.pdf")
    assert not (opened / "more.pdf").exists()


def test_slips_are_in_the_language_of_the_organisation(opened: Path) -> None:
    with create_app(read_settings()).app_context(), writing() as session:
        session.scalars(select(Organisation)).one().language = "de"
        closes = session.scalars(select(Round)).one().closes_on
    succeed("slips", "Spring", "--out", "slips.pdf")
    text = PdfReader(opened / "slips.pdf").pages[0].extract_text()
    assert format_date(closes, "full", locale="de") in text


def test_slips_that_cannot_be_written_are_not_spent(opened: Path) -> None:
    (opened / "taken.pdf").write_text("mine")
    assert "exists already" in fail("slips", "Spring", "--out", "taken.pdf")
    assert "cannot be written" in fail("slips", "Spring", "--out", "nowhere/slips.pdf")
    assert (opened / "taken.pdf").read_text() == "mine"
    succeed("slips", "Spring", "--out", "slips.pdf")


def test_a_demo_is_never_laid_over_anything_real(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no demo" in fail("demo", "--no-serve", "--reset")
    (key,) = (opened / "instance" / "keys").glob("round-*.key")
    elsewhere = f"sqlite:///{opened / 'instance' / 'surveyapp.sqlite'}?x=1"
    monkeypatch.setenv("SURVEYAPP_DATABASE_URL", elsewhere)
    assert "no demo" in fail("demo", "--no-serve", "--reset")
    assert key.exists()
    monkeypatch.delenv("SURVEYAPP_DATABASE_URL")
    assert "admin@demo.example" in succeed("account", "list")


def test_the_demo_is_built_once_kept_and_built_anew_when_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = succeed("demo", "--no-serve")
    assert "demo-only-please" in first
    assert re.search(r"the code [0-9A-Z-]{14}", first)
    assert succeed("demo", "--no-serve") == first
    assert len(json.loads(succeed("round", "list", "--organisation", "northwind", "--json"))) == 4
    assert "--organisation: contoso, northwind" in fail("round", "list")
    fewer = tuple(replace(played, closed_rounds=1) for played in cast.CASTS)
    monkeypatch.setattr(cast, "CASTS", fewer)  # a second one of that size would show no more
    assert succeed("demo", "--no-serve", "--reset") != first
    assert len(json.loads(succeed("round", "list", "--organisation", "northwind", "--json"))) == 2


def test_a_taken_port_is_said_before_anything_is_built(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for command in ("demo", "serve"):
            assert f"Port {port} is taken" in fail(command, "--port", port)
    assert "203.0.113.9 is no address of this" in fail("serve", "--host", "203.0.113.9")
    assert not list((folder / "instance").glob("surveyapp.*"))
