"""The way to each page that follows a result: the guess first, the agreement, the shared link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.browser.states import at, open_link, sign_in, unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.site import Site


def to_guess_first(page: Page, site: Site) -> None:
    sign_in(page, site, "Ida")
    page.goto(f"/leader/results/{site.cast.round_id}")
    page.wait_for_selector(".guess-map")


def to_revealed(page: Page, site: Site) -> None:
    """Go on from Ida's guess to her result."""
    to_guess_first(page, site)
    page.click("main a.button")
    page.wait_for_selector("#next")


def to_agreement(page: Page, site: Site) -> None:
    to_revealed(page, site)
    page.click("#next a:has-text('Agree on check-ins')")
    page.wait_for_selector("#outcome-agreed")


def to_agreement_refused(page: Page, site: Site) -> None:
    to_agreement(page, site)
    page.fill("#what", "")
    page.fill("#until", "2020-01-01")
    page.click("main button:has-text('Save')")
    page.wait_for_selector(".problems")


def to_share(page: Page, site: Site) -> None:
    to_revealed(page, site)
    page.click("#next a:has-text('Share')")
    page.wait_for_selector("main form")


def to_new_link(page: Page, site: Site) -> None:
    to_share(page, site)
    page.click("main button >> nth=-1")
    page.wait_for_selector("#address")


def to_team_result(page: Page, site: Site) -> None:
    to_new_link(page, site)
    page.goto(page.input_value("#address"))
    unfold(page)


def to_agreed_before(page: Page, site: Site) -> None:
    open_link(page, site.new_agreed_link())
    page.check("#K1-4")


FOLLOWUP_STATES: Final[dict[str, Callable[[Page, Site], None]]] = {
    "guess first": to_guess_first,
    "agreement": to_agreement,
    "agreement refused": to_agreement_refused,
    "share": to_share,
    "share, new link": to_new_link,
    "team result": to_team_result,
    "team result, not yet": at("/results/{.open_team}"),
    "link withdrawn": at("/share/" + 43 * "x"),
    "invited, agreed before": to_agreed_before,
}
