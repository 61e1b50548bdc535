"""Answering with a magnifier, with the system's own colours, without motion, and by ear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
from playwright.sync_api import expect

from surveyapp.core.questionnaire import FORM_ORDER
from tests.browser.answering_states import ANSWERING_STATES
from tests.browser.states import SEND, STATES, answer_by_link, choose, open_link
from tests.browser.test_accessibility import WIDER_THAN_SCREEN
from tests.browser.visitor import visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

ZOOMED: Final = {"width": 320, "height": 256}
"""A screen of 1280 by 1024 at 400 %."""
MAGNIFIED: Final = ("hints", "invited with errors", "kiosk thanks", "kiosk left", "thanks by link")
# Every third one, from where the focus is: the whole form would take longer than it tells.
HIDDEN_FOCUS: Final = """() => {
  const wanted = 'dialog[open] button, main :is(a, button, input, textarea)';
  const all = [...document.querySelectorAll(wanted)];
  const hidden = [];
  for (const one of all.filter((e, place) => place % 3 === 0 && e.checkVisibility())) {
    one.focus();
    if (document.activeElement !== one) continue;
    const { left, top, width, height } = one.getBoundingClientRect();
    const seen = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
    if (!one.contains(seen) && !seen?.contains(one)) hidden.push(one.outerHTML.slice(0, 60));
  }
  return hidden;
}"""
RECORD: Final = """() => {
  globalThis.said = [];
  const status = document.getElementById('status');
  new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
}"""
REVOKED: Final = (
    "() => { globalThis.revoked = []; URL.revokeObjectURL = one => revoked.push(one); }"
)
SCROLLS: Final = """() => {
  globalThis.scrolls = [];
  Element.prototype.scrollIntoView = function (how) { scrolls.push(how?.behavior); };
}"""


@pytest.fixture
def high_contrast(site: Site, browser: Browser) -> Iterator[Page]:
    """Open a page where the system chooses the colours."""
    options: dict[str, Any] = {"forced_colors": "active", "viewport": {"width": 390, "height": 844}}
    with visiting(browser, site.address, **options) as (page, watch):
        yield page
    assert watch.faults() == []


@pytest.mark.parametrize("state", MAGNIFIED)
def test_at_400_percent_nothing_is_lost_or_hidden(page: Page, site: Site, state: str) -> None:
    (STATES | ANSWERING_STATES)[state](page, site)
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]  # its own kind of dictionary
    assert page.evaluate(WIDER_THAN_SCREEN) == []
    assert page.evaluate(HIDDEN_FOCUS) == []


def test_forced_colours_show_choice_focus_and_progress(high_contrast: Page, site: Site) -> None:
    page, first = high_contrast, FORM_ORDER[0]
    open_link(page, site.new_link())
    empty = page.locator("#progress").screenshot()
    choose(page)
    assert page.locator("#progress").screenshot() != empty
    border = "e => getComputedStyle(e).borderTopWidth"
    labels = [page.locator(f"label:has(#{first}-{choice})") for choice in ("1", "4")]
    assert [label.evaluate(border) for label in labels] == ["1px", "3px"]
    page.focus(f"#{first}-4")
    page.keyboard.press("ArrowUp")
    outline = page.locator(f"label:has(#{first}-3)").evaluate(
        "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
    )
    assert outline == ["solid", "3px"]


@pytest.mark.parametrize(("motion", "behaviour"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_the_page_moves_smoothly_unless_somebody_wants_no_motion(
    page: Page, site: Site, motion: Literal["reduce", "no-preference"], behaviour: str
) -> None:
    page.emulate_media(reduced_motion=motion)
    page.add_init_script(f"({SCROLLS})()")
    open_link(page, site.new_link())
    page.click(f"label:has(#{FORM_ORDER[0]}-4)")
    assert page.evaluate("scrolls") == [behaviour]


def test_what_happens_to_a_ballot_is_told_by_ear(page: Page, site: Site, watch: Watch) -> None:
    open_link(page, site.new_link())
    choose(page)
    page.evaluate(RECORD)
    watch.excused = ("/ballot",)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/ticket", hold)
    page.route("**/ballot", lambda route: route.fulfill(status=503), times=1)
    with page.expect_request("**/ticket"):
        page.click(SEND)
    page.wait_for_function("() => said.length >= 1")
    expect(page.locator(SEND)).to_have_attribute("aria-disabled", "true")
    held[0].continue_()
    page.wait_for_function("() => said.length >= 2")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#thanks")).to_be_focused()
    texts = [page.locator(f'[data-say="{name}"]').text_content() for name in ("sending", "busy")]
    assert page.evaluate("said")[:2] == texts


def test_the_words_are_copied_and_saved_and_both_are_told(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer_by_link(page, site.new_link())
    page.evaluate(REVOKED)
    words = " ".join(page.locator(".code span").all_inner_texts())
    told = page.locator(".offers [role=status]")
    page.click(".copy")
    expect(told).to_have_text(page.locator('[data-say="copied"]').text_content() or "?")
    assert page.evaluate("navigator.clipboard.readText()") == words
    with page.expect_download() as saved:
        page.click(".save")
    expect(told).to_have_text(page.locator('[data-say="saved"]').text_content() or "?")
    file = saved.value.path().read_text(encoding="utf-8")
    assert page.evaluate("revoked") == []  # a browser that asks where to put it reads it later
    assert saved.value.suggested_filename == "twelve-words.txt"
    assert words in file
    assert page.locator("#thanks a").first.inner_text() in file
    assert "Finn" not in file


def test_a_browser_that_does_not_copy_says_so(page: Page, site: Site) -> None:
    page.add_init_script("delete Navigator.prototype.clipboard")
    answer_by_link(page, site.new_link())
    page.click(".copy")
    expect(page.locator(".offers [role=status]")).to_have_text(
        page.locator('[data-say="not-copied"]').text_content() or "?"
    )
