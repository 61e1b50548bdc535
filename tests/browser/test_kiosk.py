"""A shared tablet: nothing of one person is there for the next."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from tests.browser.answering_states import (
    IDLE_MS,
    TELLING,
    to_kiosk_left,
    to_kiosk_questionnaire,
    to_kiosk_thanks,
)
from tests.browser.states import GO_ON, SEND, choose
from tests.browser.visitor import kept

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

MARKER: Final = "xyzzy marker of one person"
NEXT, START_FIELD = "#next", "#slip"
SHARED_TABLET: Final = {"reload": "location.reload()", "back": "history.back()"}
AFTER_PAGE_FORM: Final = "() => [...document.forms].map(f => [...new FormData(f)].join())"


def begin(page: Page, code: str) -> None:
    page.goto("/kiosk")
    page.fill(START_FIELD, code)
    page.click(GO_ON)
    page.wait_for_selector("fieldset")


def answer_with_marker(page: Page, code: str) -> str:
    """Answer everything; returns the twelve words."""
    begin(page, code)
    choose(page)
    page.fill("#C1", MARKER)
    page.click(SEND)
    page.wait_for_selector(NEXT)
    return page.locator(".code").inner_text()


def assert_start(page: Page, *secrets: str) -> None:
    """Check that the page is as the first person of the day finds it."""
    expect(page.locator(START_FIELD)).to_have_value("")
    expect(page.locator("fieldset")).to_have_count(0)
    content = page.content()
    assert [one for one in (*secrets, MARKER) if one in content] == []


def test_after_one_person_back_reload_storage_and_history_have_nothing_for_the_next(
    page: Page, site: Site, watch: Watch
) -> None:
    page.goto("/")
    code = site.new_code()
    words = answer_with_marker(page, code)
    first, second = words.split()[:2]
    secrets = (code, f"{first}</span> <span>{second}")
    assert any(one in page.content() for one in secrets)
    assert page.evaluate("history.length") == 3  # the blank page, the home page, and this one
    page.click(NEXT)
    assert_start(page, *secrets)
    assert page.evaluate("history.length") == 3
    page.reload()
    assert_start(page, *secrets)
    page.go_back()
    expect(page).to_have_url(f"{site.address}/")
    page.go_forward()
    assert_start(page, *secrets)
    assert (kept(page), page.context.cookies()) == ([], [])
    # Single words stand in addresses of ours as well: “answer” and “page” are among them.
    pairs = [f"{one}[^a-z]+{two}" for one, two in pairwise(words.split())]
    secret = re.compile("|".join([re.escape(code), *pairs, "xyzzy"]))
    assert [address for address in watch.asked if secret.search(address)] == []
    begin(page, site.new_code())
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    expect(page.locator("#C1")).to_have_value("")


@pytest.mark.parametrize("how", SHARED_TABLET)
def test_what_was_begun_is_gone_after(page: Page, site: Site, how: str) -> None:
    page.goto("/")
    code = site.new_code()
    begin(page, code)
    page.check("#T1-4")
    page.fill("#C1", MARKER)
    page.evaluate(SHARED_TABLET[how])
    if how == "back":
        expect(page).to_have_url(f"{site.address}/")
        page.go_forward()
    assert_start(page, code)


def test_no_field_offers_what_others_typed(page: Page, site: Site) -> None:
    to_kiosk_questionnaire(page, site)
    assert page.locator("#ballot").get_attribute("autocomplete") == "off"
    page.goto("/kiosk")
    assert page.locator("form.fields").get_attribute("autocomplete") == "off"
    assert page.locator(START_FIELD).get_attribute("autocomplete") == "off"
    assert page.evaluate(AFTER_PAGE_FORM) == ["slip,", ""]


def test_thanks_give_way_after_a_clock_that_anybody_can_set_back(page: Page, site: Site) -> None:
    page.clock.install()
    to_kiosk_thanks(page, site)
    left = page.locator("#clock [data-seconds]")
    told = page.locator(".next [role=status]")
    expect(left).to_have_text("60")
    page.clock.run_for(40_000)
    expect(left).to_have_text("20")
    expect(told).not_to_be_empty()
    said = told.inner_text()
    page.click("#clock button")
    expect(left).to_have_text("80")
    expect(told).not_to_have_text(said)
    page.clock.run_for(79_000)
    expect(left).to_have_text("1")
    page.clock.run_for(1_000)
    expect(page.locator(START_FIELD)).to_have_value("")


def test_whoever_left_half_way_is_asked_and_then_forgotten(page: Page, site: Site) -> None:
    to_kiosk_left(page, site)
    expect(page.locator("#idle button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#idle")).to_be_hidden()
    expect(page.locator("#T1-4")).to_be_checked()
    page.clock.fast_forward(IDLE_MS)
    expect(page.locator("#idle")).to_be_visible()
    expect(page.locator("#idle [data-seconds]")).to_have_text("30")
    page.clock.run_for(31_000)
    assert_start(page)


def test_nobody_is_hurried_who_goes_on(page: Page, site: Site) -> None:
    page.clock.install()
    to_kiosk_questionnaire(page, site)
    for choice in ("1", "2", "3"):
        page.clock.fast_forward(IDLE_MS - 20_000)
        page.check(f"#T1-{choice}")
    expect(page.locator("#idle")).to_be_hidden()


def test_a_typed_code_that_stays_there_is_forgotten_too(page: Page, site: Site) -> None:
    page.clock.install()
    page.goto("/kiosk")
    page.type(START_FIELD, site.cast.codes[0])
    page.clock.fast_forward(IDLE_MS)
    page.clock.run_for(31_000)
    assert_start(page, site.cast.codes[0])


def test_a_lost_reply_is_asked_for_again_and_the_words_come(
    page: Page, site: Site, watch: Watch
) -> None:
    watch.excused = ("/kiosk/answers",)
    page.clock.install()
    to_kiosk_questionnaire(page, site)
    choose(page)
    page.route("**/kiosk/answers", lambda route: (route.fetch(), route.abort()), times=1)
    page.click(SEND)
    expect(page.locator("#status")).to_contain_text("No connection")
    page.clock.fast_forward(60_000)
    expect(page.locator(".code span")).to_have_count(12)


def test_nobody_is_asked_or_forgotten_while_answers_are_on_their_way(
    page: Page, site: Site, watch: Watch
) -> None:
    watch.excused = ("/kiosk/answers",)
    page.clock.install()
    to_kiosk_questionnaire(page, site)
    choose(page)
    page.fill("#C1", TELLING)
    page.route("**/kiosk/answers", lambda route: route.abort())
    page.click(SEND)
    page.wait_for_selector("#hints li")
    with page.expect_request("**/kiosk/answers"):
        page.click(SEND)
    status = page.locator("#status")
    expect(status).to_contain_text("Please stay until you see your twelve words")
    expect(page.locator(".card:visible, #hints:visible")).to_have_count(0)
    for sign in ("keydown", "scroll"):
        page.evaluate(f"dispatchEvent(new Event('{sign}'))")
        page.clock.fast_forward(IDLE_MS)
        page.clock.run_for(31_000)
    expect(page.locator("#idle")).to_be_hidden()
    expect(status).to_be_visible()
    page.unroute("**/kiosk/answers")
    page.clock.fast_forward(60_000)
    expect(page.locator(".code span")).to_have_count(12)
    page.clock.run_for(61_000)
    assert_start(page)


def test_a_page_of_somebodys_network_in_place_of_ours_is_no_reply(page: Page, site: Site) -> None:
    page.clock.install()
    to_kiosk_questionnaire(page, site)
    choose(page)
    foreign = "<title>Sign in to this network</title>"
    page.route("**/kiosk/answers", lambda route: route.fulfill(body=foreign), times=1)
    page.click(SEND)
    expect(page.locator("#status")).to_contain_text("No connection")
    page.clock.fast_forward(60_000)
    expect(page.locator(".code span")).to_have_count(12)


def test_mistakes_are_told_in_place_and_can_be_mended(page: Page, site: Site) -> None:
    page.goto("/kiosk")
    page.fill(START_FIELD, "ABCD-EFGH-JKMN")
    page.click(GO_ON)
    expect(page.locator("#slip-problem")).to_be_visible()
    page.fill(START_FIELD, site.new_code())
    page.click(GO_ON)
    choose(page, except_for=("S1",))
    page.fill("#C1", "x" * 501)
    page.click(SEND)
    page.locator("#problems a").click()
    expect(page.locator("#S1-1")).to_be_focused()
    page.check("#S1-2")
    page.click(SEND)
    expect(page.locator("#C1-problem")).to_be_visible()
    expect(page.locator("#problems")).to_be_focused()
    page.fill("#C1", "Shorter.")
    page.click(SEND)
    page.wait_for_selector(NEXT)
    assert page.url == f"{site.address}/kiosk"


def test_without_a_script_it_works_and_says_that_it_cannot_forget(
    plain_page: Page, site: Site
) -> None:
    page, code = plain_page, site.new_code()
    page.goto("/kiosk")
    expect(page.locator("noscript .note")).to_be_visible()
    words = answer_with_marker(page, code)
    expect(page.locator("#clock")).to_be_hidden()
    page.reload()  # sends the form once more, as whoever comes next might
    expect(page.locator("#slip-problem")).to_be_visible()
    assert " ".join(words.split()[:2]) not in page.locator("main").inner_text()
    page.goto("/kiosk")
    assert_start(page, code)
