"""Attack 12: whoever has the browser's whole profile, once a ballot is acknowledged, looks for it.

A page cannot clean what a browser writes by itself of the addresses that it was sent to: the token
stays in there, and with it that this link was opened. It does not lead to a ballot.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

import surveyapp
from benchmarks.shots import CHROMIUM
from surveyapp.anonymity import base64url, change_code
from tests import factories
from tests.browser.states import SEND, choose, open_link
from tests.browser.visitor import kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, BrowserContext, Page, Route

    from tests.browser.site import Site

SCRIPT: Final = Path(surveyapp.__file__).parent / "static" / "answer.js"
CODINGS: Final = ("utf-8", "utf-16-le")
KEY_FILE: Final = """async () => {
  for await (const file of (await navigator.storage.getDirectory()).values())
    return [...new Uint8Array(await (await file.getFile()).arrayBuffer())];
}"""
MARKER: Final = "xyzzy-marker-of-one-person"
COMMENT: Final = MARKER * 19
"""Longer than all else that a window stores."""
STORED: Final = "size => Object.values(sessionStorage).join('').length > size"
ADDRESSES: Final = ("History", "Sessions", "Top Sites", "Favicons", "segmentation_platform")
"""Where this browser keeps addresses by itself."""
UNSEALED: Final = {
    "async function seal(key, value) {": "return JSON.stringify(value);",
    "async function unseal(key, sealed) {": "return JSON.parse(sealed ?? 'null');",
}
NOTHING_FORGOTTEN: Final = {"async function forget() {": "return;"}


def places(profile: Path, secrets: Mapping[str, str | bytes]) -> dict[str, set[str]]:
    """Search every byte of a profile; letters may have one byte or two. Returns what -> files."""
    found: dict[str, set[str]] = {}
    for file in profile.rglob("*"):
        if not file.is_file() or file.is_symlink():
            continue
        content = file.read_bytes()
        for what, secret in secrets.items():
            written = [secret] if isinstance(secret, bytes) else map(secret.encode, CODINGS)
            if any(form in content for form in written):
                found.setdefault(what, set()).add(str(file.relative_to(profile)))
    return found


def weaken(page: Page, changes: Mapping[str, str]) -> None:
    """Let the page run its script with a line put behind some others."""
    script = SCRIPT.read_text(encoding="utf-8")
    for line, put in changes.items():
        assert line in script
        script = script.replace(line, f"{line} {put}")
    page.route(
        "**/answer.js", lambda route: route.fulfill(body=script, content_type="text/javascript")
    )


def lose_reply(route: Route) -> None:
    """Let the server have the ballot, and the browser no reply."""
    route.fetch()
    route.abort()


def open_browser(browser: Browser, profile: Path, site: Site) -> BrowserContext:
    """Start a browser that keeps its profile in a folder."""
    return browser.browser_type.launch_persistent_context(
        profile,
        executable_path="/usr/bin/chromium",
        args=CHROMIUM,
        base_url=site.address,
    )


def fill_in(browser: BrowserContext, link: str, changes: Mapping[str, str]) -> Page:
    """Answer everything, with a comment, in a window of its own."""
    page = browser.new_page()
    weaken(page, changes)
    open_link(page, link)
    choose(page)
    page.fill("#C1", COMMENT)
    page.wait_for_function(STORED, arg=len(COMMENT))
    return page


def answer_at_the_third_try(
    browser: Browser, profile: Path, site: Site, changes: Mapping[str, str]
) -> dict[str, str | bytes]:
    """Answer, and go elsewhere; send, lose the reply, and go elsewhere; send once more.

    Elsewhere, so that the browser writes to the disk what this page stored. Returns what nobody
    should find.
    """
    link, elsewhere = site.new_link(), site.address.replace("127.0.0.1", "localhost")
    with open_browser(browser, profile, site) as opened:
        fill_in(opened, link, changes).goto(elsewhere)
        page = fill_in(opened, link, changes)
        page.route("**/ballot", lose_reply)
        with page.expect_request("**/ticket") as ticket, page.expect_request("**/ballot") as sent:
            page.click(SEND)
        expect(page.locator("#status")).to_contain_text("No connection")
        page.goto(elsewhere)
        page = fill_in(opened, link, changes)
        key = bytes(page.evaluate(KEY_FILE))
        assert places(profile, {"key": key}) != {}
        page.click(SEND)
        expect(page.locator(".code span")).to_have_count(12)
        words = page.locator(".code").inner_text().split()
        assert kept(page) == []
    ballot = parse_qs(sent.value.post_data or "")
    code = change_code.from_words(" ".join(words))
    return {
        "token": factories.split_link(link)[1],
        "blinded": json.loads(ticket.value.post_data or "")["blinded"],
        "message": ballot["message"][0],
        "signature": ballot["signature"][0],
        "code": base64url.encode(code),
        "code in hexadecimal": code.hex(),
        "words": " ".join(words[:2]),
        "key": key,
        "comment": MARKER,
        "answer": '"T1","4"',
        "answer as sent": "T1=4",
    }


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Return an empty folder."""
    return tmp_path / "profile"


def test_after_the_acknowledgement_no_file_of_the_browser_leads_to_the_ballot(
    browser: Browser, site: Site, profile: Path
) -> None:
    secrets = answer_at_the_third_try(browser, profile, site, {})
    found = places(profile, secrets)
    names = {place.removeprefix("Default/") for place in found.pop("token", ())}
    assert {name for name in names if not name.startswith(ADDRESSES)} == set()
    assert found == {}


def test_the_same_attack_finds_all_of_it_if_the_page_stores_it_unencrypted(
    browser: Browser, site: Site, profile: Path
) -> None:
    secrets = answer_at_the_third_try(browser, profile, site, UNSEALED)
    found = places(profile, secrets)
    assert {"blinded", "message", "signature", "code", "comment", "answer"} <= found.keys()


def test_a_page_that_forgets_nothing_is_found_out(page: Page, site: Site) -> None:
    page = fill_in(page.context, site.new_link(), NOTHING_FORGOTTEN)
    page.click(SEND)
    expect(page.locator(".code span")).to_have_count(12)
    assert len(kept(page)) == 3  # this window's answers, the attempt, and the file with their key
