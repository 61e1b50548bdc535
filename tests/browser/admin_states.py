"""How to get to an administrator's pages in each state that looks different."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from tests.browser.states import sign_in, unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.site import Site

DRAFTS: Final = count(1)
"""No two rounds have one name."""
LONG: Final = "Wolfeschlegelsteinhausenbergerdorff"
FAULTY: Final = f"name,email,leader_email\n=Dana {LONG},{'x' * 70}@,nobody@demo.example\n,,\n"
GOOD: Final = f"""name,email,leader_email
Dana,dana@demo.example,
Finn {LONG},{LONG.lower()}@demo.example,dana@demo.example
Ida,ida@demo.example,{LONG.lower()}@demo.example
"""


def at(path: str) -> Callable[[Page, Site], None]:
    """Sign in as an administrator and go to an address; `{.name}` stands for what the cast has."""

    def go(page: Page, site: Site) -> None:
        sign_in(page, site, "Admin")
        page.goto(path.format(site.cast))

    return go


def upload(page: Page, content: str) -> None:
    """Send a people file."""
    page.set_input_files(
        "#file", {"name": "x.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    with page.expect_navigation():
        page.click("main form button")


def to_faults(page: Page, site: Site) -> None:
    at("/admin/roster")(page, site)
    upload(page, FAULTY)


def to_preview(page: Page, site: Site) -> None:
    at("/admin/roster")(page, site)
    upload(page, GOOD)


def to_person(page: Page, site: Site) -> None:
    at("/admin/people?name=Dana 1")(page, site)
    page.click(".people a")


def to_account(page: Page, site: Site) -> None:
    """Invite somebody: the page shows their link."""
    at("/admin/accounts")(page, site)
    page.fill("#email", "outside@coach.example")
    with page.expect_navigation():
        page.click("text=Make the account")


def to_accounts_refused(page: Page, site: Site) -> None:
    at("/admin/accounts")(page, site)
    page.fill("#email", "nobody@nowhere")
    with page.expect_navigation():
        page.click("text=Make the account")


def to_draft(page: Page, site: Site) -> None:
    """Go to a draft that another open round keeps from opening."""
    at("/admin/rounds/new")(page, site)
    page.fill("#name", f"Draft {LONG} {next(DRAFTS)}")
    with page.expect_navigation():
        page.click("text=Make the draft")


def to_change(page: Page, site: Site) -> None:
    """Go to the form by which a draft is changed."""
    to_draft(page, site)
    page.click("text=Back to the round")
    page.click("text=Change it")


def to_first_steps(page: Page, site: Site) -> None:
    """Go to the first page of an organisation where nothing is done yet."""
    sign_in(page, site, "Lee")
    page.goto("/admin/")


def to_opening(page: Page, site: Site) -> None:
    """Go to a draft that may be opened."""
    sign_in(page, site, "Fay")
    page.goto("/admin/rounds/new")
    page.fill("#name", f"First {LONG} {next(DRAFTS)}")
    with page.expect_navigation():
        page.click("text=Make the draft")
    unfold(page)


ADMIN_STATES: Final[dict[str, Callable[[Page, Site], None]]] = {
    "people file": at("/admin/roster"),
    "people file with faults": to_faults,
    "people file previewed": to_preview,
    "people": at("/admin/people"),
    "person": to_person,
    "teams": at("/admin/teams"),
    "accounts": at("/admin/accounts"),
    "accounts refused": to_accounts_refused,
    "account": to_account,
    "organisation": at("/admin/organisation"),
    "new round": at("/admin/rounds/new"),
    "first steps": to_first_steps,
    "draft": to_draft,
    "draft to change": to_change,
    "round to open": to_opening,
    "open round": at("/admin/rounds/{.open_round_id}"),
    "closed round": at("/admin/rounds/{.round_id}"),
    "close a round": at("/admin/rounds/{.open_round_id}/close"),
    "discard a round": at("/admin/rounds/{.open_round_id}/discard"),
    "join a round": at("/admin/rounds/{.open_round_id}/join"),
    "questions previewed": at("/admin/rounds/{.open_round_id}/questionnaire"),
}
