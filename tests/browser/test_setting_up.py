"""A clean installation in an afternoon: after `surveyapp init`, everything in the browser."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import time
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, sync_playwright

from benchmarks.serving import free_port, surveyapp_script, wait_for
from benchmarks.shots import CHROMIUM
from tests.browser.conftest import DESKTOP
from tests.browser.site import STOP_SECONDS
from tests.browser.visitor import visiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import FilePayload, Response

PEOPLE, LEADERS = 200, 16
MOST_PAGE_LOADS = 25
PATIENCE_SECONDS = 60
PASSWORD = "a long one for this test"
WITHOUT_MAIL = {190, 195}


def hr_export() -> bytes:
    """Write 200 people as Excel in western Europe writes CSV: semicolons, no UTF-8."""
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow(["Name", "E-Mail", "Leader E-Mail", "Team", "Language"])
    for number in range(PEOPLE):
        above = "" if number == 0 else address((number - 1) // 12 if number > LEADERS else 0)
        team = "Geschäftsführung" if 0 < number <= LEADERS else ""
        email = "" if number in WITHOUT_MAIL else address(number)
        table.writerow([f"Jörg {number}", email, above, team, "de" if number % 2 else ""])
    return text.getvalue().encode("cp1252")


def address(number: int) -> str:
    return f"p{number}@northwind.example"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Run `surveyapp init` and serve; yields the address and the printed link."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")
    } | {"SURVEYAPP_INSTANCE": str(tmp_path), "SURVEYAPP_BASE_URL": base}
    init = [surveyapp_script(), "init", "--admin", "ruth@northwind.example"]
    said = subprocess.run(init, env=environment, check=True, capture_output=True, text=True).stdout
    with served([surveyapp_script(), "serve", "--port", str(port)], environment, base):
        (link,) = re.findall(rf"{base}/account/start/\S+", said)
        yield base, link


@contextmanager
def served(command: list[str], environment: dict[str, str], base: str) -> Iterator[None]:
    with subprocess.Popen(command, env=environment) as server:
        try:
            wait_for(base)
            yield
        finally:
            server.terminate()
            server.wait(timeout=STOP_SECONDS)


def count_loads(page: Page) -> list[str]:
    """Note each page that is loaded; what only leads on to another one is none."""
    loads: list[str] = []

    def note(reply: Response) -> None:
        if reply.request.is_navigation_request() and not 300 <= reply.status < 400:
            loads.append(reply.url)

    page.on("response", note)
    return loads


def go(page: Page, link: str) -> None:
    """Follow a link of the page by its words."""
    with page.expect_navigation():
        page.get_by_role("link", name=link, exact=True).first.click()


def press(page: Page, button: str) -> None:
    """Press a button of the page by its words."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button, exact=True).click()


def mails(folder: Path, wanted: int) -> list[bytes]:
    """Wait for so many mails in the outbox."""
    until = time.monotonic() + PATIENCE_SECONDS
    while len(found := list(folder.glob("*.eml"))) < wanted and time.monotonic() < until:
        time.sleep(0.5)
    return [file.read_bytes() for file in found]


def test_an_administrator_sets_a_client_up_without_another_command(
    installation: tuple[str, str], tmp_path: Path
) -> None:
    base, link = installation
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        with visiting(browser, base, viewport=DESKTOP) as (page, watch):
            loads = count_loads(page)
            _sign_in(page, link)
            _organisation(page)
            _people(page)
            coach_link = _accounts(page)
            _round(page, tmp_path)
            assert watch.faults() == []
        assert coach_link.startswith(f"{base}/account/start/")
        assert len(loads) <= MOST_PAGE_LOADS, "\n".join(loads)
        browser.close()
    sent = [
        message_from_bytes(mail, policy=policy.default) for mail in mails(tmp_path / "outbox", 197)
    ]
    # everybody but the one at the top, who is led by nobody, and those without mail
    assert len(sent) == PEOPLE - 1 - len(WITHOUT_MAIL)
    body = sent[0].get_body(("plain",))
    assert body
    assert f"{base}/answer/" in body.get_content()
    assert "works council" in body.get_content()


def _sign_in(page: Page, link: str) -> None:
    page.goto(link)
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    press(page, "Keep this password")
    page.fill("#email", "ruth@northwind.example")
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.press("#password", "Enter")


def _organisation(page: Page) -> None:
    go(page, "Organisation")
    page.fill("#name", "Northwind")
    page.select_option("#language", "de")
    page.fill("#time_zone", "Europe/Berlin")
    page.fill("#contact", "the works council, 030 12345")
    press(page, "Keep this")
    assert page.locator("header strong").inner_text() == "Northwind"


def _people(page: Page) -> None:
    go(page, "People")
    go(page, "Import a people file")
    file: FilePayload = {"name": "export.csv", "mimeType": "text/csv", "buffer": hr_export()}
    page.set_input_files("#file", file)
    press(page, "Look at the file")
    assert page.get_by_text("200 people are new").is_visible()
    press(page, "Import exactly this")
    assert page.get_by_text("200 people imported.").is_visible()


def _accounts(page: Page) -> str:
    go(page, "Accounts")
    page.fill("#email", "coach@outside.example")
    page.check("input[name=roles][value=coach]")
    press(page, "Make the account")
    link = page.locator("#link").inner_text()
    page.check("input[name=all]")
    press(page, "Keep this")
    return link


def _round(page: Page, folder: Path) -> None:
    go(page, "Rounds")
    go(page, "New round")
    page.fill("#name", "Spring")
    press(page, "Make the draft")
    assert page.get_by_text("197 people by mail, 2 by printed slip; 17 teams").is_visible()
    page.check("input[name=accepted]")
    press(page, "Open it and invite everybody")
    assert page.locator("main .tag").inner_text() == "open"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the slips (PDF)").click()
    download.value.save_as(folder / "slips.pdf")
    assert (folder / "slips.pdf").read_bytes().startswith(b"%PDF")
