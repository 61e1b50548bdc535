"""Every page in every state can be read and used by everybody, on every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.states import STATES, wait_for_charts
from tests.browser.visitor import visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

MODES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
PHONE, DESKTOP, NARROW = 390, 1280, 320
HEIGHT = 844
SMALLEST_TEXT, SMALLEST_TARGET = 12, 44
RULES: Final = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
WIDER_THAN_SCREEN: Final = """() => {
  const width = document.documentElement.clientWidth;
  const inside = element => {
    for (let e = element.parentElement; e; e = e.parentElement)
      if (/auto|scroll/.test(getComputedStyle(e).overflowX)) return true;
    return false;
  };
  const found = [...document.body.querySelectorAll('*')]
    .filter(e => !e.closest('svg') && e.checkVisibility() && !inside(e))
    .filter(e => e.getBoundingClientRect().right > width + .5 || e.getBoundingClientRect().width > width)
    .map(e => e.outerHTML.slice(0, 100));
  if (document.documentElement.scrollWidth > width) found.push(`${document.documentElement.scrollWidth} px wide`);
  return found;
}"""
# Text in a picture is as large as the picture's scale makes it.
SMALL_TEXT: Final = """smallest => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest('script, style, noscript') || !parent.checkVisibility()) continue;
    const scale = parent.getScreenCTM ? Math.hypot(parent.getScreenCTM().b, parent.getScreenCTM().d) : 1;
    const size = parseFloat(getComputedStyle(parent).fontSize) * scale;
    if (size < smallest - .01) found.push(`${size} px: ${node.data.trim().slice(0, 60)}`);
  }
  for (const field of document.querySelectorAll('input, textarea, select'))
    if (parseFloat(getComputedStyle(field).fontSize) < smallest) found.push(`field ${field.name}`);
  return found;
}"""
SMALL_TARGETS: Final = """smallest =>
  [...document.querySelectorAll('main button, main .button, main label:has(input)')]
    .filter(target => target.checkVisibility())
    .map(target => [target.textContent.trim(), target.getBoundingClientRect().height])
    .filter(([, height]) => height < smallest)"""


@pytest.fixture(scope="module", params=STATES)
def visit(
    request: pytest.FixtureRequest, site: Site, browser: Browser
) -> Iterator[tuple[Page, Watch]]:
    """Go to each state once; all tests look at it."""
    with visiting(browser, site.address, viewport={"width": PHONE, "height": HEIGHT}) as visit:
        STATES[request.param](visit[0], site)
        yield visit


def show(page: Page, width: int, mode: Literal["light", "dark"] = "light") -> None:
    """Show the page on a screen of some width, with its charts drawn for it."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=mode)
    wait_for_charts(page)


def violations(page: Page) -> list[str]:
    """Return what axe finds, as lines."""
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']} at {node['target']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
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
