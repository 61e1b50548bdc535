"""The way to each page of signing in and of the account, in each state that looks different."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests import factories, sign_ins
from tests.browser.states import at, send_password, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.site import Site


def to_account(page: Page, site: Site) -> None:
    sign_in(page, site, "Dana")
    page.goto("/account/ways")


def to_account_set_up(page: Page, site: Site) -> None:
    _sign_in_with_everything(page, site)
    page.goto("/account/ways")


def to_link_sent(page: Page, _site: Site) -> None:
    page.goto("/account/link")
    page.fill("#email", "nobody.at.all@demo.example")
    page.click("main button")


def to_link_refused(page: Page, _site: Site) -> None:
    page.goto("/account/link")
    page.fill("#email", "nobody@at all")
    page.eval_on_selector("main form", "form => { form.noValidate = true; }")
    page.click("main button")
    page.wait_for_selector(".problem")


def to_link_followed(page: Page, site: Site) -> None:
    with site.app.app_context():
        page.goto(sign_ins.mailed_path(factories.address("Dana")))


def to_password(page: Page, site: Site) -> None:
    _sign_in_with_everything(page, site)
    page.goto("/account/password")


def to_new_second_step(page: Page, site: Site) -> None:
    _sign_in_with_everything(page, site)
    page.goto("/account/second-step")
    page.click("summary")


def to_second_step(page: Page, site: Site) -> None:
    with site.app.app_context():
        sign_ins.set_up_everything("Ida Two", sign_in=False)
    send_password(page, "Ida Two", factories.PASSWORD)


def to_second_step_refused(page: Page, site: Site) -> None:
    to_second_step(page, site)
    page.fill("#code", "1")
    page.press("#code", "Enter")
    page.wait_for_selector(".problem")


def to_recovery_code(page: Page, site: Site) -> None:
    to_second_step(page, site)
    page.goto("/account/recovery-code")


def to_recovery_codes(page: Page, site: Site) -> None:
    _sign_in_with_everything(page, site)
    page.goto("/account/ways")
    page.click("text=Get new recovery codes")
    page.wait_for_selector(".codes")


def to_new_passkey(page: Page, site: Site) -> None:
    _sign_in_with_everything(page, site)
    page.goto("/account/passkeys")


def to_passkey_asked(page: Page, _site: Site) -> None:
    page.goto("/account/login")
    page.click("text=Use a passkey")
    page.wait_for_selector("#problem:visible")  # a browser knows no passkeys of a bare number


def _sign_in_with_everything(page: Page, site: Site) -> None:
    """Sign in freshly, as somebody who set up all that can be; it asks for no code this once."""
    with site.app.app_context():
        cookies = sign_ins.set_up_everything("Ida Three", sign_in=True)
    for name, value in cookies.items():
        page.context.add_cookies([{"name": name, "value": value, "url": site.address}])


ACCOUNT_STATES: Final[dict[str, Callable[[Page, Site], None]]] = {
    "account": to_account,
    "account, everything set up": to_account_set_up,
    "link by mail": at("/account/link"),
    "link by mail, refused": to_link_refused,
    "link by mail, sent": to_link_sent,
    "link by mail, followed": to_link_followed,
    "link by mail, over": at("/account/link/" + 20 * "x"),
    "new password": to_password,
    "new second step": to_new_second_step,
    "second step": to_second_step,
    "second step refused": to_second_step_refused,
    "recovery code": to_recovery_code,
    "new recovery codes": to_recovery_codes,
    "new passkey": to_new_passkey,
    "passkey asked": to_passkey_asked,
    "passkey refused": at("/account/passkey"),
}
