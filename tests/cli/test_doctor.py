from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from surveyapp.app import create_app
from surveyapp.storage.database import writing
from surveyapp.storage.models import Job, JobKind, JobState, Round
from surveyapp.web.pages import keys
from tests.cli.commands import fail, run, succeed
from tests.installation import running
from tests.jobs.smtp import Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

NOWHERE = "https://localhost:9"


@pytest.fixture(autouse=True)
def _nobody_is_asked_for_an_address(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEYAPP_BASE_URL", NOWHERE)


@pytest.fixture
def server(opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving(tmp_path) as running_one:
        monkeypatch.setenv("SURVEYAPP_MAIL_URL", running_one.url)
        yield running_one


def told() -> dict[str, str]:
    """Return what is said of each thing, by its name: “well” or “ILL”, and the words."""
    lines = run("doctor").stdout.splitlines()
    return {line[6:15].strip(): line[:6].strip() + " " + line[16:] for line in lines}


def change(**values: int | str) -> None:
    with running(create_app()), writing() as session:
        session.execute(update(Job).where(Job.kind == JobKind.RESEAL).values(**values))


def test_a_line_for_each_thing(server: Server) -> None:
    succeed("worker", "--once")
    said = told()
    assert list(said) == [
        "database", "keys", "mail", "address", "clock", "broker", "workers", "files", "disk"
    ]  # fmt: skip
    assert said["database"] == "well sqlite, can be written to; 1 round"
    assert "for its owner alone; 1 open round, no key missing" in said["keys"]
    assert said["mail"].startswith("well 127.0.0.1:")
    assert "encrypted, signed in; --to EMAIL sends a test message" in said["mail"]
    assert said["workers"] == "well at work, nothing is late"
    assert said["address"].startswith(f"ILL {NOWHERE} does not open from here")
    assert said["broker"].startswith("well none configured")
    assert server.taken == []


def test_a_test_message_is_sent_where_one_says(server: Server) -> None:
    result = run("doctor", "--to", "boss@demo.example")
    assert "a test message went to boss@demo.example" in result.stdout
    ((_sender, to, mail),) = server.taken
    assert to == "boss@demo.example"
    assert mail["Subject"] == f"A test message from {NOWHERE}"
    server.says = {"boss@demo.example": "550 unknown"}
    assert "ILL   mail      550 unknown" in run("doctor", "--to", "boss@demo.example").stdout


def test_what_is_not_well_is_told_with_its_mend(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEYAPP_BASE_URL", "http://survey.demo.example")
    folder = Path("instance/keys")
    folder.chmod(0o755)
    result = run("doctor")
    assert result.exit_code == 1
    assert "things to fix." in result.stderr
    said = told()
    assert said["keys"].startswith("ILL others may open")
    assert "chmod go=" in said["keys"]
    assert said["mail"].startswith("ILL nobody gets any: they are files in")
    assert "SURVEYAPP_BASE_URL=https://" in said["address"]
    assert said["workers"].startswith("ILL none is at work")
    folder.chmod(0o700)
    with running(create_app()), writing() as session:
        keys().destroy(session.get_one(Round, 1).public_id)
    assert "ILL “Spring” cannot be counted yet. The key of this round is missing" in told()["keys"]


def test_keys_that_a_copy_of_the_data_would_take_along_are_named(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hint = "would hold data and keys together: leave the keys out of them, or set SURVEYAPP_KEY_DIR"
    assert told()["keys"].startswith("well")
    assert hint in told()["keys"]
    Path("instance/keys").rename("apart")
    monkeypatch.setenv("SURVEYAPP_KEY_DIR", "apart")
    assert told()["keys"].endswith("1 open round, no key missing")
    Path("instance/keys").symlink_to(Path("apart").absolute())
    monkeypatch.delenv("SURVEYAPP_KEY_DIR")
    assert told()["keys"].endswith("1 open round, no key missing")


def test_a_worker_that_is_gone_is_missed_and_what_was_given_up_is_named(opened: Path) -> None:
    succeed("worker", "--once")
    assert told()["workers"].startswith("well")
    change(due_at=int(time.time()) - 1000)
    assert told()["workers"].startswith("ILL 1 job should have begun minutes ago")
    change(due_at=int(time.time()) + 1000)
    with running(create_app()), writing() as session:
        session.execute(
            update(Job).where(Job.kind == JobKind.CALENDAR).values(due_at=int(time.time()) - 100)
        )
    assert told()["workers"].startswith("ILL none is at work")
    succeed("worker", "--once")
    with running(create_app()), writing() as session:
        session.add(
            Job(
                kind=JobKind.ANNOUNCE,
                subject="x",
                due_at=0,
                state=JobState.FAILED,
                fault="It broke.",
            )
        )
    assert told()["workers"].startswith("ILL 1 job given up, such as announce: It broke. Mend")


def test_a_clock_that_was_set_back_is_noticed(opened: Path) -> None:
    with running(create_app()), writing() as session:
        later = session.get_one(Round, 1).closes_on
        session.get_one(Round, 1).opened_on = later
    assert told()["clock"].startswith("ILL it says 20")


def test_a_mail_server_without_user_or_with_a_wrong_password_is_ill(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEYAPP_MAIL_URL", server.url.replace("p%40ss", "wrong"))
    said = told()["mail"]
    assert said.startswith("ILL The mail server 127.0.0.1:")
    assert "does not accept user and password" in said
    assert "wrong" not in said


def test_settings_are_listed_with_their_source_and_without_secrets(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("instance/surveyapp.toml").write_text(
        'mail_url = "smtp://me:pass-word@mail.demo.example"\nsecret_key = "very secret, long"\n'
    )
    lines = succeed("doctor", "--settings").splitlines()
    assert [line.split()[0] for line in lines][:3] == [
        "SURVEYAPP_INSTANCE", "SURVEYAPP_DATABASE_URL", "SURVEYAPP_KEY_DIR"
    ]  # fmt: skip
    assert f"SURVEYAPP_BASE_URL       environment    {NOWHERE}" in lines
    assert "SURVEYAPP_MAIL_URL       surveyapp.toml (not shown)" in lines
    assert "SURVEYAPP_SECRET_KEY     surveyapp.toml (not shown)" in lines
    assert "SURVEYAPP_DEMO           default        False" in lines
    monkeypatch.setenv("SURVEYAPP_METRICS_TOKEN", "a-token-of-monitoring")
    monkeypatch.setenv("SURVEYAPP_OIDC_ISSUER", "https://sign-in.demo.example")
    monkeypatch.setenv("SURVEYAPP_OIDC_CLIENT_ID", "us")
    monkeypatch.setenv("SURVEYAPP_OIDC_CLIENT_SECRET", "guess-me-not")
    said = succeed("doctor", "--settings")
    assert "a-token-of-monitoring" not in said
    assert "guess-me-not" not in said


def test_an_installation_that_is_none_is_no_patient(folder: Path) -> None:
    assert "Nothing is installed" in fail("doctor")
