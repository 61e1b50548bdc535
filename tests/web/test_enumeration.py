"""Nothing of signing in says whether there is an account, and nobody locks another one out."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import flask_security.forms
import pytest
from flask_security import hash_password
from flask_security.core import _get_pwd_context as real_hashing
from limits import parse

from surveyapp.mail.outbox import Outbox
from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.web.account import brake, mailed_link
from tests import factories, sign_ins
from tests.factories import send

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from flask import Flask

    from tests.installation import PageClient

KNOWN, STRANGER = factories.address("Dana"), factories.address("Nobody at all")
WRONG = "wrong"
TRIES = 7
CLEARLY = 2
"""How many times as long: hashing a password takes far more than everything else together."""
MAIL_SECONDS = 0.15
OFFICE, COLLEAGUE, ELSEWHERE = "203.0.113.5", "203.0.113.77", "198.51.100.9"


@pytest.fixture(autouse=True)
def dana(app: Flask) -> None:
    factories.make_account(factories.make_organisation(), "Dana")


@pytest.fixture
def many_tries(app: Flask, dana: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as dearly as in real use, and let the clock be read without being held back."""
    app.extensions["security"].pwd_context = real_hashing(app)
    with writing() as session:
        accounts.find_account(session, KNOWN).password = hash_password(factories.PASSWORD)
    monkeypatch.setattr(brake.Brake, "holds", lambda _brake: False)


def try_password(
    email: str,
    password: str = WRONG,
    *,
    client: PageClient | None = None,
    at: str = OFFICE,
    forwarded: str = "",
) -> str:
    """Sign in from an address, perhaps for another one behind it.

    Returns what the page says, empty if it let somebody in.
    """
    client = client or factories.new_client()
    form = {"email": email, "password": password}
    form["csrf_token"] = factories.token(client.get("/account/login").text)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    reply = client.post(
        "/account/login", data=form, environ_base={"REMOTE_ADDR": at}, headers=headers
    )
    if reply.status_code == 302:
        return ""
    assert reply.status_code == 200
    return re.sub(r'name="csrf_token" type="hidden" value="[^"]+"', "", reply.text).replace(
        email, ""
    )


def tells(action: Callable[[str], object]) -> bool:
    """Return whether the time that a page takes says if there is an account.

    Both are tried in turn, and the shortest times count: what else the machine did only adds.
    """
    taken: dict[str, list[float]] = {KNOWN: [], STRANGER: []}
    for email in (KNOWN, STRANGER) * TRIES:
        begun = time.perf_counter()
        action(email)
        taken[email].append(time.perf_counter() - begun)
        sign_ins.mails()  # when all are written
    known, unknown = (min(times) for times in taken.values())
    return max(known, unknown) > CLEARLY * min(known, unknown)


def ask_for_link(email: str) -> None:
    send(factories.new_client(), "/account/link", email=email)


def test_the_page_says_the_same_whether_there_is_an_account_or_not() -> None:
    factories.make_account(factories.make_organisation("Contoso"), "Gone")
    with writing() as session:
        accounts.find_account(session, factories.address("Gone")).active = False
    said = {try_password(email) for email in (KNOWN, STRANGER, factories.address("Gone"))}
    said.add(try_password(factories.address("Gone"), factories.PASSWORD))
    assert len(said) == 1


def test_the_page_about_a_mailed_link_says_the_same_too() -> None:
    said = set()
    for email in (KNOWN, STRANGER):
        page = send(factories.new_client(), "/account/link", email=email).text
        said.add(page.replace(email, ""))
    assert len(said) == 1
    assert [mail["To"] for mail in sign_ins.mails()] == ["Dana <dana@demo.example>"]


def test_a_guess_costs_64_mib_and_three_passes(app: Flask) -> None:
    assert real_hashing(app).hash(WRONG).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.usefixtures("many_tries")
def test_signing_in_takes_as_long_for_an_unknown_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not tells(try_password)
    monkeypatch.setattr(flask_security.forms, "hash_password", lambda _password: "")
    assert tells(try_password)  # a page that hashes nothing for strangers is found


def test_asking_for_a_link_takes_as_long_for_an_unknown_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(brake, "may_mail", lambda _email: True)
    monkeypatch.setattr(Outbox, "deliver", slowly)
    assert not tells(ask_for_link)
    monkeypatch.setattr(mailed_link, "POST_ROOM", AtOnce)
    assert tells(ask_for_link)  # a page that waits for the mail is found


def slowly(_post: Outbox, _name: str, _message: EmailMessage) -> None:
    time.sleep(MAIL_SECONDS)


class AtOnce:
    """A post room whose visitors wait."""

    @staticmethod
    def submit(work: Callable[..., object], *values: object) -> None:
        work(*values)


def test_whoever_guesses_is_held_back_and_told_so_for_unknown_addresses_too() -> None:
    for email in (KNOWN, STRANGER):
        said = [try_password(email, at=OFFICE) for _ in range(11)]
        assert "belong together" in said[9]
        assert "too many tries" in said[10]
    assert "too many tries" in try_password(KNOWN, factories.PASSWORD, at=COLLEAGUE)


def test_guesses_from_elsewhere_lock_nobody_out() -> None:
    for _ in range(11):
        try_password(KNOWN, at=ELSEWHERE)
    assert try_password(KNOWN, factories.PASSWORD, at=OFFICE) == ""


@pytest.mark.parametrize("at", [OFFICE, "192.168.7.5", "10.0.0.5", "::ffff:10.0.0.5"])
def test_an_address_that_somebody_invents_is_not_believed(at: str) -> None:
    for number in range(10):
        try_password(KNOWN, at=at, forwarded=f"198.51.{number}.9")
    assert "too many tries" in try_password(KNOWN, at=at, forwarded="198.51.77.9")


@pytest.mark.parametrize("proxy", ["127.0.0.1", "::1"])
def test_a_proxy_on_this_machine_says_who_came_to_it(proxy: str) -> None:
    for _ in range(11):
        try_password(KNOWN, at=proxy, forwarded=ELSEWHERE)
    assert "too many tries" in try_password(KNOWN, at=proxy, forwarded=ELSEWHERE)
    invented = f"203.0.113.200, {ELSEWHERE}"  # of a proxy that adds to what it was sent
    assert "too many tries" in try_password(KNOWN, at=proxy, forwarded=invented)
    assert try_password(KNOWN, factories.PASSWORD, at=proxy, forwarded=OFFICE) == ""


def test_guesses_from_the_same_network_do_not_touch_a_browser_that_is_known() -> None:
    own = factories.signed_in(KNOWN)
    own.delete_cookie("session")
    for _ in range(11):
        try_password(KNOWN, at=OFFICE)
    assert try_password(KNOWN, factories.PASSWORD, client=own, at=OFFICE) == ""


def test_a_known_browser_that_guesses_holds_back_itself_alone() -> None:
    own = factories.signed_in(KNOWN)
    own.delete_cookie("session")
    for _ in range(10):
        try_password(KNOWN, client=own)
    assert "too many tries" in try_password(KNOWN, factories.PASSWORD, client=own)
    assert try_password(KNOWN, factories.PASSWORD) == ""


def test_a_browser_that_one_account_knows_is_a_stranger_to_others() -> None:
    other = factories.signed_in(factories.make_account(factories.make_organisation("C"), "Eve"))
    other.delete_cookie("session")
    for _ in range(10):
        try_password(KNOWN, at=OFFICE)
    assert "too many tries" in try_password(KNOWN, factories.PASSWORD, client=other, at=OFFICE)


def test_one_address_does_not_try_all_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "FAILURES_OF_ADDRESS", parse("20 per 15 minutes"))
    for number in range(20):
        try_password(f"somebody{number}@demo.example", at=ELSEWHERE)
    assert "too many tries" in try_password(KNOWN, at=ELSEWHERE)
    assert try_password(KNOWN, factories.PASSWORD, at=OFFICE) == ""


def test_a_guesser_who_names_a_new_network_each_time_is_held_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(brake, "FAILURES_EVERYWHERE", parse("20 per hour"))
    own = factories.signed_in(KNOWN)
    own.delete_cookie("session")
    for number in range(20):
        assert "belong together" in try_password(KNOWN, at=f"198.51.{number}.9")
    assert "too many tries" in try_password(KNOWN, at="203.0.113.9")
    assert "belong together" in try_password(STRANGER, at="203.0.113.9")
    assert try_password(KNOWN, factories.PASSWORD, client=own) == ""
    path = sign_ins.mailed_path(KNOWN)
    assert send(factories.new_client(), path).status_code == 302


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("", ""),
    ],
)
def test_an_address_is_counted_with_its_network(address: str, network: str) -> None:
    assert brake.network(address) == network
