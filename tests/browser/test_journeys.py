"""Whole journeys: every language with everything that may happen on the way.

Every language goes every way, and every way has several of the things that happen: keyboard alone,
reload, a lost network, going back, two windows, a second device, no script, a shared tablet. What
is read here are names and numbers, never the words of one language.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import expect

from surveyapp.core.questionnaire import BY_ID, FORM_ORDER, ITEMS
from tests.browser.conftest import PHONE
from tests.browser.states import GO_ON, SEND, choose, chosen, open_link
from tests.browser.visitor import kept, visiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Request

    from tests.browser.site import Site

LANGUAGES: Final = ("en", "de", "fr", "es")
MOST_TAPS, MOST_BYTES, MOST_REQUESTS = 25, 15_000, 3
SLOW_3G: Final = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
MOST_TABS: Final = 12
WORDS: Final = ".code span"
SENDING: Final = ("/ticket", "/ballot", "/key", "sending.js", "ticket.js", "words.js")


@contextmanager
def person(site: Site, browser: Browser, language: str, **options: Any) -> Iterator[Page]:  # noqa: ANN401
    """Open a page for somebody who reads this language; the page must be in it."""
    with visiting(browser, site.address, **{"locale": language, **options}) as (page, watch):
        watch.excused = (*SENDING, "/words.txt")
        yield page
        spoken = language if language in site.app.config["LANGUAGES"] else "en"
        assert page.locator("html").get_attribute("lang") == spoken
        assert watch.faults() == []


def said(page: Page, name: str) -> None:
    """Wait until the status says what is kept under this name."""
    text = page.locator(f'[data-say="{name}"]').text_content() or "?"
    expect(page.locator("#status")).to_have_text(text)
    expect(page.locator("#status")).to_have_attribute("role", "status")


def requests(page: Page) -> list[Request]:
    """Return a list into which every request comes that is answered from now on."""
    answered: list[Request] = []
    page.on("requestfinished", lambda one: answered.append(one))  # noqa: PLW0108  (no builtins)
    return answered


def weights(received: list[Request]) -> list[tuple[str, int]]:
    """Return what came: the last part of its address, and the bytes of its body."""
    return [(one.url.rpartition("/")[2], int(one.sizes()["responseBodySize"])) for one in received]


def is_light(received: list[Request]) -> bool:
    """Whether these are the few requests, with few bytes, that answering may have."""
    weight = sum(size for _name, size in weights(received))
    return len(received) == MOST_REQUESTS and weight <= MOST_BYTES


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until a thing has the focus, which must be soon."""
    for _press in range(MOST_TABS):
        if page.locator(selector).evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    message = f"{selector} is not reached by Tab"
    raise AssertionError(message)


def answer_by_keyboard(page: Page) -> None:
    """Answer everything by Tab, Space and arrows, and go to Send."""
    for name, choice in chosen().items():
        choices = BY_ID[name].choices
        tab_to(page, f"#{name}-{choices[0]}")
        page.keyboard.press("Space")
        for _step in range(choices.index(choice)):
            page.keyboard.press("ArrowDown")
    expect(page.locator("input[type=radio]:checked")).to_have_count(len(ITEMS))
    tab_to(page, SEND)


def by_link(site: Site, browser: Browser, language: str) -> None:
    """Answer by keyboard, reload half-way, lose the network while sending, go back afterwards."""
    with person(site, browser, language) as page:
        page.goto("/")
        open_link(page, site.new_link())
        tab_to(page, f"#{FORM_ORDER[0]}-1")
        page.keyboard.press("Space")
        page.reload()
        expect(page.locator("input[type=radio]:checked")).to_have_count(1)
        answer_by_keyboard(page)
        page.route("**/ballot", lambda route: route.abort(), times=1)
        page.keyboard.press("Enter")
        said(page, "offline")
        page.context.set_offline(offline=True)
        page.context.set_offline(offline=False)  # "online" ends the wait
        expect(page.locator(WORDS)).to_have_count(12)
        expect(page.locator("#thanks")).to_be_focused()
        assert kept(page) == []
        first = page.locator(WORDS).all_inner_texts()[0]
        page.go_back()
        page.go_forward()
        expect(page.locator("#stop")).to_be_visible()
        expect(page.locator("#stop")).to_be_focused()
        assert f">{first}</span>" not in page.content()


def by_two_windows(site: Site, browser: Browser, language: str) -> None:
    """Begin in two windows, send from both, then from another device, and change it there."""
    link = site.new_link()
    with (
        person(site, browser, language) as page,
        person(site, browser, language, viewport=PHONE, has_touch=True) as other_device,
    ):
        other_window = page.context.new_page()
        for window in (page, other_window, other_device):
            open_link(window, link)
            choose(window)
        page.click(SEND)
        expect(page.locator(WORDS)).to_have_count(12)
        words = " ".join(page.locator(WORDS).all_inner_texts())
        other_window.click(SEND)
        expect(other_window.locator("#stop [data-offer=change]")).to_be_visible()
        other_device.tap(SEND)
        expect(other_device.locator("#stop [data-offer=change]")).to_be_visible()
        other_device.tap("#stop [data-offer=change] a")
        other_device.fill("#words", words)
        other_device.tap(GO_ON)
        choose(other_device, place=1)
        other_device.tap(SEND)
        expect(other_device.locator(WORDS)).to_have_count(12)
        assert " ".join(other_device.locator(WORDS).all_inner_texts()) == words


def by_slip_without_script(site: Site, browser: Browser, language: str) -> None:
    """Answer by slip where no script runs, with one question forgotten, and keep the words."""
    with person(site, browser, language, java_script_enabled=False) as page:
        page.goto("/slip")
        page.fill("#slip", site.new_code())
        page.click(GO_ON)
        for name, choice in chosen().items():
            if name != "P1":
                page.locator(f"label:has(#{name}-{choice})").click()
        page.click(SEND)
        page.click("#problems a")
        page.check("#P1-na")
        page.click(SEND)
        words = page.locator(".code").inner_text()
        with page.expect_download() as saved:
            page.click("form[action$='/words'] button")
        assert words in saved.value.path().read_text(encoding="utf-8")


def by_shared_tablet(site: Site, browser: Browser, language: str) -> None:
    """Answer at a shared tablet by keyboard, and leave it to the next person."""
    with person(site, browser, language, reduced_motion="reduce") as page:
        page.goto("/kiosk")
        tab_to(page, "#slip")
        page.keyboard.type(site.new_code())
        page.keyboard.press("Enter")
        page.wait_for_selector("fieldset")
        answer_by_keyboard(page)
        page.keyboard.press("Space")
        expect(page.locator(WORDS)).to_have_count(12)
        tab_to(page, "#next")
        page.keyboard.press("Enter")
        expect(page.locator("#slip")).to_have_value("")
        assert kept(page) == []


WAYS: Final = (by_link, by_two_windows, by_slip_without_script, by_shared_tablet)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_leads_there_in_every_language(
    site: Site, browser: Browser, way: Callable[[Site, Browser, str], None], language: str
) -> None:
    way(site, browser, language)


def test_on_a_phone_with_slow_3g_few_taps_and_bytes_lead_to_the_confirmation(
    touch_page: Page, site: Site
) -> None:
    page = touch_page
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW_3G)
    received = requests(page)
    open_link(page, site.new_link())
    page.locator(f"#{FORM_ORDER[0]}").scroll_into_view_if_needed()  # a swipe, no tap
    page.emulate_media(reduced_motion="reduce")  # what moves does so at once
    taps = 0
    for name, choice in chosen().items():
        label = page.locator(f"label:has(#{name}-{choice})")
        expect(label).to_be_in_viewport(ratio=1)
        box = label.bounding_box()
        assert box
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator(f"#{name}-{choice}")).to_be_checked()
        taps += 1
    assert is_light(received), weights(received)
    page.tap(SEND)
    expect(page.locator(WORDS)).to_have_count(12)
    assert taps + 1 <= MOST_TAPS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_page_has_few_bytes_too(site: Site, browser: Browser, language: str) -> None:
    with person(site, browser, language, viewport=PHONE) as page:
        received = requests(page)
        open_link(page, site.new_agreed_link())
        choose(page)
        page.wait_for_load_state("networkidle")
        assert is_light(received), weights(received)


def test_at_a_shared_tablet_nothing_is_loaded_twice(site: Site, browser: Browser) -> None:
    with person(site, browser, "en") as page:
        received = requests(page)
        page.goto("/kiosk")
        page.fill("#slip", site.new_code())
        page.click(GO_ON)
        choose(page)
        page.wait_for_load_state("networkidle")
        scripts = sorted(
            name for name, _size in weights(received) if name.endswith((".js", ".css"))
        )
        assert scripts == ["answer.js", "kiosk.css", "kiosk.js", "page.css", "words.js"]
