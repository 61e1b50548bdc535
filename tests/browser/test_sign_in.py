from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from benchmarks.serving import free_port, wait_for
from surveyapp.storage.database import db
from surveyapp.storage.models import Organisation
from tests import factories, sign_ins
from tests.browser.conftest import DESKTOP
from tests.browser.site import served
from tests.browser.states import send_password
from tests.browser.visitor import visiting
from tests.budgets import TOP
from tests.installation import CLIENT, CLIENT_SECRET, installation, settings_for, with_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.site import Site

STEP_SECONDS = 30
PATIENCE_SECONDS = 10
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
numbers = itertools.count(1)


@pytest.fixture
def person(site: Site) -> str:
    """Make an account of the test's own, which has no role; returns the name."""
    with site.app.app_context():
        organisation = db.session.scalars(select(Organisation.id)).first()
        name = f"Person {next(numbers)}"
        factories.make_account(organisation or 0, name)
    return name


@pytest.fixture
def local_page(site: Site, browser: Browser) -> Iterator[Page]:
    """Open a page under a name: passkeys belong to names, never to numbers."""
    address = site.address.replace("127.0.0.1", "localhost")
    with visiting(browser, address, viewport=DESKTOP) as (page, watch):
        page.context.new_cdp_session(page).send("WebAuthn.enable")
        yield page
    assert watch.faults() == []


def code_of(key: str, *, steps_later: int = 0) -> str:
    """Return the code that an app shows (RFC 6238)."""
    bare = key.replace("-", "")
    secret = base64.b32decode(bare + "=" * (-len(bare) % 8))
    counter = int(time.time()) // STEP_SECONDS + steps_later
    digest = hmac.digest(secret, counter.to_bytes(8, "big"), hashlib.sha1)
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def is_signed_in(page: Page) -> bool:
    page.goto("/account/ways")
    return page.title() == "Account"


def leave(page: Page) -> None:
    """Forget the session without ending it: an account without a role has no button for that."""
    page.context.clear_cookies()
    assert not is_signed_in(page)


def mailed_link(site: Site, before: int) -> str:
    """Return the link of the next mail after so many."""
    until = time.monotonic() + PATIENCE_SECONDS
    with site.app.app_context():
        while len(sign_ins.mails()) <= before:
            assert time.monotonic() < until
            time.sleep(0.05)
        return sign_ins.newest_link()


def test_a_mailed_link_signs_in_once_and_lets_choose_a_new_password(
    page: Page, site: Site, person: str
) -> None:
    with site.app.app_context():
        before = len(sign_ins.mails())
    page.goto("/account/login")
    page.click("text=Get a link by email")
    page.fill("#email", factories.address(person))
    page.click("main button")
    assert page.title() == "Please check your email"
    link = mailed_link(site, before)
    page.goto(link)
    page.click("main button:has-text('Sign in')")
    assert is_signed_in(page)
    page.click("text=Choose a new password")
    page.fill("#password", "a much better one")
    page.fill("#again", "a much better one")
    page.click("main button")
    assert page.text_content("[role=status]") == "Your password was changed."
    leave(page)
    page.goto(link)
    assert page.title() == "This link does not work any more"
    send_password(page, person, "a much better one")
    assert is_signed_in(page)


def test_a_second_step_takes_the_codes_of_an_app_and_recovery_codes(
    page: Page, person: str
) -> None:
    send_password(page, person, factories.PASSWORD)
    page.goto("/account/ways")
    page.click("text=Set up an authenticator app")
    assert page.locator("svg.qr").bounding_box()
    page.click("summary")
    key = (page.text_content(".typed") or "").strip()
    page.fill("#code", "000000")
    page.click("main button")
    assert "This code is not right" in (page.text_content(".problem") or "")
    first = code_of(key)
    page.fill("#code", first)
    page.click("main button")
    codes = page.locator(".codes li").all_text_contents()
    assert len(codes) == 8
    page.click("text=I have kept them")
    assert "8 recovery codes are left" in (page.text_content("main") or "")
    leave(page)
    send_password(page, person, factories.PASSWORD)
    assert page.title() == "The second step"
    page.fill("#code", first)  # that it was set up with
    page.click("main button")
    assert "This code is not right" in (page.text_content(".problem") or "")
    page.fill("#code", code_of(key, steps_later=1))
    page.click("main button")
    assert is_signed_in(page)
    for code, may in ((codes[0].upper(), True), (codes[0], False), (codes[1], True)):
        leave(page)
        send_password(page, person, factories.PASSWORD)
        page.click("text=Use a recovery code")
        page.fill("#code", code)
        page.click("main button")
        assert is_signed_in(page) is may
    assert "6 recovery codes are left" in (page.text_content("main") or "")
    page.click("text=Switch it off")
    leave(page)
    send_password(page, person, factories.PASSWORD)
    assert is_signed_in(page)


def test_a_passkey_signs_in_by_itself_until_it_is_removed(local_page: Page, person: str) -> None:
    page = local_page
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    send_password(page, person, factories.PASSWORD)
    page.goto("/account/ways")
    page.click("text=Add a passkey")
    page.fill("#name", "my phone")
    page.click("main button")
    page.wait_for_url("**/account/ways")
    assert page.text_content(".rows strong") == "my phone"
    leave(page)
    page.goto("/account/login?next=/account/password")
    page.click("text=Use a passkey")
    page.wait_for_selector("text=Keep this password")
    assert is_signed_in(page)
    page.click("[aria-label='Remove the passkey my phone']")
    assert is_signed_in(page)
    assert "my phone" not in (page.text_content("main") or "")
    leave(page)
    page.goto("/account/login")
    page.click("text=Use a passkey")
    page.wait_for_selector("text=This passkey did not sign you in")
    assert not is_signed_in(page)


def test_a_browser_without_a_passkey_says_so_and_asks_again(local_page: Page) -> None:
    local_page.goto("/account/login")
    device = local_page.context.new_cdp_session(local_page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    local_page.click("text=Use a passkey")
    local_page.wait_for_selector("#problem:visible")
    local_page.click("text=Ask again")
    local_page.wait_for_selector("#problem:visible")


def test_a_session_that_was_ended_elsewhere_opens_nothing(
    page: Page, browser: Browser, site: Site, person: str
) -> None:
    send_password(page, person, factories.PASSWORD)
    with visiting(browser, site.address) as (other, _watch):
        send_password(other, person, factories.PASSWORD)
        assert is_signed_in(other)
        page.goto("/account/ways")
        page.click("text=End all others")
        assert page.locator("text=Chrome on").count() == 1
        assert not is_signed_in(other)
    assert is_signed_in(page)


@pytest.fixture(scope="module")
def provided(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[str]:
    """Start a provider of single sign-on, and an installation that trusts it."""
    subprocess.run(["make", "--silent", "provider"], cwd=TOP, check=True)  # noqa: S607
    folder, port, ours = tmp_path_factory.mktemp("provided"), free_port(), free_port()
    back = f"http://127.0.0.1:{ours}/account/single-sign-on/back"
    settings = with_provider(settings_for(folder), f"http://127.0.0.1:{port}")
    with installation(settings, migrated_database):
        organisation = factories.make_organisation()
        for name in ("Dana", "Unverified"):
            factories.make_account(organisation, name)
    script = TOP / "build" / "oidc-provider" / "provider.mjs"
    command = ["node", str(script), str(port), back, CLIENT, CLIENT_SECRET]
    names = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    more = {name: getattr(settings, name) for name in names}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as provider:
        try:
            wait_for(f"{settings.oidc_issuer}/.well-known/openid-configuration")
            with served(folder, ours, **more) as address:
                yield address
        finally:
            provider.terminate()


@pytest.mark.parametrize(
    ("email", "title"),
    [
        ("Dana@demo.example", "You are signed in"),
        ("unverified@demo.example", "That did not sign you in"),
        ("stranger@demo.example", "That did not sign you in"),
    ],
)
def test_a_provider_signs_in_whoever_has_an_account_with_a_verified_address(
    browser: Browser, provided: str, email: str, title: str
) -> None:
    context = browser.new_context(base_url=provided)
    page = context.new_page()
    page.goto("/account/login")
    page.click("text=Sign in with your organisation’s account")
    page.fill("[name=login]", email)
    page.fill("[name=password]", "anything")
    page.click("button[type=submit]")
    page.click("button[type=submit]")  # the provider asks whether we may know the address
    page.wait_for_url("**/account/**")
    assert page.title() == title
    context.close()
