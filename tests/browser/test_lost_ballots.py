"""What goes wrong on the way of a ballot costs nobody a vote and gives nobody two."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from surveyapp.anonymity.ballot import decode
from tests.browser.conftest import DESKTOP
from tests.browser.states import SEND, answer_by_link, choose, open_link
from tests.browser.visitor import kept, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

WORDS, TICKET, BALLOT = "**/words.txt", "**/ticket", "**/ballot"
LONGEST_WAIT_MS: Final = 60_000
TAKEN: Final = "This link’s one ballot paper was stamped before"
NO_FILES: Final = "delete globalThis.StorageManager?.prototype.getDirectory"


class Votes:
    """How many tickets and ballots came into the box of a link's team."""

    def __init__(self, site: Site, link: str) -> None:
        self._site, self._link = site, link
        self._before = site.box(link)

    def __call__(self) -> tuple[int, int]:
        """Count anew."""
        now = self._site.box(self._link)
        return (
            len(now.issuance) - len(self._before.issuance),
            len(now.ballots) - len(self._before.ballots),
        )

    def said(self) -> list[str]:
        """Return the answers to the first question in the ballots that came."""
        now = self._site.box(self._link).ballots.items()
        came = [packed for name, packed in now if name not in self._before.ballots]
        return [decode(packed).choices["T1"] for packed in came]


@pytest.fixture
def link(site: Site) -> str:
    """Return the link of somebody who did not answer yet."""
    return site.new_link()


@pytest.fixture
def votes(site: Site, link: str) -> Votes:
    """Count from here on."""
    return Votes(site, link)


@pytest.fixture
def page(page: Page, watch: Watch) -> Page:
    """Open a page whose requests may fail and whose clock can be moved on."""
    watch.excused = ("/ticket", "/ballot", "/sending.js", "/words.js", "/words.txt")
    page.clock.install()
    return page


@pytest.fixture
def other_device(site: Site, browser: Browser) -> Iterator[Page]:
    """Open a page in another browser."""
    with visiting(browser, site.address, viewport=DESKTOP) as (page, watch):
        yield page
    assert watch.faults() == []


def lose_reply(route: Route) -> None:
    """Let the server have the request, and the browser no reply."""
    route.fetch()
    route.abort()


def send(page: Page, link: str) -> None:
    """Answer everything and press Send."""
    open_link(page, link)
    choose(page)
    page.click(SEND)


def told(page: Page, text: str) -> None:
    """Wait until the page says something about its sending."""
    expect(page.locator("#status")).to_contain_text(text)
    expect(page.locator("#status")).to_be_in_viewport()


def thanked(page: Page) -> None:
    """Let the time pass until the next try, and wait for the twelve words."""
    page.clock.fast_forward(LONGEST_WAIT_MS)
    expect(page.locator(".code span")).to_have_count(12)
    assert kept(page) == []


@pytest.mark.parametrize("address", [TICKET, BALLOT])
def test_a_lost_reply_is_asked_for_again_and_gives_one_ballot(
    page: Page, link: str, votes: Votes, address: str
) -> None:
    page.route(address, lose_reply, times=1)
    send(page, link)
    told(page, "No connection")
    assert votes() == (1, int(address == BALLOT))
    thanked(page)
    assert votes() == (1, 1)


def test_an_answer_that_is_changed_after_a_lost_reply_is_the_one_that_counts(
    page: Page, link: str, votes: Votes
) -> None:
    page.route(BALLOT, lose_reply, times=1)
    send(page, link)
    told(page, "No connection")
    assert votes.said() == ["4"]
    page.check("#T1-2")
    thanked(page)
    assert (votes(), votes.said()) == ((1, 1), ["2"])


def test_without_a_connection_everything_stays_and_goes_on_by_itself(
    page: Page, link: str, votes: Votes
) -> None:
    open_link(page, link)
    choose(page)
    page.context.set_offline(offline=True)
    page.click(SEND)
    told(page, "please leave this window open")
    page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))  # no next try by itself
    expect(page.locator("#T1-4")).to_be_checked()
    assert votes() == (0, 0)
    page.context.set_offline(offline=False)
    expect(page.locator(".code span")).to_have_count(12)
    assert votes() == (1, 1)


def test_a_failing_server_is_told_and_asked_again(page: Page, link: str, votes: Votes) -> None:
    for address in (WORDS, TICKET, BALLOT):
        page.route(address, lambda route: route.fulfill(status=500, body="<h1>500</h1>"), times=1)
    with page.expect_response(WORDS):
        send(page, link)
    for address in (TICKET, BALLOT):
        told(page, "could not take this yet")
        with page.expect_response(address):
            page.clock.fast_forward(LONGEST_WAIT_MS)
    told(page, "could not take this yet")
    thanked(page)
    assert votes() == (1, 1)


def test_a_page_of_somebody_elses_network_is_no_acknowledgement(
    page: Page, link: str, votes: Votes
) -> None:
    page.route(BALLOT, lambda route: route.fulfill(body="<h1>Please sign in</h1>"), times=1)
    send(page, link)
    told(page, "No connection")
    assert votes() == (1, 0)
    thanked(page)
    assert votes() == (1, 1)


def test_of_two_windows_that_send_at_once_one_votes_and_the_other_is_told(
    page: Page, link: str, votes: Votes
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(TICKET, hold)
    with page.expect_request(TICKET):
        send(page, link)
    second = page.context.new_page()
    send(second, link)
    told(second, "Sending")
    held[0].continue_()
    expect(second.locator("#stop")).to_contain_text(TAKEN)
    expect(second.locator("#stop .button:visible")).to_be_visible()
    thanked(page)
    assert (votes(), kept(second)) == ((1, 1), [])


def test_another_device_after_the_acknowledgement_is_told_and_led_to_the_twelve_words(
    page: Page, other_device: Page, link: str, votes: Votes
) -> None:
    answer_by_link(page, link)
    words = page.locator(".code").inner_text()
    send(other_device, link)
    expect(other_device.locator("#stop")).to_contain_text(TAKEN)
    other_device.click("#stop .button:visible")
    other_device.fill("#words", words)
    other_device.press("#words", "Tab")
    other_device.click("main button")
    choose(other_device, place=0)
    other_device.click(SEND)
    expect(other_device.locator("h1")).to_have_text("Your new answers are in the box")
    assert (votes(), votes.said()) == ((1, 1), ["1"])


def test_another_device_after_the_ticket_is_told_to_go_on_where_they_began_which_works(
    page: Page, other_device: Page, link: str, votes: Votes
) -> None:
    page.route(BALLOT, lambda route: route.abort(), times=1)
    send(page, link)
    told(page, "No connection")
    send(other_device, link)
    expect(other_device.locator("#stop")).to_contain_text("If you began there, go on there")
    assert votes() == (1, 0)
    thanked(page)
    assert votes() == (1, 1)


@pytest.mark.parametrize("script", ["", NO_FILES], ids=["files", "no files"])
def test_a_window_that_was_closed_after_the_ticket_costs_no_vote(
    page: Page, link: str, votes: Votes, script: str
) -> None:
    page.context.add_init_script(script)
    page.route(BALLOT, lose_reply)
    send(page, link)
    told(page, "No connection")
    page.close()
    again = page.context.new_page()
    open_link(again, link)
    expect(again.locator("input[type=radio]:checked")).to_have_count(0)
    choose(again, place=1)
    again.click(SEND)
    expect(again.locator(".code span")).to_have_count(12)
    assert (votes(), votes.said()) == ((1, 1), ["2"])
    assert again.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_round_that_closed_meanwhile_is_told_and_nothing_is_left(page: Page, site: Site) -> None:
    link = site.cast.links_to_close[0]
    votes = Votes(site, link)
    page.route(BALLOT, lambda route: route.abort(), times=1)
    send(page, link)
    told(page, "No connection")
    site.stop_taking_answers()
    page.clock.fast_forward(LONGEST_WAIT_MS)
    expect(page.locator("#stop")).to_contain_text("This round took answers until")
    expect(page.locator("#ballot")).to_be_hidden()
    assert (votes(), kept(page)) == ((1, 0), [])
