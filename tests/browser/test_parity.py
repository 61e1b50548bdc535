"""Figures drawn by plotly.js and written by us: the same marks and texts at the same places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from surveyapp import charts
from surveyapp.charts.lines import HEIGHT
from surveyapp.charts.portfolio import movement, multiples, portfolio
from surveyapp.charts.results import result_charts
from surveyapp.charts.svg import svg
from surveyapp.core.change import Change
from tests.charts.readings import LEADING, MANAGED, UNNAMED, coarse, fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from surveyapp.charts.chart import Chart, Drawing
    from tests.browser.site import Site

STATIC: Final = Path(charts.__file__).parent.parent / "static"
PIXEL: Final = 1.0
SIZES: Final = [(358, 351), (544, 533), (640, 300), (300, 500)]
"""Of maps: on a phone, on a desktop, too wide and too high."""
PARTS: Final = """([drawing, width, height]) => {
  const live = document.getElementById('live'), ours = document.getElementById('ours').firstChild;
  live.style.width = `${width}px`;
  live.style.height = `${height}px`;
  const from = live.getBoundingClientRect(), ourFrom = ours.parentElement.getBoundingClientRect();
  // Of an arrow's line plotly.js hides both ends by its pattern of dashes.
  const bounds = element => {
    const [, hidden, shown] = getComputedStyle(element).strokeDasharray.split(',').map(parseFloat);
    if (!element.closest('.annotation-arrow-g') || !shown) return element.getBoundingClientRect();
    const [a, b] = [hidden, hidden + shown].map(
      length => element.getPointAtLength(length).matrixTransform(element.getScreenCTM()));
    return { left: Math.min(a.x, b.x), top: Math.min(a.y, b.y),
      right: Math.max(a.x, b.x), bottom: Math.max(a.y, b.y) };
  };
  const box = (element, { left, top }) => {
    const found = bounds(element);
    return [found.left - left, found.top - top, found.right - left, found.bottom - top];
  };
  const seen = element => {
    const { fill, fillOpacity, stroke, strokeWidth } = getComputedStyle(element);
    return (fill !== 'none' && fillOpacity !== '0') || (stroke !== 'none' && strokeWidth !== '0px');
  };
  const drawn = (root, where, start) => [...root.querySelectorAll(where)]
    .filter(element => seen(element) && element.getAttribute('d') !== 'M0,0Z')
    .map(element => box(element, start));
  const lines = element => {
    const rows = element.querySelectorAll('tspan.line');
    return rows.length ? [...rows] : [element];
  };
  const texts = (root, where, start) => [...root.querySelectorAll(where)].flatMap(lines)
    .filter(element => element.textContent.trim())
    .map(element => [element.textContent, box(element, start)]);
  return Plotly.newPlot(live, drawing.data, drawing.layout, { staticPlot: true }).then(() => ({
    live: drawn(live, '.shapelayer path, .scatterlayer path, .annotation-arrow-g path', from),
    ours: drawn(ours, 'path, circle, line', ourFrom),
    liveTexts: texts(live, '.infolayer text', from),
    ourTexts: texts(ours, 'text', ourFrom),
  }));
}"""


@pytest.fixture(scope="module")
def canvas(browser: Browser) -> Iterator[Page]:
    """Open a page with the bundle, the stylesheet, and room for two pictures."""
    page = browser.new_page(viewport={"width": 800, "height": 1600})
    page.set_content('<!doctype html><div id="live"></div><div id="ours"></div>')
    page.add_style_tag(path=STATIC / "page.css")
    page.add_style_tag(path=STATIC / "look.css")
    page.add_script_tag(path=STATIC / "plotly" / "plotly.min.js")
    yield page
    page.close()


def every_chart(site: Site) -> list[Chart]:
    """Return every kind of chart."""
    leaders = [("Dana", LEADING), ("Bo", MANAGED), ("Eve", UNNAMED)]
    readings = (fine(), fine(said=Change.POSSIBLE), coarse())
    with site.app.test_request_context():
        return [
            *(chart for reading in readings for chart in result_charts(reading).values()),
            portfolio(leaders),
            *multiples({"Works": leaders}),
            movement([("Dana", UNNAMED, LEADING, Change.LIKELY_REAL)]),
        ]


def parts(canvas: Page, drawing: Drawing, width: int, height: int) -> dict[str, Any]:
    """Draw a figure both ways in the same size; return the boxes of all that is seen."""
    picture = svg(drawing, width, height, label="", page=True)
    canvas.evaluate(
        """([picture, width]) => {
          const ours = document.getElementById('ours');
          ours.style.width = `${width}px`;
          ours.innerHTML = picture;
        }""",
        [picture, width],
    )
    found: dict[str, Any] = canvas.evaluate(PARTS, [drawing, width, height])
    return found


def unmatched(ones: list[Any], others: list[Any]) -> list[Any]:
    """Return what has no partner within a pixel among the others, each of which has one."""
    left, alone = list(others), []
    for one in ones:
        partner = next((other for other in left if near(one, other)), None)
        if partner is None:
            alone.append(one)
        else:
            left.remove(partner)
    return alone


def near(one: Any, other: Any) -> bool:  # noqa: ANN401  (a box, or a text with its box)
    if isinstance(one[0], str):
        return one[0] == other[0] and near(one[1], other[1])
    return all(abs(a - b) <= PIXEL for a, b in zip(one, other, strict=True))


def compare(canvas: Page, chart: Chart, width: int, height: int) -> None:
    """Hold both pictures of a chart against each other."""
    found = parts(canvas, chart.drawing, width, height)
    assert found["ours"], chart.name
    for live, ours in (("live", "ours"), ("liveTexts", "ourTexts")):
        assert unmatched(found[live], found[ours]) == [], (chart.name, live)
        assert unmatched(found[ours], found[live]) == [], (chart.name, ours)


@pytest.mark.parametrize("size", SIZES)
def test_maps_have_marks_and_texts_where_plotly_draws_them(
    canvas: Page, site: Site, size: tuple[int, int]
) -> None:
    maps = [chart for chart in every_chart(site) if not chart.lines]
    assert len(maps) > len(SIZES)
    for chart in maps:
        compare(canvas, chart, *size)


def test_lines_have_marks_and_texts_where_plotly_draws_them(canvas: Page, site: Site) -> None:
    charts = [chart for chart in every_chart(site) if chart.lines]
    assert {chart.name for chart in charts} == {"scales", "fit", "agreement", "own-view", "items"}
    for chart in charts:
        compare(canvas, chart, chart.width, chart.height)


@pytest.mark.parametrize("width", [238, 358, 700])
def test_a_fluid_line_has_its_marks_where_plotly_draws_them(
    canvas: Page, site: Site, width: int
) -> None:
    for line in (line for chart in every_chart(site) for line in chart.lines):
        found = parts(canvas, line.drawing, width, HEIGHT)
        assert found["ours"], line.title
        assert unmatched(found["live"], found["ours"]) == [], line.title
        assert unmatched(found["ours"], found["live"]) == [], line.title
