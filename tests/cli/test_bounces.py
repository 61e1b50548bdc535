from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from surveyapp.app import create_app
from surveyapp.cli import main
from surveyapp.storage.database import writing
from surveyapp.storage.models import Delivery
from tests.cli.commands import fail, open_spring, succeed
from tests.installation import running
from tests.mail.notices import notice

PEOPLE = """name,email,leader_email
Dana,dana@demo.example,
Ann,ann@demo.example,dana@demo.example
Bo,bo@demo.example,dana@demo.example
"""


@pytest.fixture
def invited(installed: Path) -> str:
    """Open a round and send its invitations; returns the Message-ID of Ann's."""
    open_spring(PEOPLE)
    succeed("worker", "--once")
    return message_id("ann")


def message_id(name: str) -> str:
    (found,) = (
        mail["Message-ID"]
        for mail in (message_from_bytes(f.read_bytes()) for f in Path("instance/outbox").iterdir())
        if f"{name}@demo.example" in mail["To"]
    )
    return str(found)


def states() -> list[tuple[str, str, str | None]]:
    with running(create_app()), writing() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.person_id))
        return [(row.person.name, row.state, row.fault) for row in rows]


def test_a_notice_marks_the_mail_that_came_back_and_nothing_else(invited: str) -> None:
    Path("notice.eml").write_bytes(notice(invited, to="Ann@demo.example"))
    assert succeed("bounces", "notice.eml") == "1 mail read, 1 noted as come back.\n"
    words = "550 5.1.1 … Recipient address rejected: User unknown"
    assert states() == [("Ann", "bounced", words), ("Bo", "sent", None)]
    assert "1 noted before" in succeed("bounces", "notice.eml")


def test_a_mail_server_may_pipe_a_notice(invited: str) -> None:
    told = CliRunner().invoke(main, ["bounces"], input=notice(invited, to="ann@demo.example"))
    assert told.exit_code == 0
    assert states()[0][1] == "bounced"


def test_a_notice_counts_if_the_mail_was_passed_on_to_where_it_failed(invited: str) -> None:
    passed_on = notice(invited, to="ann@demo.example", final="ann@elsewhere.example")
    Path("notice.eml").write_bytes(passed_on)
    assert succeed("bounces", "notice.eml") == "1 mail read, 1 noted as come back.\n"


def test_a_notice_about_nothing_of_ours_changes_nothing(invited: str) -> None:
    for number, forged in enumerate(
        (
            notice(invited, action="delayed"),
            notice("<abcdefghjkmn-1-invitation@x>"),
            notice(invited.replace("-invitation", "-reminder-1")),
            notice(invited.replace("-2-", "-99999999999999-")),
        )
    ):
        Path(f"{number}.eml").write_bytes(forged)
    told = succeed("bounces", "0.eml", "1.eml", "2.eml", "3.eml")
    assert told == (
        "4 mails read, 0 noted as come back. 3 noted before, or not of this installation.\n"
    )
    assert [state for _name, state, _fault in states()] == ["sent", "sent"]


def test_what_is_no_mail_is_an_error(installed: Path) -> None:
    (installed / "notes").write_bytes(b"\0\0\0")
    assert "is no mail" in fail("bounces", "notes")
    assert "Standard input is no mail" in fail("bounces")
    assert "does not exist" in fail("bounces", "nowhere", code=2)


def test_a_corrected_address_is_invited_anew_with_the_same_link(invited: str) -> None:
    def link(name: str) -> str:
        for file in Path("instance/outbox").iterdir():
            if f"{name}@demo.example" in message_from_bytes(file.read_bytes())["To"]:
                return file.read_text(encoding="utf-8").partition("/answer/")[2].split()[0]
        raise LookupError(name)

    before = link("ann")
    Path("notice.eml").write_bytes(notice(invited, to="Ann@demo.example"))
    succeed("bounces", "notice.eml")
    told = succeed("roster", "correct", "Ann@demo.example", "anna@demo.example")
    assert "Ann@demo.example is anna@demo.example from now on" in told
    succeed("worker", "--once")
    assert link("anna") == before
    told = succeed("bounces", "notice.eml")  # another one about the old address, and late
    assert "0 noted as come back. 1 left alone: about an address that the person no longer" in told
    assert [state for _name, state, _fault in states()] == ["sent", "sent"]
    assert succeed("round", "join", "Spring").startswith("“Spring” is open")
    assert "Nobody in Northwind has the address" in fail("roster", "correct", "x@y.zz", "z@y.zz")
    assert "has this address" in fail("roster", "correct", "anna@demo.example", "bo@demo.example")
    assert "write a full address" in fail("roster", "correct", "anna@demo.example", "anna")


def test_the_account_with_a_leaders_corrected_address_is_the_leaders(invited: str) -> None:
    succeed("roster", "correct", "dana@demo.example", "dana.o@demo.example")
    assert "dana.o@demo.example" in succeed("account", "list")
    succeed("roster", "correct", "dana.o@demo.example", "admin@demo.example")
    lines = succeed("account", "list").splitlines()
    assert any("admin@demo.example" in line and "leader" in line for line in lines)
