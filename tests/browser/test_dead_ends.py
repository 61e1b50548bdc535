"""Where the way of an answer ends, the page says what happened and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from tests.browser.answering_states import to_closed_browser
from tests.browser.states import SEND, choose, open_link
from tests.browser.visitor import kept

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

PAGE_STYLE_AND_SCRIPT: Final = 3
NO_LINK: Final = "Please open this page with the whole link"
TOLD: Final = {
    "no cryptography": "the address must begin with https",
    "no storage": "allow this page to store data",
}


def stopped(page: Page) -> str:
    """Return what the page says in the form's place."""
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#ballot")).to_be_hidden()
    expect(page.locator("#stop")).to_be_focused()
    return page.locator("#stop").inner_text()


@pytest.mark.parametrize("fragment", ["", "#", "#main", "#{0}", "#{0}.", "#x{0}.{1}", "#{0}.{1}x"])
def test_a_fragment_that_is_no_invitation_is_told_and_removed(
    page: Page, site: Site, watch: Watch, fragment: str
) -> None:
    path, _, whole = site.cast.links[0].partition("#")
    page.goto(path + fragment.format(*whole.split(".")))
    assert NO_LINK in stopped(page)
    assert page.url == site.address + path
    assert len(watch.asked) == PAGE_STYLE_AND_SCRIPT


def test_a_token_of_nobody_is_told_and_leaves_nothing(page: Page, site: Site) -> None:
    path, _, whole = site.cast.links[0].partition("#")
    token, fingerprint = whole.split(".")
    before = site.box(path)
    open_link(page, f"{path}#{token[::-1]}.{fingerprint}")
    choose(page)
    page.click(SEND)
    expect(page.locator("#stop")).to_contain_text("This link is not complete")
    expect(page.locator("#stop .button:visible")).to_have_count(0)
    assert (site.box(path), kept(page)) == (before, [])


def test_a_key_that_the_link_does_not_name_stops_everything(
    page: Page, site: Site, watch: Watch
) -> None:
    def mark(route: Route) -> None:
        said = route.fetch().json()
        route.fulfill(json=said | {"n": said["n"][:-4] + "AAAA"})

    page.route("**/key", mark)
    open_link(page, site.cast.links[0])
    choose(page)
    page.click(SEND)
    expect(page.locator("#stop")).to_contain_text("key is not the one")
    asked = [address.rpartition("/")[2] for address in watch.asked]
    assert asked[-1] == "key"
    assert not {"ticket", "ballot"} & set(asked)


@pytest.mark.parametrize("why", TOLD)
def test_a_browser_that_cannot_take_part_is_told_before_anything_is_answered(
    page: Page, site: Site, why: str
) -> None:
    to_closed_browser(why)(page, site)
    assert TOLD[why] in stopped(page)
    assert "#" not in page.url
