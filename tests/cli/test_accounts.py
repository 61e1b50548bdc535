"""Accounts and organisations on the command line, and what the log says of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import AuditEntry, Organisation
from tests.cli.commands import fail, succeed

if TYPE_CHECKING:
    from pathlib import Path

LINK = r"https://survey.demo.example/account/start/[\w.-]+\n"


def logged() -> list[tuple[str, str, str]]:
    """Return what the logs say: short name, action, note."""
    with create_app(read_settings()).app_context(), writing() as session:
        query = select(Organisation.slug, AuditEntry.action, AuditEntry.note).join(
            Organisation, Organisation.id == AuditEntry.organisation_id
        )
        return [
            (slug, action, note)
            for slug, action, note in session.execute(query.order_by(AuditEntry.id))
        ]


def number(email: str) -> int:
    with create_app(read_settings()).app_context(), writing() as session:
        return accounts.find_account(session, email).id


def test_accounts_are_added_granted_and_listed(opened: Path) -> None:
    assert "(no password yet" in succeed("account", "list")
    added = succeed("account", "add", "coach@demo.example")
    assert re.search(r"https://survey.demo.example/account/start/[\w.-]+\n", added)
    granted = succeed("account", "grant", "coach@demo.example", "--role", "coach", "--all-leaders")
    assert "Coaches 1 leader" in granted
    assert "coach@demo.example" in succeed("account", "list")
    missing = ("account", "grant", "coach@demo.example", "--role", "coach", "--leader", "x@y.zz")
    assert "x@y.zz" in fail(*missing)
    assert "There is no account" in fail("account", "grant", "who@demo.example", "--role", "admin")
    assert "without a second step" in succeed("account", "reset", "Coach@demo.example")
    assert "There is no account" in fail("account", "reset", "who@demo.example")
    coach = number("coach@demo.example")
    assert [entry for entry in logged() if entry[2].startswith(f"account {coach}: ")] == [
        ("northwind", "role granted", f"account {coach}: first sign-in link"),
        ("northwind", "sign-in reset", f"account {coach}: second step, passkeys, sessions"),
    ]
    wrong = ("account", "grant", "coach@demo.example", "--role", "admin", "--all-leaders")
    assert "belong to --role coach" in fail(*wrong, code=2)


def test_a_role_is_taken_away_and_the_last_administrators_is_not(opened: Path) -> None:
    coach = ("coach@demo.example", "--role", "coach")
    succeed("account", "add", "coach@demo.example")
    succeed("account", "grant", *coach, "--all-leaders")
    assert succeed("account", "revoke", "Coach@demo.example", *coach[1:]) == (
        "coach@demo.example is no longer coach of Northwind.\n"
    )
    assert "coach@demo.example" not in succeed("account", "list")
    note = f"coach: account {number('coach@demo.example')}"
    assert logged()[-1] == ("northwind", "role taken away", note)
    before = logged()
    assert "is no coach of Northwind" in fail("account", "revoke", *coach)
    last = fail("account", "revoke", "admin@demo.example", "--role", "admin")
    assert "is the last administrator of Northwind" in last
    assert "There is no account" in fail("account", "revoke", "who@demo.example", *coach[1:])
    assert "admin@demo.example" in succeed("account", "list")
    assert logged() == before


def test_another_client_is_made_with_its_administrator_and_kept_apart(opened: Path) -> None:
    made = succeed("organisation", "add", "Contoso Ltd", "--admin", "It@contoso.example")
    assert re.search("it@contoso.example chooses a password.*" + LINK, made)
    listed = succeed("organisation", "list").splitlines()
    assert [" ".join(line.split()) for line in listed] == [
        "contoso-ltd Contoso Ltd, 0 people",
        "northwind Northwind, 3 people",
    ]
    told = succeed("account", "list", "--organisation", "contoso-ltd")
    assert "it@contoso.example" in told
    assert "admin@demo.example" not in told
    note = f"admin: account {number('it@contoso.example')}"
    assert logged()[-1] == ("contoso-ltd", "role granted", note)
    assert "with --organisation: contoso-ltd, northwind" in fail("account", "list")


def test_a_client_that_is_there_or_cannot_be_is_refused(opened: Path) -> None:
    before = succeed("organisation", "list")
    again = fail("organisation", "add", "NORTHWIND", "--admin", "it@contoso.example")
    assert "There is an organisation “northwind” already" in again
    assert "not an email" in fail("organisation", "add", "X", "--admin", "it", code=2)
    zone = ("organisation", "add", "X", "--admin", "it@contoso.example", "--time-zone", "Mars")
    assert "Mars" in fail(*zone)
    assert "--admin" in fail("organisation", "add", "X", code=2)
    assert succeed("organisation", "list") == before
    assert "There is no account" in fail("account", "reset", "it@contoso.example")


def test_who_signs_in_already_gets_no_link_to_another_client(opened: Path) -> None:
    with create_app(read_settings()).app_context(), writing() as session:
        accounts.find_account(session, "admin@demo.example").entered = True
    made = succeed("organisation", "add", "Contoso", "--admin", "admin@demo.example")
    assert "admin@demo.example signs in as before" in made
    assert "/account/start/" not in made


def test_what_is_done_to_an_account_is_in_the_log_of_each_client_it_belongs_to(
    opened: Path,
) -> None:
    succeed("organisation", "add", "Contoso", "--admin", "it@contoso.example")
    succeed("organisation", "add", "Fabrikam", "--admin", "it@contoso.example")
    succeed("account", "reset", "it@contoso.example")
    assert {slug for slug, action, _ in logged() if action == "sign-in reset"} == {
        "contoso",
        "fabrikam",
    }
