"""The way to each page in each state that looks different."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from surveyapp.core.questionnaire import BY_ID, FORM_ORDER
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Page

    from tests.browser.site import Site

GO_ON, SEND = "main form.fields button", "#ballot .send button"
CHOOSE: Final = """ids => {
  const radios = ids.map(id => document.getElementById(id));
  radios.forEach(radio => { radio.checked = true; });
  for (const name of ['input', 'change'])
    radios.at(-1).dispatchEvent(new Event(name, { bubbles: true }));
}"""
DRAWN: Final = """() => {
  const paper = e => getComputedStyle(e).backgroundColor;
  return [...document.querySelectorAll('figure.chart:not([hidden]) .plot')].every(plot => {
    const picture = plot.querySelector('.main-svg');
    return picture && picture.clientWidth === plot.clientWidth
      && paper(picture) === paper(document.body);
  });
}"""


def wait_for_charts(page: Page) -> None:
    """Wait until every visible chart is drawn in the page's width and colours."""
    page.wait_for_function(DRAWN)


def choose(page: Page, *, except_for: Sequence[str] = (), place: int = 3) -> None:
    """Choose one place for every item, from the other end if reversed, faster than any hand."""
    said = chosen(place)
    page.wait_for_selector(SEND)
    page.evaluate(CHOOSE, [f"{name}-{said[name]}" for name in said if name not in except_for])


def chosen(place: int = 3) -> dict[str, str]:
    """Return what `choose` chooses, in the form's order: item -> choice."""
    asked = [BY_ID[name] for name in FORM_ORDER if name in BY_ID]
    return {
        item.id: item.choices[len(item.labels) - 1 - place if item.reversed else place]
        for item in asked
    }


def type_slip(page: Page, code: str) -> None:
    """Type the code of a slip and go on."""
    page.goto("/slip")
    page.fill("#slip", code)
    page.click(GO_ON)


def send_password(page: Page, name: str, password: str) -> None:
    """Sign in through the form, by keyboard: no mouse is left lying on the next page."""
    page.goto("/account/login")
    page.fill("#email", factories.address(name))
    page.fill("#password", password)
    with page.expect_navigation():
        page.press("#password", "Enter")


def sign_in(page: Page, site: Site, name: str) -> None:
    """Sign in, or come back as somebody who did before; shows the account's first page."""
    if name in site.sessions:
        for cookie, value in site.sessions[name].items():
            page.context.add_cookies([{"name": cookie, "value": value, "url": site.address}])
        page.goto("/account/")
    else:
        send_password(page, name, factories.PASSWORD)
        kept = page.context.cookies()
        site.sessions[name] = {cookie["name"]: cookie["value"] for cookie in kept}


def at(path: str) -> Callable[[Page, Site], None]:
    """Go to an address; `{.name}` in it stands for something of the cast."""

    def go(page: Page, site: Site) -> None:
        page.goto(path.format(site.cast))

    return go


def to_questionnaire(page: Page, site: Site) -> None:
    type_slip(page, site.new_code())
    page.check("#T1-4")


def answer(page: Page, code: str) -> None:
    """Answer everything by a slip."""
    type_slip(page, code)
    choose(page)
    page.click(SEND)
    page.wait_for_selector(".code")


def to_thanks(page: Page, site: Site) -> None:
    answer(page, site.new_code())


def open_link(page: Page, link: str) -> None:
    """Open the link of an invitation."""
    page.goto(link)
    page.wait_for_selector(SEND)


def answer_by_link(page: Page, link: str, *, place: int = 3) -> None:
    """Answer everything by the link of an invitation."""
    open_link(page, link)
    choose(page, place=place)
    page.click(SEND)
    page.wait_for_selector(".code span")


def to_invited(page: Page, site: Site) -> None:
    open_link(page, site.new_link())
    page.check("#T1-4")


def to_thanks_by_link(page: Page, site: Site) -> None:
    answer_by_link(page, site.new_link())


def to_change(page: Page, site: Site) -> None:
    page.goto(f"/answer/{site.cast.open_team}/change")


def to_change_refused(page: Page, site: Site) -> None:
    to_change(page, site)
    page.fill("#words", "zoo " * 11)
    page.click(GO_ON)
    page.wait_for_selector(".problem")


def to_sign_in_refused(page: Page, _site: Site) -> None:
    send_password(page, "Dana", "not my password")
    page.wait_for_selector(".problem")


def to_account_without_role(page: Page, site: Site) -> None:
    sign_in(page, site, "Nobody")


def to_password_asked_again(page: Page, site: Site) -> None:
    sign_in(page, site, "Nobody")
    page.goto("/account/verify")


def to_first_password(page: Page, site: Site) -> None:
    page.goto(site.cast.invitation)


def to_first_password_refused(page: Page, site: Site) -> None:
    to_first_password(page, site)
    page.fill("#password", "short")
    page.fill("#again", "other")
    page.click("main button")
    page.wait_for_selector(".problem")


def to_link_over(page: Page, site: Site) -> None:
    page.goto(site.cast.invitation + "x")


def to_results(page: Page, site: Site) -> None:
    sign_in(page, site, "Dana")


def to_own_view(page: Page, site: Site) -> None:
    """Go to the form that Dana may still fill in."""
    sign_in(page, site, "Dana")
    page.goto(f"/leader/rounds/{site.cast.open_round_id}/own")


def to_own_view_guessed(page: Page, site: Site) -> None:
    to_own_view(page, site)
    page.check("#T1-4")
    page.check("#keep_guess")


def to_own_view_locked(page: Page, site: Site) -> None:
    sign_in(page, site, "Dana")
    page.goto(f"/leader/rounds/{site.cast.round_id}/own")


def to_triangle(page: Page, site: Site) -> None:
    sign_in(page, site, "Dana")
    page.goto(f"/leader/results/{site.cast.round_id}")
    unfold(page)


def to_square(page: Page, site: Site) -> None:
    to_triangle(page, site)
    page.click(".switch button:has-text('Square')")
    page.wait_for_selector("#map-square .main-svg")


def to_withheld(page: Page, site: Site) -> None:
    sign_in(page, site, "Bo")
    page.goto(f"/leader/results/{site.cast.round_id}")


def to_portfolio(page: Page, site: Site) -> None:
    sign_in(page, site, "Coach")


def to_coached_result(page: Page, site: Site) -> None:
    sign_in(page, site, "Coach")
    page.goto(f"/coach/results/{site.cast.teams['Dana']}")
    unfold(page)


def to_rounds(page: Page, site: Site) -> None:
    sign_in(page, site, "Admin")


def to_purpose(page: Page, site: Site) -> None:
    sign_in(page, site, "Cora")


def unfold(page: Page) -> None:
    """Open everything that is folded away."""
    page.evaluate("() => document.querySelectorAll('details').forEach(e => { e.open = true; })")


STATES: Final[dict[str, Callable[[Page, Site], None]]] = {
    "home": at("/"),
    "slip": at("/slip"),
    "questionnaire": to_questionnaire,
    "thanks": to_thanks,
    "invited": to_invited,
    "thanks by link": to_thanks_by_link,
    "promise": at("/promise/{.open_round_id}"),
    "keys": at("/keys/{.open_round_id}"),
    "change": to_change,
    "change refused": to_change_refused,
    "closed": at("/answer/aaaaaaaaaaaaaaaa/change"),
    "sign-in": at("/account/login"),
    "sign-in refused": to_sign_in_refused,
    "account without a role": to_account_without_role,
    "password asked again": to_password_asked_again,
    "first password": to_first_password,
    "first password refused": to_first_password_refused,
    "link over": to_link_over,
    "results": to_results,
    "own view": to_own_view,
    "own view, guessed": to_own_view_guessed,
    "own view locked": to_own_view_locked,
    "triangle": to_triangle,
    "square": to_square,
    "withheld": to_withheld,
    "portfolio": to_portfolio,
    "coached result": to_coached_result,
    "rounds": to_rounds,
    "purpose": to_purpose,
    "no such page": at("/nowhere"),
}
