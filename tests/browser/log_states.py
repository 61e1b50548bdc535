"""How to get to the pages of auditors and data protection in each state that looks different."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.browser.states import sign_in, unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.site import Site


def admin_at(path: str) -> Callable[[Page, Site], None]:
    """Go to an address as an administrator."""

    def go(page: Page, site: Site) -> None:
        sign_in(page, site, "Admin")
        page.goto(path)
        unfold(page)

    return go


def to_person(page: Page, site: Site) -> None:
    sign_in(page, site, "Admin")
    page.goto("/admin/people/data?q=dana%40")
    page.click(".rows a")


def to_deletion(page: Page, site: Site) -> None:
    to_person(page, site)
    page.click("text=Delete this person")


def to_retention_refused(page: Page, site: Site) -> None:
    sign_in(page, site, "Admin")
    page.goto("/admin/record")
    page.fill("#retention_months", "-3")
    page.click("main form button")
    page.wait_for_selector(".problem")


LOG_STATES: Final[dict[str, Callable[[Page, Site], None]]] = {
    "log": admin_at("/admin/log"),
    "log, no such day": admin_at("/admin/log?since=yesterday"),
    "find a person": admin_at("/admin/people/data?q=dana"),
    "a person's data": to_person,
    "a person's deletion": to_deletion,
    "record": admin_at("/admin/record"),
    "retention refused": to_retention_refused,
}
