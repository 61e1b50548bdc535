"""The server's own picture of a chart: without a script, and until the live chart stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from tests.browser.states import (
    sign_in,
    to_coached_result,
    to_portfolio,
    to_triangle,
    wait_for_charts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

READING: Final = "Mostly micro-leading"
PIXEL: Final = 1.5
# What moved on the page without being asked to.
JUMPS: Final = """() => {
  window.jumps = [];
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (entry.value > .001) window.jumps.push(entry.value);
  })).observe({ type: 'layout-shift', buffered: true });
}"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("to_page", [to_triangle, to_coached_result])
def test_without_a_script_the_picture_and_the_words_stand_there(
    plain_page: Page, site: Site, to_page: Callable[[Page, Site], None], width: int
) -> None:
    plain_page.set_viewport_size({"width": width, "height": 900})
    to_page(plain_page, site)
    expect(plain_page.locator(".say")).to_contain_text(READING)
    twin = plain_page.locator("#map-triangle-table")
    expect(twin).to_be_attached()
    for part in site.cast.place.parts:
        expect(twin).to_contain_text(f"{part / site.cast.place.steps:.2f}")
    picture = plain_page.get_by_role("img", name=f"Triangle: {READING}")
    expect(picture).to_be_visible()
    texts = picture.locator("text").all()
    assert texts
    for text in texts:
        box = text.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    expect(plain_page.locator("#map-square")).to_be_hidden()
    expect(plain_page.locator(".switch")).to_be_hidden()


def test_without_a_script_the_portfolio_is_a_picture_beside_the_list(
    plain_page: Page, site: Site
) -> None:
    to_portfolio(plain_page, site)
    expect(plain_page.locator(".leaders li:has-text('Dana')")).to_contain_text(READING)
    expect(plain_page.locator(".leaders li:has-text('Bo')")).to_contain_text("Too few answered")
    expect(plain_page.get_by_role("img", name="1 leader in one triangle.")).to_be_visible()


def test_where_the_live_chart_fails_its_picture_stays(page: Page, watch: Watch, site: Site) -> None:
    watch.excused = ("plotly.min.js",)
    page.route("**/plotly.min.js", lambda route: route.abort())
    to_triangle(page, site)
    picture = page.get_by_role("img", name=f"Triangle: {READING}")
    expect(picture).to_be_visible()
    page.click(".switch button:has-text('Square')")
    expect(page.get_by_role("img", name=f"Square: {READING}")).to_be_visible()
    expect(picture).to_be_hidden()


def test_the_live_chart_takes_the_place_of_its_picture_without_a_jump(
    page: Page, site: Site
) -> None:
    sign_in(page, site, "Dana")
    page.add_init_script(f"({JUMPS})()")
    page.goto(f"/leader/results/{site.cast.round_id}")
    wait_for_charts(page)
    assert page.evaluate("() => window.jumps") == []
    expect(page.locator("#map-triangle .picture")).to_have_count(0)
