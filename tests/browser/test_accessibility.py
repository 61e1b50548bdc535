"""Every page in every state can be read and used by everybody, on every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.account_states import ACCOUNT_STATES
from tests.browser.admin_states import ADMIN_STATES
from tests.browser.answering_states import ANSWERING_STATES
from tests.browser.followup_states import FOLLOWUP_STATES
from tests.browser.log_states import LOG_STATES
from tests.browser.report_states import REPORT_STATES
from tests.browser.states import STATES, wait_for_charts
from tests.browser.visitor import visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

EVERY: Final = (
    STATES
    | ANSWERING_STATES
    | FOLLOWUP_STATES
    | REPORT_STATES
    | ACCOUNT_STATES
    | ADMIN_STATES
    | LOG_STATES
)
MODES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
PHONE, DESKTOP, NARROW = 390, 1280, 320
HEIGHT = 844
SMALLEST_TEXT, SMALLEST_TARGET = 12, 44
RULES: Final = {
    "resultTypes": ["violations"],
    "preload": False,  # none of the rules reads style sheets
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
WIDER_THAN_SCREEN: Final = """() => {
  const width = document.documentElement.clientWidth, whole = document.documentElement.scrollWidth;
  const scrollsByItself = element => {
    for (let e = element.parentElement; e; e = e.parentElement)
      if (/auto|scroll/.test(getComputedStyle(e).overflowX)) return true;
    return false;
  };
  const found = [...document.body.querySelectorAll('*')]
    .filter(e => !e.closest('svg') && e.checkVisibility() && !scrollsByItself(e))
    .filter(e => e.getBoundingClientRect().right > width + .5)
    .map(e => `${e.getBoundingClientRect().right} px: ${e.outerHTML.slice(0, 80)}`);
  return whole > width ? [`the page is ${whole} px wide`, ...found] : found;
}"""
# Text in a picture is as large as the picture's scale makes it.
SMALL_TEXT: Final = """smallest => {
  const found = [];
  const sized = (element, scale, words) => {
    const size = parseFloat(getComputedStyle(element).fontSize) * scale;
    if (size < smallest - .01) found.push(`${size} px: ${words}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.data.trim(), parent = walker.currentNode.parentElement;
    if (!words || parent.closest('script, style') || !parent.checkVisibility()) continue;
    const matrix = parent.getScreenCTM?.();
    sized(parent, matrix ? Math.hypot(matrix.b, matrix.d) : 1, words);
  }
  for (const field of document.querySelectorAll('input, textarea, select'))
    sized(field, 1, field.name);
  return found;
}"""
SMALL_TARGETS: Final = """smallest =>
  [...document.querySelectorAll('main button, main .button, main label:has(input)')]
    .filter(target => target.checkVisibility())
    .map(target => [target.textContent.trim(), target.getBoundingClientRect().height])
    .filter(([, height]) => height < smallest)"""

# Some languages take two fifths more room than English, and some are written from the right.
LONGER: Final = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const words = text.data.trim();
    if (!words || text.parentElement.closest('script, style, svg, textarea')) continue;
    text.data = `${text.data.trimEnd()} ${words.repeat(2).slice(0, Math.ceil(words.length * .4))}`;
  }
}"""
OUT_OF_SIGHT: Final = """() => {
  const clipped = e => {
    const { overflowX, overflowY, textOverflow } = getComputedStyle(e);
    return textOverflow === 'clip' && (
      (overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1) ||
      (overflowY === 'hidden' && e.scrollHeight > e.clientHeight + 1));
  };
  const scrollsByItself = element => {
    for (let e = element.parentElement; e; e = e.parentElement)
      if (/auto|scroll/.test(getComputedStyle(e).overflowX)) return true;
    return false;
  };
  return [...document.body.querySelectorAll('*')]
    .filter(e => !e.closest('svg, .skip-link, .plot') && e.checkVisibility() && !scrollsByItself(e))
    .filter(e => clipped(e) || e.getBoundingClientRect().left < -.5)
    .map(e => `${e.getBoundingClientRect().left} px: ${e.outerHTML.slice(0, 80)}`);
}"""


@pytest.fixture(scope="module", params=EVERY)
def visit(
    request: pytest.FixtureRequest, site: Site, browser: Browser
) -> Iterator[tuple[Page, Watch]]:
    """Go to each state once; all tests look at it."""
    with visiting(browser, site.address, viewport={"width": PHONE, "height": HEIGHT}) as visit:
        EVERY[request.param](visit[0], site)
        yield visit


def show(page: Page, width: int, mode: Literal["light", "dark"] = "light") -> None:
    """Show the page on a screen of some width, with its charts drawn for it."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=mode)
    wait_for_charts(page)


def violations(page: Page) -> list[str]:
    """Return what axe finds, as lines."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("rules => axe.run(rules)", RULES)["violations"]
    return [
        f"{rule['id']} at {node['target']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("width", "mode"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_axe_finds_nothing(page: Page, width: int, mode: Literal["light", "dark"]) -> None:
    show(page, width, mode)
    assert violations(page) == []


def test_nothing_is_wider_than_the_narrowest_phone(page: Page) -> None:
    show(page, NARROW)
    assert page.evaluate(WIDER_THAN_SCREEN) == []


def test_no_text_is_too_small_on_a_phone(page: Page) -> None:
    show(page, PHONE)
    assert page.evaluate(SMALL_TEXT, SMALLEST_TEXT) == []


def test_a_finger_can_hit_whatever_is_chosen_or_pressed(page: Page) -> None:
    show(page, PHONE)
    assert page.evaluate(SMALL_TARGETS, SMALLEST_TARGET) == []


def test_the_page_complains_about_nothing(page: Page, watch: Watch) -> None:
    show(page, DESKTOP)
    assert watch.faults() == []


def test_longer_words_and_lines_from_the_right_fit_every_page(page: Page) -> None:
    show(page, NARROW)
    page.evaluate(LONGER)
    assert page.evaluate(WIDER_THAN_SCREEN) == []
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    assert page.evaluate(OUT_OF_SIGHT) == []
    show(page, DESKTOP)
    assert page.evaluate(OUT_OF_SIGHT) == []
