"""A clean installation in an afternoon: README's guide, followed word by word."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from benchmarks.serving import free_port, surveyapp_script, wait_for
from benchmarks.shots import CHROMIUM
from tests.browser import hr_export
from tests.browser.conftest import DESKTOP
from tests.browser.guide import Reader, steps
from tests.browser.site import STOP_SECONDS
from tests.browser.visitor import visiting
from tests.jobs import smtp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import FilePayload, Page

MOST_PAGE_LOADS = 25
PATIENCE_MS = 120_000
PASSWORD = "a long one for this test"
ADMINISTRATOR = "ruth@nordwind.example"
CONTACT = "Betriebsrat, 030 12345"
EVERYBODY = hr_export.employees()
WHO_IS_MISSPELT = "Anna Weiß"
MISSPELT = hr_export.misspelt(EVERYBODY, WHO_IS_MISSPELT)
ASKED_BY_MAIL = {one.email for one in EVERYBODY[1:] if one.email}
"""The first is led by nobody."""


@dataclass(frozen=True)
class Installation:
    """What `surveyapp init` and `serve` give."""

    base: str
    link: str
    server: smtp.Server


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Run both commands, the last ones there are; mails go to a real server."""
    base = f"http://127.0.0.1:{(port := free_port())}"
    with smtp.serving(tmp_path) as server:
        server.says[MISSPELT.email] = "550 5.1.1 No such user here"
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")
        } | {
            "SURVEYAPP_INSTANCE": str(tmp_path / "instance"),
            "SURVEYAPP_BASE_URL": base,
            "SURVEYAPP_MAIL_URL": server.url,
        }
        init = [surveyapp_script(), "init", "--admin", ADMINISTRATOR]
        said = subprocess.run(init, env=environment, check=True, capture_output=True, text=True)
        (link,) = re.findall(rf"{base}/account/start/\S+", said.stdout)
        with served([surveyapp_script(), "serve", "--port", str(port)], environment, base):
            yield Installation(base, link, server)


@contextmanager
def served(command: list[str], environment: dict[str, str], base: str) -> Iterator[None]:
    with subprocess.Popen(command, env=environment) as process:
        try:
            wait_for(base)
            yield
        finally:
            process.terminate()
            process.wait(timeout=STOP_SECONDS)


def test_an_administrator_follows_the_guide_without_another_command(
    installation: Installation,
) -> None:
    guide = steps()
    assert list(guide) == list(FOLLOWED), "README's guide has other steps than are followed here"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        with visiting(browser, installation.base, viewport=DESKTOP) as (page, watch):
            page.set_default_navigation_timeout(PATIENCE_MS)  # opening makes a key for each team
            reader = Reader(page)
            for heading, follow in FOLLOWED.items():
                reader.used.clear()
                follow(reader, installation)
                assert reader.used == guide[heading], f"README says something else of: {heading}"
            assert watch.faults() == []
        browser.close()
    assert len(reader.loads) <= MOST_PAGE_LOADS, "\n".join(reader.loads)
    _look_at_the_mails(installation)


def _sign_in(reader: Reader, installation: Installation) -> None:
    page = reader.page
    page.goto(installation.link)
    for name in ("#password", "#again"):
        page.fill(name, PASSWORD)
    reader.press("Keep this password")
    assert page.get_by_text("Your password is kept. Sign in with it.").is_visible()
    page.fill("#email", ADMINISTRATOR)
    page.fill("#password", PASSWORD)
    reader.press("Sign in")
    assert page.locator(".steps li").count() == 4


def _set_up_the_organisation(reader: Reader, _installation: Installation) -> None:
    reader.follow("Next: Set up the organisation")
    reader.fill("Name", "Nordwind")
    reader.choose("Language of emails", "Deutsch")
    reader.fill("Time zone", "Europe/Berlin")
    reader.fill("Whom people turn to", CONTACT)
    reader.press("Keep this")
    assert reader.page.locator("header strong").inner_text() == "Nordwind"


def _import_the_people(reader: Reader, _installation: Installation) -> None:
    page = reader.page
    reader.follow("Next: Import the people")
    rows = [MISSPELT if one.name == WHO_IS_MISSPELT else one for one in EVERYBODY]
    _send_people(reader, _with_faults(rows), personnel_numbers=True)
    for said in (
        "Unknown column row 1: “Personalnummer”",
        "Not a language code row 8, language: “Deutsch”",
        "Not an email address row 31, email: “jürgen.groessmann@nordwind.example”",
        "Leader missing 12 times row 63, leader_email: “gone@nordwind.example”",
    ):
        assert said in _text(page)
    _send_people(reader, rows)
    assert page.get_by_text("200 people are new").is_visible()
    assert page.get_by_text("17 teams are new").is_visible()
    reader.press("Import exactly this")
    assert page.get_by_text("200 people imported.").is_visible()


def _with_faults(rows: list[hr_export.Employee]) -> list[hr_export.Employee]:
    """Return the rows with a language in words, an umlaut in an address, a leader who is gone."""
    found = list(rows)
    found[6] = replace(found[6], language="Deutsch")
    found[29] = replace(found[29], email=found[29].email.replace("juergen", "jürgen"))
    gone = "gone@nordwind.example"
    return [replace(one, leader=gone) if one.leader == rows[5].email else one for one in found]


def _send_people(
    reader: Reader, rows: list[hr_export.Employee], *, personnel_numbers: bool = False
) -> None:
    content = hr_export.as_csv(rows, personnel_numbers=personnel_numbers)
    file: FilePayload = {"name": "Export.csv", "mimeType": "text/csv", "buffer": content}
    reader.send_file("People file, CSV or XLSX", file)
    reader.press("Look at the file")


def _let_coaches_in(reader: Reader, installation: Installation) -> None:
    reader.follow("Next: Let coaches in")
    reader.fill("Address", "coach@outside.example")
    reader.press("Make the account")
    assert reader.page.locator("#link").inner_text().startswith(installation.base)
    reader.check("every leader there is now")
    reader.press("Keep this")


def _plan_the_first_round(reader: Reader, _installation: Installation) -> None:
    reader.follow("Next: Plan the first round")
    reader.fill("Name", "Frühling")
    last_day = reader.page.locator("#closes_on").input_value()
    reader.fill("Last day on which people can answer", last_day)
    reader.press("Make the draft")


def _look_at_what_people_get(reader: Reader, _installation: Installation) -> None:
    page = reader.page
    assert page.get_by_text("197 people by email, 2 by printed slip; 17 teams").is_visible()
    assert "have no coach" not in _text(page)
    mail = reader.unfold("The email, as one of them gets it")
    assert "Letzter Tag" in mail
    assert CONTACT in mail
    reader.follow("The questions, as people see them")
    assert page.locator("main fieldset").count() >= 17
    reader.follow("Look at who is asked, and open it")


def _open_it(reader: Reader, _installation: Installation) -> None:
    reader.check("I accept this for the organisation")
    reader.press("Open it and invite everybody")
    expect(reader.page.locator("main .tag")).to_have_text("open", timeout=PATIENCE_MS)
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    assert reader.save("Download the slips (PDF)").read_bytes().startswith(b"%PDF")
    assert sum(url.endswith("/slips") for url in asked) == 1


def _see_the_mails(reader: Reader, _installation: Installation) -> None:
    page = reader.page
    # By itself: the page asks how far the mails are, and shows what came of them.
    expect(page.get_by_text("Invitation: 196 emails sent")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=PATIENCE_MS)
    assert "550 5.1.1 No such user here" in reader.unfold("1 person was not reached")
    with page.expect_navigation():
        page.get_by_role("link", name=WHO_IS_MISSPELT).click()
    reader.fill("Address", MISSPELT.email.replace("weis@", "weiss@"))
    reader.press("Keep this")
    with page.expect_navigation():
        page.get_by_role("link", name="Rounds", exact=True).first.click()
    with page.expect_navigation():
        page.get_by_role("link", name="Frühling").click()
    expect(page.get_by_text("Invitation: 197 emails sent")).to_be_visible(timeout=PATIENCE_MS)
    assert page.get_by_text("not reached").count() == 0


FOLLOWED = {
    "Sign in": _sign_in,
    "Set up the organisation": _set_up_the_organisation,
    "Import the people": _import_the_people,
    "Let coaches in": _let_coaches_in,
    "Plan the first round": _plan_the_first_round,
    "Look at what people get": _look_at_what_people_get,
    "Open it": _open_it,
    "See the mails": _see_the_mails,
}
"""Each step of the guide: its heading, and how it is followed."""


def _text(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def _look_at_the_mails(installation: Installation) -> None:
    """Everybody who is asked by mail got one, in their language, with a link.

    Whoever set all this up got one as well: that a password was chosen.
    """
    (chosen,) = [one for one in installation.server.taken if one[1] == ADMINISTRATOR]
    assert chosen[2]["Subject"] == "Signing in: something was changed"
    taken = [one for one in installation.server.taken if one != chosen]
    assert len(taken) == len(ASKED_BY_MAIL)
    assert {to for _sender, to, _mail in taken} == ASKED_BY_MAIL
    languages = {one.email: one.language for one in EVERYBODY}
    for _sender, to, mail in taken:
        body = mail.get_body(("plain",))
        assert body
        text = " ".join(body.get_content().split())
        assert f"{installation.base}/answer/" in text
        assert CONTACT in text
        assert ("Letzter Tag" in text) == (languages[to] == "de")
