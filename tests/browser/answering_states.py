"""The way to each page of answering that says what went wrong, or asks once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.browser.states import (
    GO_ON,
    SEND,
    answer,
    answer_by_link,
    at,
    choose,
    open_link,
    type_slip,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.site import Site

TELLING: Final = "On 3 May I was the only one who asked Anna Miller."
CLOSED_BROWSERS: Final = {
    "no cryptography": "delete Crypto.prototype.subtle",
    "no storage": (
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no'); } })"
    ),
}
"""What a browser may lack -> the script that takes it away."""
IDLE_MS: Final = 121_000


def to_slip_refused(page: Page, _site: Site) -> None:
    type_slip(page, "ABCD-EFGH-JKMN")
    page.wait_for_selector(".problem")


def to_slip_used(page: Page, site: Site) -> None:
    code = site.new_code()
    answer(page, code)
    type_slip(page, code)
    choose(page)
    page.click(SEND)
    page.wait_for_selector(".problem")


def to_questionnaire_with_errors(page: Page, site: Site) -> None:
    type_slip(page, site.new_code())
    choose(page, except_for=("S1", "P1"))
    page.click(SEND)
    page.wait_for_selector(".problems")


def to_questionnaire_refused(page: Page, site: Site) -> None:
    type_slip(page, site.new_code())
    choose(page)
    page.fill("#C1", "far too long " * 50)
    with page.expect_navigation():
        page.click(SEND)
    page.wait_for_selector("#C1-problem")


def to_invited_with_errors(page: Page, site: Site) -> None:
    open_link(page, site.new_link())
    choose(page, except_for=("S1", "P1"))
    page.click(SEND)
    page.wait_for_selector("#problems li")


def to_hints(page: Page, site: Site) -> None:
    open_link(page, site.new_link())
    choose(page)
    page.fill("#C1", TELLING)
    page.click(SEND)
    page.wait_for_selector("#hints li")


def to_sending(page: Page, site: Site) -> None:
    """Press Send where the server takes its time."""
    page.route("**/ticket", lambda _route: None)
    open_link(page, site.new_link())
    choose(page)
    with page.expect_request("**/ticket"):
        page.click(SEND)


def to_link_used(page: Page, site: Site) -> None:
    link = site.new_link()
    answer_by_link(page, link)
    open_link(page, link)
    choose(page)
    page.click(SEND)
    page.wait_for_selector("#stop .button:visible")


def to_closed_browser(why: str) -> Callable[[Page, Site], None]:
    def go(page: Page, site: Site) -> None:
        page.add_init_script(CLOSED_BROWSERS[why])
        page.goto(site.cast.links[0])
        page.wait_for_selector("#stop")

    return go


def to_broken_link(page: Page, site: Site) -> None:
    page.goto(site.cast.links[0][:-1])
    page.wait_for_selector("#stop")


def to_closed_round(page: Page, site: Site) -> None:
    page.goto(f"/answer/{site.cast.teams['Dana']}")


def to_kiosk_questionnaire(page: Page, site: Site) -> None:
    page.goto("/kiosk")
    page.fill("#slip", site.new_code())
    page.click(GO_ON)
    page.wait_for_selector("fieldset")


def to_kiosk_thanks(page: Page, site: Site) -> None:
    to_kiosk_questionnaire(page, site)
    choose(page)
    page.click(SEND)
    page.wait_for_selector("#next")


def to_kiosk_left(page: Page, site: Site) -> None:
    """Begin at a shared tablet, and go away."""
    page.clock.install()
    to_kiosk_questionnaire(page, site)
    page.check("#T1-4")
    page.wait_for_timeout(1000)  # the page scrolls on, which is a sign of somebody, too
    page.clock.fast_forward(IDLE_MS)
    page.wait_for_selector("#idle")


ANSWERING_STATES: Final[dict[str, Callable[[Page, Site], None]]] = {
    "slip refused": to_slip_refused,
    "slip used": to_slip_used,
    "questionnaire with errors": to_questionnaire_with_errors,
    "questionnaire refused": to_questionnaire_refused,
    "invited with errors": to_invited_with_errors,
    "hints": to_hints,
    "sending": to_sending,
    "link used": to_link_used,
    "broken link": to_broken_link,
    "no cryptography": to_closed_browser("no cryptography"),
    "no storage": to_closed_browser("no storage"),
    "closed round": to_closed_round,
    "kiosk": at("/kiosk"),
    "kiosk questionnaire": to_kiosk_questionnaire,
    "kiosk thanks": to_kiosk_thanks,
    "kiosk left": to_kiosk_left,
}
