"""The way of somebody who answers, as they walk it: by slip, by keyboard, without a script."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from surveyapp.core.questionnaire import FORM_ORDER, ITEMS
from tests.browser.states import (
    GO_ON,
    SEND,
    answer,
    choose,
    sign_in,
    to_change,
    type_slip,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

LEFT_OUT: Final = "P1"
MOST_TABS: Final = 10
FOCUSED: Final = "() => document.activeElement.id || document.activeElement.textContent.trim()"
KEPT: Final = """async () => ({
  local: Object.keys(localStorage), tab: Object.keys(sessionStorage), cookie: document.cookie,
  databases: await indexedDB.databases(), caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING: Final = {
    "local": [],
    "tab": [],
    "cookie": "",
    "databases": [],
    "caches": [],
    "workers": 0,
}


@pytest.fixture(params=["page", "plain_page"], ids=["with scripts", "without scripts"])
def either_page(request: pytest.FixtureRequest) -> Page:
    """Open a page with, and one without scripts."""
    page: Page = request.getfixturevalue(request.param)
    return page


def focused(page: Page) -> str:
    """Return the id of what has the focus, or else its words."""
    return str(page.evaluate(FOCUSED))


def tab_to(page: Page, target: str) -> None:
    """Press Tab until the target has the focus, which must come soon and be seen."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if focused(page) == target:
            break
    assert focused(page) == target
    ring = "e => getComputedStyle(e.closest('.choices label') ?? e).outlineStyle"
    assert page.locator(":focus").evaluate(ring) == "solid", target


def words(page: Page) -> str:
    """Read the twelve words from the thanks."""
    shown = page.locator(".code").inner_text().split()  # a script sets them one below the other
    assert len(shown) == 12
    return " ".join(shown)


def test_answers_go_in_and_can_be_changed_by_twelve_words(either_page: Page, site: Site) -> None:
    page = either_page
    page.goto("/")
    page.click("text=Answer with a printed code")
    page.fill("#slip", site.new_code().lower().replace("-", " "))
    page.click(GO_ON)
    expect(page.locator("h1")).to_have_text("How does Eve follow your work?")
    for item in ITEMS:
        if item.id != LEFT_OUT:
            page.click(f"label:has(#{item.id}-{item.choices[3]})")
    page.fill("#C2", "A fixed day to check in.")
    page.click(SEND)

    problems = page.locator(".problems")
    expect(problems.locator("h2")).to_have_text(re.compile(r"question.* needs? another look"))
    problems.locator("a").click()
    assert focused(page) == f"{LEFT_OUT}-1"
    expect(page.locator(f"#{LEFT_OUT}")).to_be_in_viewport()
    expect(page.locator(f"#{LEFT_OUT} .problem")).to_contain_text("Please choose one answer")
    expect(page.locator("input[type=radio]:checked")).to_have_count(len(ITEMS) - 1)
    assert page.input_value("#C2") == "A fixed day to check in."
    page.check(f"#{LEFT_OUT}-na")
    page.click(SEND)

    expect(page.locator("h1")).to_have_text("Your answers are in the box")
    kept = words(page)
    page.click("main a")
    page.fill("#words", " ".join(word[:4].upper() for word in kept.split()))
    page.click(GO_ON)
    expect(page.locator("fieldset")).to_have_count(len(ITEMS))
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    assert page.input_value("#C2") == ""
    choose(page, place=1)
    page.click(SEND)
    expect(page.locator("h1")).to_have_text("Your new answers are in the box")
    assert words(page) == kept


def test_a_used_slip_leads_to_the_change_and_takes_no_second_answer(
    either_page: Page, site: Site
) -> None:
    page, code = either_page, site.new_code()
    answer(page, code)
    type_slip(page, code)
    choose(page)
    page.click(SEND)
    expect(page.locator(".problem")).to_contain_text("This slip has been used")
    expect(page.locator("fieldset")).to_have_count(0)
    page.click("text=Change them with your twelve words")
    expect(page.locator("#words")).to_be_editable()


def test_a_mistyped_word_is_named_and_what_was_typed_stays(either_page: Page, site: Site) -> None:
    page = either_page
    to_change(page, site)
    page.fill("#words", "zoo " * 11 + "qqqq")
    page.click(GO_ON)
    expect(page.locator(".problem")).to_contain_text("Word 12, “qqqq”")
    assert page.input_value("#words") == "zoo " * 11 + "qqqq"


def test_everything_can_be_done_by_keyboard_alone(page: Page, site: Site) -> None:
    page.goto("/")
    tab_to(page, "Skip to the content")
    page.keyboard.press("Enter")
    tab_to(page, "Answer with a printed code")
    page.keyboard.press("Enter")
    page.wait_for_url("**/slip")
    tab_to(page, "slip")
    page.keyboard.type(site.new_code())
    page.keyboard.press("Enter")
    page.wait_for_selector("fieldset")
    items = [name for name in FORM_ORDER if name not in {"C1", "C2"}]
    for name in items:
        tab_to(page, f"{name}-{-3 if name == 'F1' else 1}")
        page.keyboard.press("Space")
        if name != LEFT_OUT:
            page.keyboard.press("ArrowDown")
    assert page.locator("input[type=radio]:checked").evaluate_all("all => all.map(e => e.id)") == [
        f"{name}-{-2 if name == 'F1' else 1 if name == LEFT_OUT else 2}" for name in items
    ]
    tab_to(page, "C1")
    page.keyboard.type("x" * 501)
    tab_to(page, "C2")
    tab_to(page, "Send my answers")
    page.keyboard.press("Enter")
    page.wait_for_selector(".problems")
    tab_to(page, "What should your leader keep doing when following your work?")
    page.keyboard.press("Enter")
    page.wait_for_url("**#C1")
    assert focused(page) == "C1"
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Ask me first.")
    tab_to(page, "Send my answers")
    page.keyboard.press("Space")
    expect(page.locator("h1")).to_have_text("Your answers are in the box")


def test_a_scanned_code_fills_the_field_and_leaves_the_address_bar(
    page: Page, site: Site, watch: Watch
) -> None:
    code = site.new_code()
    page.goto(f"/slip?lang=de#{code}")
    expect(page.locator("#slip")).to_have_value(code)
    assert page.url == f"{site.address}/slip?lang=de"
    page.click("main button")
    page.wait_for_selector("fieldset")
    page.go_back()
    assert code not in page.url
    assert [address for address in watch.asked if code in address] == []


def test_a_code_scanned_into_an_open_slip_page_does_the_same(page: Page, site: Site) -> None:
    code = site.new_code()
    page.goto("/slip")
    page.evaluate("code => { location.hash = code; }", code)
    expect(page.locator("#slip")).to_have_value(code)
    assert page.url == f"{site.address}/slip"


def test_anything_else_behind_the_hash_is_left_alone(page: Page) -> None:
    page.goto("/slip#main")
    expect(page.locator("#slip")).to_have_value("")
    assert page.url.endswith("/slip#main")


def test_without_a_script_the_code_is_typed(plain_page: Page, site: Site) -> None:
    code = site.new_code()
    plain_page.goto(f"/slip#{code}")
    expect(plain_page.locator("#slip")).to_have_value("")
    plain_page.fill("#slip", code)
    plain_page.click(GO_ON)
    expect(plain_page.locator("fieldset")).to_have_count(len(ITEMS))


def test_the_browser_keeps_nothing_of_an_answer(page: Page, site: Site, watch: Watch) -> None:
    code = site.new_code()
    page.goto(f"/slip#{code}")
    page.click(GO_ON)
    choose(page)
    page.click(SEND)
    kept = words(page)
    to_change(page, site)
    page.fill("#words", kept)
    page.click(GO_ON)
    choose(page, place=0)
    page.click(SEND)
    expect(page.locator("h1")).to_have_text("Your new answers are in the box")
    assert page.context.cookies() == []
    assert page.evaluate(KEPT) == NOTHING
    # Single words stand in addresses of ours as well: “answer” and “page” are among them.
    pairs = [f"{one}[^a-z]+{two}" for one, two in pairwise(kept.split())]
    secrets = re.compile("|".join([re.escape(code), *pairs]))
    assert [address for address in watch.asked if secrets.search(address)] == []


def test_answering_adds_no_cookie_for_somebody_who_is_signed_in(page: Page, site: Site) -> None:
    sign_in(page, site, "Dana")
    before = page.context.cookies()
    assert {cookie["name"] for cookie in before} == {"session", "known"}
    answer(page, site.new_code())
    assert page.context.cookies() == before
