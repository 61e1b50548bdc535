"""A coach's way from signing in to the release, and each of their pages in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import expect, sync_playwright
from sqlalchemy import select

from benchmarks.shots import CHROMIUM
from surveyapp.storage.database import writing
from surveyapp.storage.models import Team
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.browser.site import served
from tests.browser.states import send_password, unfold, wait_for_charts
from tests.browser.test_accessibility import (
    MODES,
    NARROW,
    PHONE,
    SMALL_TARGETS,
    SMALL_TEXT,
    SMALLEST_TARGET,
    SMALLEST_TEXT,
    WIDER_THAN_SCREEN,
    show,
    violations,
)
from tests.browser.visitor import visiting
from tests.installation import installation, settings_for
from tests.publications import EARLIER, PUBLICATIONS, changed
from tests.web.coached import closed_round

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

LONG_NAME = "Maximiliane-Alexandra von Hohenstein-Waldburg"
RESULTS: Final = {
    "Dana": "micro-leading",
    "Bo": "hands-off",
    LONG_NAME: "two camps",
    "Zoë": "too few",
    "Ann": "micro-managing",
    "Ben": "between two zones",
    "Cid": "few answered",
    "Dee": "no position",
    "Eli": "fine",
    "Fay": "micro-leading",
    "Gus": "hands-off, mixed",
    "Hal": "between",
    "Ida": "micro-leading",
}
"""By leader; enough of them for a list that is searched."""
MOST_TABS: Final = 120


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[str]:
    """Serve an organisation with two closed rounds; the later one is not released."""
    folder = tmp_path_factory.mktemp("coached")
    with installation(settings_for(folder), migrated_database):
        _found()
    with served(folder) as served_at:
        yield served_at


def _found() -> None:
    organisation = factories.make_organisation()
    for leader in RESULTS:
        factories.make_team(organisation, leader, 5)
    with writing() as session:
        teams = {team.leader.name: team for team in session.scalars(select(Team))}
        for leader, team in teams.items():
            if leader != "Dana":
                team.parent_id = teams["Dana" if leader in {"Bo", "Ann", "Eli"} else "Bo"].id
    factories.make_coach_account(organisation)
    before = closed_round(organisation, dict.fromkeys(RESULTS, EARLIER))
    factories.release_round(before)
    now = {leader: PUBLICATIONS[kind] for leader, kind in RESULTS.items()}
    about = changed(factories.team_ids(before)["Fay"])
    withheld = changed(factories.team_ids(before)["Ida"])["change withheld"]
    now |= {"Fay": about["change likely_real"], "Ida": withheld}
    closed_round(organisation, now, "Autumn")


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Run one browser for all tests here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def session(address: str, browser: Browser) -> Any:  # noqa: ANN401  (Playwright's own type)
    """Sign the coach in once: a password takes long to check, by design."""
    with visiting(browser, address, viewport=DESKTOP) as (page, _watch):
        send_password(page, "Coach", factories.PASSWORD)
        return page.context.storage_state()


@pytest.fixture
def page(address: str, browser: Browser, session: Any) -> Iterator[Page]:  # noqa: ANN401
    """Open a page as the coach; any fault of a page fails the test."""
    with visiting(browser, address, viewport=DESKTOP, storage_state=session) as (page, watch):
        yield page
    assert watch.faults() == []


@pytest.fixture
def plain_page(address: str, browser: Browser, session: Any) -> Iterator[Page]:  # noqa: ANN401
    """Open a page as the coach, in a browser that runs no script."""
    options = {"viewport": DESKTOP, "storage_state": session, "java_script_enabled": False}
    with visiting(browser, address, **options) as (page, watch):
        yield page
    assert watch.faults() == []


def faults(page: Page) -> list[str]:
    """Return what keeps somebody from reading or using a page, on any screen."""
    unfold(page)
    found = []
    for width in (PHONE, DESKTOP["width"]):
        for mode in MODES:
            show(page, width, mode)
            found += violations(page)
    show(page, NARROW)
    found += page.evaluate(WIDER_THAN_SCREEN)
    show(page, PHONE)
    found += page.evaluate(SMALL_TEXT, SMALLEST_TEXT)
    found += [str(one) for one in page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)]
    show(page, DESKTOP["width"])
    return found


def tab_to(page: Page, text: str) -> None:
    """Press Tab until what is focused has this text, or this label."""
    says = "e => e.labels?.[0]?.textContent.trim() ?? e.textContent.trim()"
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"({says})(document.activeElement)") == text:
            return
    message = f"no key leads to “{text}”"
    raise AssertionError(message)


def enter(page: Page, text: str) -> None:
    """Follow a link or press a button, by keyboard alone."""
    tab_to(page, text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_by_keyboard_from_signing_in_to_a_note_and_the_release(page: Page, address: str) -> None:
    page.context.clear_cookies()
    send_password(page, "Coach", factories.PASSWORD)
    assert heading(page) == "13 leaders, Autumn"
    assert faults(page) == []
    enter(page, "Needs me 13")
    assert faults(page) == []
    enter(page, "Bo")
    expect(page.locator(".tag").first).to_have_text("preview: not released to the leader yet")
    enter(page, "All rounds, notes and follow-up")
    assert heading(page) == "Bo"
    tab_to(page, "Come back to this leader on")
    page.keyboard.type("04302099")
    tab_to(page, "Notes")
    page.keyboard.type("Ask about the calls.")
    enter(page, "Save")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert page.input_value("#notes") == "Ask about the calls."
    assert page.input_value("#follow_up_on") == "2099-04-30"
    assert faults(page) == []
    enter(page, "Autumn")
    enter(page, "Release this result")
    assert heading(page) == "Release the result of Bo?"
    assert faults(page) == []
    enter(page, "Release it for good")
    expect(page.get_by_role("status")).to_have_text("Released to 1 leader.")
    enter(page, "Back to all leaders")
    row = page.locator(".leaders li:has(a:text-is('Bo'))")
    expect(row).not_to_contain_text("released")
    expect(row).to_contain_text("follow-up on Apr 30, 2099")


def at(path: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(path)

    return go


def to_first_movement(page: Page) -> None:
    """Choose the earliest round, then what moved since the one before: there is none."""
    page.goto("/coach/")
    page.click("summary:text-is('Rounds')")
    page.get_by_role("link", name="Spring", exact=True).click()
    page.get_by_role("link", name="Movement", exact=True).click()
    page.wait_for_load_state()


def follow(*texts: str) -> Callable[[Page], None]:
    """Click through links, from the portfolio on."""

    def go(page: Page) -> None:
        page.goto("/coach/")
        for text in texts:
            page.get_by_role("link", name=text, exact=True).first.click()
            page.wait_for_load_state()

    return go


def to_refused(page: Page) -> None:
    follow("Dana", "All rounds, notes and follow-up")(page)
    page.fill("#notes", "x" * 10_001)
    page.click("button:has-text('Save')")
    page.wait_for_selector(".problem")


def to_conflict(page: Page) -> None:
    """Save a file in one tab that lies open in another."""
    follow("Ann", "All rounds, notes and follow-up")(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#notes", "From another tab. " * 200)
    other.click("button:has-text('Save')")
    other.wait_for_selector(".told")
    other.close()
    page.fill("#notes", "From this tab.")
    page.click("button:has-text('Save')")
    page.wait_for_selector("#problems")


@pytest.mark.parametrize(
    "go",
    [
        pytest.param(at("/coach/?name=nobody"), id="nobody fits"),
        pytest.param(at("/coach/?department=Team+Bo&name=e"), id="filtered"),
        pytest.param(follow("By department"), id="departments"),
        pytest.param(follow("Movement"), id="movement"),
        pytest.param(to_first_movement, id="no earlier round"),
        pytest.param(follow("Dana"), id="preview"),
        pytest.param(follow("Zoë"), id="preview of too few"),
        pytest.param(follow(LONG_NAME, "All rounds, notes and follow-up"), id="file"),
        pytest.param(to_refused, id="file refused"),
        pytest.param(to_conflict, id="file saved elsewhere"),
    ],
)
def test_each_state_can_be_read_and_used_by_everybody(
    page: Page, go: Callable[[Page], None]
) -> None:
    go(page)
    assert faults(page) == []


def test_pointing_at_a_row_or_reaching_it_by_keyboard_shows_its_dot(page: Page) -> None:
    page.goto("/coach/")
    wait_for_charts(page)
    told = page.locator("#portfolio .hoverlayer .hovertext")
    page.locator(".leaders li:has(a:text-is('Dana')) .reads").hover()
    expect(told).to_contain_text("Dana")
    page.mouse.move(5, 5)
    expect(told).to_have_count(0)
    page.locator(".leaders a:text-is('Ann')").focus()
    expect(told).to_contain_text("Ann")
    page.locator(".leaders a:text-is('Zoë')").focus()
    expect(told).to_have_count(0)


def test_everything_works_without_a_script(plain_page: Page) -> None:
    page = plain_page
    page.goto("/coach/")
    page.fill("#name", "zoe")
    page.click("button:has-text('Show')")
    assert page.locator(".leaders li").count() == 1
    page.click("text=Needs me")
    page.click(".leaders a")
    page.click("text=All rounds, notes and follow-up")
    page.fill("#notes", "Few people; talk anyway.")
    page.click("button:has-text('Save')")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    page.goto("/coach/")
    page.click("text=By department")
    assert page.locator(".multiples svg").count() == 4
    page.click("text=Movement")
    expect(page.locator(".leaders li:has(a:text-is('Fay'))")).to_contain_text("likely real")
    page.click("text=Map and list")
    page.click("a:has-text('Release')")
    assert page.locator("details[open] li").count() in {12, 13}
