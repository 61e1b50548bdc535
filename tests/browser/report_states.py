"""How to get to the coach's page of reports in each state that looks different."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.browser.states import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.site import Site


def to_reports(page: Page, site: Site) -> None:
    sign_in(page, site, "Coach")
    page.goto(f"/coach/rounds/{site.cast.round_id}/reports")


def to_reports_being_made(page: Page, site: Site) -> None:
    to_reports(page, site)
    page.click("text=Make the reports")


REPORT_STATES: Final[dict[str, Callable[[Page, Site], None]]] = {
    "reports": to_reports,
    "reports being made": to_reports_being_made,
}
