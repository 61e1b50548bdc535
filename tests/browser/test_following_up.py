"""From a guess to a step: a leader's way through a result, and the team's way to it."""

from __future__ import annotations

import datetime as dt
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from surveyapp.anonymity.ballot import decode
from tests.browser.followup_states import to_agreement, to_guess_first, to_revealed
from tests.browser.site import LONGEST
from tests.browser.states import SEND, choose, open_link, wait_for_charts
from tests.browser.test_ballots import STATIC
from tests.browser.test_journeys import MOST_BYTES
from tests.browser.visitor import kept, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.site import Site


@pytest.fixture(params=["page", "touch_page"], ids=["desktop", "phone"])
def either_page(request: pytest.FixtureRequest) -> Page:
    """Open a page by mouse, and one by finger."""
    page: Page = request.getfixturevalue(request.param)
    return page


def test_from_the_guess_to_a_shared_link_and_back(
    either_page: Page, site: Site, browser: Browser
) -> None:
    page = either_page
    to_guess_first(page, site)
    expect(page.locator("figure.chart")).to_have_count(0)
    page.click("text=See where your team put you")
    expect(page.locator("h1")).to_have_text("How your team feels led")
    wait_for_charts(page)
    page.click(".contents a:has-text('Talk about it')")
    expect(page.locator("#focus")).to_be_in_viewport()

    page.click("#next a:has-text('Agree on check-ins')")
    page.fill("#what", "Offers, before they go out; “big” ones")
    page.fill("#until", (dt.datetime.now().astimezone().date() + dt.timedelta(90)).isoformat())
    page.check("#outcome-changed")
    page.click("main button:has-text('Save')")
    expect(page.locator(".told")).to_have_text("Saved.")
    expect(page.locator("#what")).to_have_value("Offers, before they go out; “big” ones")
    with page.expect_download() as downloading:
        page.click("text=for your calendar")
    assert downloading.value.suggested_filename == "check-in-agreement.ics"
    file = Path(downloading.value.path()).read_bytes()
    assert file.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert "Offers\\, before they go out\\; “big” ones".encode() in file.replace(b"\r\n ", b"")

    page.click("text=Your result")
    page.click("#next a:has-text('Share')")
    page.click("main button >> nth=-1")
    link = page.input_value("#address")
    page.reload()
    expect(page.locator("#address")).to_have_count(0)

    with visiting(browser, site.address) as (team, watch):
        team.goto(link)
        wait_for_charts(team)
        expect(team.locator("h1")).to_have_text("How your team feels led")
        expect(team.locator(".agreed")).to_contain_text("“big” ones")
        expect(team.locator("#focus")).to_contain_text("One step to try")
        team.click(".switch button:has-text('Square')")
        wait_for_charts(team)
        assert team.context.cookies() == []
        assert kept(team) == []
        page.click("text=Withdraw the link")
        expect(page.locator(".told")).to_contain_text("The link is withdrawn")
        team.reload()
        expect(team.locator("main")).to_contain_text("The leader withdrew this link")
        assert watch.faults() == []


def test_a_guess_once_compared_does_not_come_again(page: Page, site: Site) -> None:
    to_revealed(page, site)
    page.goto(f"/leader/results/{site.cast.round_id}")
    expect(page.locator("h1")).to_have_text("How your team feels led")


def test_without_a_script_all_of_it_works(plain_page: Page, site: Site) -> None:
    to_agreement(plain_page, site)
    plain_page.check("#outcome-agreed")
    plain_page.click("main button:has-text('Save')")
    expect(plain_page.locator(".told")).to_have_text("Saved.")
    plain_page.click("text=Your result")
    plain_page.click("#next a:has-text('Share')")
    plain_page.click("main button >> nth=-1")
    plain_page.goto(plain_page.input_value("#address"))
    expect(plain_page.locator(".say")).to_be_visible()
    expect(plain_page.locator("#map-triangle .picture")).to_be_visible()


def test_a_printed_result_is_black_on_white_without_what_only_a_screen_can_use(
    page: Page, site: Site
) -> None:
    to_revealed(page, site)
    page.emulate_media(color_scheme="dark", media="print")
    for gone in (
        "header.bar",
        "footer.bar",
        ".demo",
        ".contents",
        ".switch",
        "#next",
        "main button >> nth=0",
    ):
        expect(page.locator(gone)).to_be_hidden()
    colours = page.evaluate(
        "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).background]"
    )
    assert colours[0] == "rgb(0, 0, 0)"
    assert "rgb(255, 255, 255)" in colours[1]


def test_both_questions_are_pointed_out_and_lie_in_the_ballot(page: Page, site: Site) -> None:
    link = site.new_agreed_link()
    before = site.box(link).ballots
    open_link(page, link)
    expect(page.locator(".agreed")).to_contain_text(LONGEST.what)
    expect(page.locator("#progress")).to_have_js_property("max", 19)
    choose(page)
    page.click(SEND)
    expect(page.locator("#problems li")).to_have_count(2)
    page.check("#K1-5")
    page.check("#K2-1")
    page.click(SEND)
    page.wait_for_selector(".code span")
    after = site.box(link).ballots
    (new,) = set(after) - set(before)
    choices = decode(after[new]).choices
    assert (choices["K1"], choices["K2"]) == ("5", "1")


def test_the_page_of_the_longest_agreement_is_light(site: Site) -> None:
    path = site.new_agreed_link().partition("#")[0]
    addresses = [path, *(f"/static/{name}" for name in STATIC)]
    total = 0
    for address in addresses:
        packed = urllib.request.Request(site.address + address, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(packed) as reply:
            total += len(reply.read())
    assert total <= MOST_BYTES
