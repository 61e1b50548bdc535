"""Pictures of every main page, phone and desktop, light and dark, and of printed pages."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pypdfium2
from playwright.sync_api import sync_playwright

from benchmarks.mail_shots import picture_mails
from benchmarks.report_shots import picture_reports
from benchmarks.serving import BUILD, PASSWORD, served_demo
from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.reports.slips import round_sheets
from surveyapp.rounds.slips import new_code
from surveyapp.storage.models import Organisation, Round, RoundTeam, Team

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from benchmarks.serving import Served

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
MODES = ("light", "dark")
SHOTS = BUILD / "shots"


def sign_in(page: Page, address: str, who: str, domain: str = "demo.example") -> None:
    """Sign in as one of the demo's people."""
    page.goto(f"{address}/account/login")
    page.fill("#email", f"{who}@{domain}")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_load_state()


def _picture(page: Page, name: str, size: str, mode: str) -> None:
    page.wait_for_load_state("networkidle")
    if page.locator("figure.chart").count():
        page.wait_for_selector("figure.chart:not([hidden]) .main-svg")
    page.screenshot(path=SHOTS / f"{name}-{size}-{mode}.png", full_page=True)
    print(f"  {name}-{size}-{mode}.png")


def _public_pages(page: Page, served: Served, size: str, mode: str) -> None:
    def take(name: str) -> None:
        _picture(page, name, size, mode)

    page.goto(served.address + "/")
    take("home")
    page.goto(served.address + "/slip")
    take("slip")
    page.fill("#slip", "ABCD-EFGH-JKMN")
    page.click("main button")
    take("slip-unknown")
    page.fill("#slip", served.slip)
    page.click("main button")
    page.wait_for_selector("fieldset")
    page.check("#T1-4")
    take("questionnaire")
    page.click("button:has-text('Send')")
    page.wait_for_selector(".problems")
    take("questionnaire-missing")
    page.goto(served.address + served.link)
    page.press("#T1-4", "Space")
    page.evaluate("scrollTo(0, 0)")
    take("invited")
    page.click("button:has-text('Send')")
    page.wait_for_selector("#problems li")
    take("invited-missing")
    page.click(".promise a[href*='/promise/']")
    take("promise")
    page.click("a:has-text('All keys')")
    take("keys")
    page.goto(served.address + served.link[:-1])
    page.wait_for_selector("#stop")
    take("link-incomplete")
    page.goto(served.address + "/answer/aaaaaaaaaaaaaaaa")
    take("link-unknown")
    page.goto(served.address + "/kiosk")
    take("kiosk")
    page.goto(served.address + "/account/login")
    take("sign-in")
    page.goto(served.address + "/nowhere")
    take("error")


def _being_opened(browser: Browser, served: Served) -> None:
    """Have a round opened in the place of an open one, and picture what no worker takes up."""
    page = browser.new_page()
    sign_in(page, served.address, "admin", "contoso.example")
    page.click(".rows li:has(.tag:text-is('open')) > a")
    page.click("text=Give it up, uncounted")
    page.click("main form button")
    page.goto(f"{served.address}/admin/rounds/new")
    page.fill("#name", "Early summer")
    page.click("text=Make the draft")
    page.click("text=Open it and invite everybody")
    page.wait_for_selector("[data-progress]")
    _in_every_size(page, "admin-round-being-opened")
    page.close()


def _thanks(browser: Browser, served: Served) -> None:
    """Send one answer by slip and one by link, last of all: each answers once."""
    page = browser.new_page()
    page.goto(served.address + "/slip")
    page.fill("#slip", served.slip)
    page.click("main button")
    _send(page)
    _in_every_size(page, "thanks")
    page.click("main a")
    _picture(page, "change", "desktop", "dark")
    page.goto(served.address + served.link)
    page.fill("#C1", "On 3 May I was the only one who asked Anna Miller.")
    _send(page, "#hints li")
    _in_every_size(page, "hints")
    page.click("#ballot .send button")
    page.wait_for_selector(".code span")
    _in_every_size(page, "thanks-by-link")
    page.goto(served.address + served.link)
    _send(page, "#stop .button:visible")
    _in_every_size(page, "link-used")
    page.close()


def _send(page: Page, until: str = ".code") -> None:
    page.wait_for_selector("fieldset")
    page.wait_for_selector("#ballot .send button")
    for choice in page.locator(
        "input[value='4']:not([name$=r]), input[value='2'][name$=r], #F1-0"
    ).all():
        choice.check()
    page.click("#ballot .send button")
    page.wait_for_selector(until)


def _in_every_size(page: Page, name: str) -> None:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for mode in MODES:
            page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
            _picture(page, name, size, mode)


def _signed_in_pages(page: Page, served: Served, size: str, mode: str) -> None:
    def take(name: str) -> None:
        _picture(page, name, size, mode)

    sign_in(page, served.address, "leader")
    take("leader-results")
    page.click("nav a[href$='/ways']")
    take("account")
    page.go_back()
    page.click("main a[href$='/own']")
    take("leader-own-view")
    page.go_back()
    page.click("main a[href*='/results/']")
    take("leader-guess")
    page.click("main a.button")
    take("leader-triangle")
    page.click(".switch button:has-text('Square')")
    take("leader-square")
    page.click("#next a[href$='/agreement']")
    take("leader-agreement")
    page.go_back()
    page.click("#next a[href$='/share']")
    page.click("main button[type=submit] >> nth=-1")
    take("leader-share")
    shared = page.input_value("#address")
    page.click("button:has-text('Withdraw')")
    page.click("button:has-text('Make a link')")
    shared, ended = page.input_value("#address"), shared
    page.goto(served.address + urlsplit(shared).path)
    take("team-result")
    page.goto(served.address + urlsplit(ended).path)
    take("link-withdrawn")
    page.goto(served.address + "/leader/")
    page.click("text=Sign out")
    _coach_pages(page, served, take)
    sign_in(page, served.address, "admin")
    take("admin")
    page.click("main a[href$='/last-day']")
    take("admin-last-day")
    page.go_back()
    page.click("main a[href$='/quality']")
    take("admin-quality")
    for name in ("people", "teams", "roster", "accounts", "organisation", "rounds/new"):
        page.goto(f"{served.address}/admin/{name}")
        take(f"admin-{name.replace('/', '-')}")


def _coach_pages(page: Page, served: Served, take: Callable[[str], None]) -> None:
    sign_in(page, served.address, "coach")
    take("coach-portfolio")
    page.click("main a:has-text('Reports to download')")
    take("coach-reports")
    page.click("text=Make the reports")
    take("coach-reports-being-made")
    page.click("main a:has-text('Back to all leaders')")
    page.click(".leaders li:has-text('Too few answered') a")
    take("coach-too-few")
    page.click("text=Portfolio")
    for view in ("Needs me", "By department", "Movement"):
        page.click(f"main nav a:has-text('{view}')")
        take(f"coach-{view.lower().replace(' ', '-')}")
    page.click(".leaders a:has-text('Dana Okafor')")
    page.click("text=All rounds, notes and follow-up")
    take("coach-file")
    page.click("text=Portfolio")
    page.click("main .button:has-text('Release')")
    take("coach-release")
    page.click("text=Sign out")


def _slips() -> None:
    """Print the slips of two small teams, and picture their pages."""
    northwind = Organisation(name="Northwind", language="en")
    spring = Round(organisation=northwind, name="Spring 2027", closes_on=dt.date(2027, 4, 30))
    drawn = {
        RoundTeam(
            leader_name=leader,
            team=Team(name=f"Team {leader}"),
            fingerprint="amber kettle north violin",
        ): [new_code() for _ in range(count)]
        for leader, count in (("Dana Okafor", 11), ("Tomáš Dvořák", 4))
    }
    sheets = round_sheets(spring, drawn, "https://survey.northwind.example")
    for number, page in enumerate(pypdfium2.PdfDocument(sheets), 1):
        page.render(scale=1.5).to_pil().save(SHOTS / f"slips-page-{number}.png")
        print(f"  slips-page-{number}.png")


def main() -> None:
    """Take all pictures anew."""
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    with create_app(read_settings({"SURVEYAPP_INSTANCE": str(BUILD / "slips")})).app_context():
        _slips()
    with served_demo() as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for size, (width, height) in SIZES.items():
            for mode in MODES:
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if mode == "dark" else "light",
                )
                page = context.new_page()
                _public_pages(page, served, size, mode)
                _signed_in_pages(page, served, size, mode)
                context.close()
        _being_opened(browser, served)
        _thanks(browser, served)
        picture_reports(served.instance, SHOTS)
        with create_app(read_settings({"SURVEYAPP_INSTANCE": str(BUILD / "slips")})).app_context():
            picture_mails(browser, SHOTS)
        browser.close()
    print(f"{len(list(SHOTS.iterdir()))} pictures in {SHOTS}/")


if __name__ == "__main__":
    main()
