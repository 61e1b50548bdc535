"""The way of somebody who answers by mailed link: by mouse, by finger, by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from surveyapp.anonymity.ballot import decode
from surveyapp.core.questionnaire import FORM_ORDER, ITEMS
from tests import factories
from tests.browser.states import (
    GO_ON,
    SEND,
    answer_by_link,
    choose,
    chosen,
    open_link,
    sign_in,
)
from tests.browser.test_dead_ends import NO_LINK, stopped
from tests.browser.visitor import kept

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

STATIC: Final = ("page.css", "answer.js")
AFTER_SEND: Final = [
    *("sending.js", "ticket.js", "words.js", "words.txt"),
    *("key", "ticket", "ballot"),
]
FOCUSED: Final = "() => document.activeElement.id || document.activeElement.textContent.trim()"


@pytest.fixture(params=["page", "touch_page"], ids=["desktop", "phone"])
def either_page(request: pytest.FixtureRequest) -> Page:
    """Open a page by mouse, and one by finger."""
    page: Page = request.getfixturevalue(request.param)
    return page


def test_a_link_leads_to_twelve_words_which_change_the_answers(
    either_page: Page, site: Site
) -> None:
    page, link = either_page, site.new_link()
    before = site.box(link)
    open_link(page, link)
    expect(page.locator("h1")).to_have_text("How does Finn follow your work?")
    expect(page.locator(".promise")).to_contain_text("only if 5 or more of the 60 of you answer")
    page.emulate_media(reduced_motion="reduce")
    point = page.tap if page.evaluate("navigator.maxTouchPoints") else page.click
    said = chosen()
    names = [name for name in FORM_ORDER if name not in {"C1", "C2"}]
    for place, name in enumerate(names, 1):
        point(f"label:has(#{name}-{said[name]})")
        expect(page.locator("#progress")).to_have_js_property("value", place)
        following = page.locator(f"#{name} + .card")
        expect(following).to_be_in_viewport(ratio=0.99)
    page.fill("#C2", "A fixed day to check in.")
    page.click(SEND)

    expect(page.locator("h1")).to_have_text("Your answers are in the box")
    words = page.locator(".code").inner_text()
    assert len(words.split()) == 12
    inside = site.box(link)
    assert len(inside.ballots) == len(before.ballots) + 1
    assert len(inside.issuance) == len(before.issuance) + 1
    page.click("#thanks a")
    page.fill("#words", words)
    page.click(GO_ON)
    choose(page, place=1)
    page.click(SEND)
    expect(page.locator("h1")).to_have_text("Your new answers are in the box")
    changed = site.box(link)
    assert changed.ballots.keys() == inside.ballots.keys()
    assert chosen(1) in [decode(one).choices for one in changed.ballots.values()]


def test_before_send_the_server_is_asked_for_page_style_and_scripts_alone(
    page: Page, site: Site, watch: Watch
) -> None:
    open_link(page, site.new_link())
    choose(page)
    page.fill("#C1", "Ask me first.")
    page.reload()
    expect(page.locator("#progress")).to_have_js_property("value", len(ITEMS))
    assert set(watch.asked) == {page.url, *(f"{site.address}/static/{name}" for name in STATIC)}
    assert watch.asked.count(page.url) == 2
    del watch.asked[:]
    page.click(SEND)
    page.wait_for_selector(".code span")
    assert [address.rpartition("/")[2] for address in watch.asked] == AFTER_SEND


def test_the_token_goes_out_once_and_never_beside_an_answer_or_a_cookie(
    page: Page, site: Site
) -> None:
    link = site.new_link()
    path, token = factories.split_link(link)
    asked: dict[str, Request] = {}

    def note(one: Request) -> None:
        asked[one.url.rpartition("/")[2]] = one

    sign_in(page, site, "Dana")
    before = page.context.cookies()
    page.on("request", note)
    open_link(page, link)
    assert page.url == site.address + path
    choose(page)
    page.click(SEND)
    page.wait_for_selector(".code span")
    assert [name for name, one in asked.items() if token in (one.post_data or "")] == ["ticket"]
    assert "S1=" in (asked["ballot"].post_data or "")
    for one in asked.values():
        assert token not in one.url + "".join(one.all_headers().values())
        assert not one.all_headers().get("referer")
    for name in ("key", "ticket", "ballot"):
        assert "cookie" not in asked[name].all_headers()
    assert page.context.cookies() == before


def test_a_reload_keeps_the_answers_of_this_window_alone(page: Page, site: Site) -> None:
    link = site.new_link()
    open_link(page, link)
    choose(page, except_for=("S1",), place=0)
    page.fill("#C1", "Half a")
    page.type("#C1", " thought")
    page.reload()
    expect(page.locator("input[type=radio]:checked")).to_have_count(len(ITEMS) - 1)
    expect(page.locator("#C1")).to_have_value("Half a thought")
    other = page.context.new_page()
    open_link(other, link)
    expect(other.locator("input[type=radio]:checked")).to_have_count(0)
    assert other.input_value("#C1") == ""


def test_two_people_answer_in_one_window_and_leave_nothing_to_each_other(
    page: Page, site: Site
) -> None:
    first, second = site.new_link(), site.new_link()
    before = site.box(first)
    answer_by_link(page, first)
    assert kept(page) == []
    page.evaluate("link => { location.href = link; }", second)
    page.wait_for_selector(SEND)
    assert page.url == site.address + factories.split_link(second)[0]
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    choose(page)
    page.click(SEND)
    page.wait_for_selector(".code span")
    assert len(site.box(first).ballots) == len(before.ballots) + 2
    assert kept(page) == []


def test_a_second_link_in_a_window_where_somebody_began_shows_nothing_of_theirs(
    page: Page, site: Site
) -> None:
    open_link(page, site.new_link())
    choose(page)
    with page.expect_navigation(wait_until="load"):
        page.evaluate("link => { location.href = link; }", site.new_link())
    page.wait_for_selector(SEND)
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    expect(page.locator("#progress")).to_have_js_property("value", 0)
    assert len(kept(page)) == 2  # this window's answers, and the file with their key
    page.goto("/slip")
    page.goto(site.cast.links[0][:-1])
    assert NO_LINK in stopped(page)


def test_what_is_missing_or_too_long_is_told_by_field(page: Page, site: Site, watch: Watch) -> None:
    open_link(page, site.new_link())
    choose(page, except_for=("T1", "P1"))
    page.fill("#C1", "x" * 501)
    page.click(SEND)
    problems = page.locator("#problems")
    expect(problems).to_be_focused()
    assert len(watch.asked) == len((page.url, *STATIC))
    problems.locator("a").last.click()
    expect(page.locator("#P1-1")).to_be_focused()
    expect(page.locator("#P1")).to_be_in_viewport()
    expect(page.locator("#P1 .problem")).to_contain_text("Please choose one answer")
    page.check("#P1-na")
    expect(page.locator("#P1 .problem")).to_have_count(0)
    page.check("#T1-1")
    page.click(SEND)
    expect(problems.locator("li")).to_have_count(1)
    expect(problems.locator("li")).to_contain_text("501 characters and 500 is the most")
    expect(problems).to_be_focused()
    problems.locator("a").click()
    expect(page.locator("#C1")).to_be_focused()
    page.fill("#C1", "Shorter.")
    page.click(SEND)
    page.wait_for_selector(".code span")


def test_everything_can_be_done_by_keyboard_and_nothing_moves_by_itself(
    page: Page, site: Site
) -> None:
    page.emulate_media(reduced_motion="reduce")  # what moves does so at once
    open_link(page, site.new_link())
    page.focus(f"#{FORM_ORDER[0]}-1")
    for name in FORM_ORDER[:-2]:
        place = page.evaluate("scrollY")
        page.keyboard.press("Space")
        assert page.evaluate("scrollY") == place
        if not name.endswith("r"):  # nobody means the same everywhere
            page.keyboard.press("ArrowDown")
            assert page.evaluate(FOCUSED) == f"{name}-{-2 if name == 'F1' else 2}"
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("A fixed day.")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Send my answers"
    page.keyboard.press("Enter")
    page.wait_for_selector(".code span")
    expect(page.locator("#thanks")).to_be_focused()


def test_after_the_acknowledgement_reload_and_back_show_nothing_of_it(
    page: Page, site: Site
) -> None:
    answer_by_link(page, site.new_link())
    first, second = page.locator(".code span").all_inner_texts()[:2]
    assert kept(page) == []
    page.evaluate("dispatchEvent(new Event('pagehide'))")  # some browsers keep whole pages for this
    assert f"{first}</span> <span>{second}" not in page.content()
    page.goto("/slip")
    page.go_back()
    assert NO_LINK in stopped(page)
    assert f"{first}</span> <span>{second}" not in page.content()
    page.reload()
    assert NO_LINK in stopped(page)
    assert (kept(page), page.context.cookies()) == ([], [])
