"""The maps in the page: drawn by the browser from what is published, and said in words as well."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
from playwright.sync_api import expect

from surveyapp.charts.palette import DARK, LIGHT
from surveyapp.core.position import square_point
from tests.browser.states import (
    to_portfolio,
    to_square,
    to_triangle,
    wait_for_charts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

    from tests.browser.site import Site

READING: Final = "Mostly micro-leading"
PIXEL: Final = 1.5
# The dot's centre and the frame of the drawn ground; a zone is known by its pole's colour.
MEASURES: Final = """(plot, colour) => {
  const box = e => e.getBoundingClientRect();
  const dots = [...plot.querySelectorAll('.scatterlayer .point')];
  const paths = [...plot.querySelectorAll('.shapelayer path')];
  const zones = paths.filter(e => e.style.fill === colour && e.style.fillOpacity !== '0');
  const { left, top, width, height } = box(dots[0]);
  const dot = { x: left + width / 2, y: top + height / 2 };
  const holdsDot = zone => zone.isPointInFill(
    new DOMPoint(dot.x, dot.y).matrixTransform(zone.getScreenCTM().inverse()));
  const edges = (side, pick) => pick(...paths.map(e => box(e)[side]));
  return {
    dots: dots.length, dot, zones: zones.length, inside: zones.some(holdsDot),
    colour: getComputedStyle(dots[0]).fill,
    left: edges('left', Math.min), right: edges('right', Math.max),
    top: edges('top', Math.min), bottom: edges('bottom', Math.max),
  };
}"""

# Each text of a chart, its colour, and the colours behind it with their opacity, from below.
LAYERS: Final = """plot => {
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const paper = colour(getComputedStyle(plot.querySelector('.main-svg')).backgroundColor);
  const zones = [...plot.querySelectorAll('.shapelayer path')]
    .filter(e => getComputedStyle(e).fill.startsWith('rgb('));
  return [...plot.querySelectorAll('.infolayer text')].map(text => {
    const { left, top, width, height } = text.getBoundingClientRect();
    const behind = zones.filter(zone => zone.isPointInFill(
      new DOMPoint(left + width / 2, top + height / 2)
        .matrixTransform(zone.getScreenCTM().inverse())));
    return [text.textContent, colour(getComputedStyle(text).fill), [[paper, 1], ...behind.map(e => {
      const { fill, opacity, fillOpacity } = getComputedStyle(e);
      return [colour(fill), opacity * fillOpacity];
    })]];
  });
}"""
LOWEST_CONTRAST: Final = 4.5


def rgb(colour: str) -> str:
    """Write a hexadecimal colour as browsers do."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return f"rgb({red}, {green}, {blue})"


def luminance(colour: Sequence[float]) -> float:
    """Return the relative luminance of WCAG 2."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: Sequence[float], layers: Sequence[tuple[Sequence[float], float]]) -> float:
    """Return the contrast ratio of a text with the layers behind it."""
    ground = [0.0, 0.0, 0.0]
    for colour, opacity in layers:
        ground = [
            opacity * over + (1 - opacity) * under
            for over, under in zip(colour, ground, strict=True)
        ]
    low, high = sorted((luminance(text), luminance(ground)))
    return (high + 0.05) / (low + 0.05)


def measures(page: Page, chart: str, palette: dict[str, str] = LIGHT) -> dict[str, Any]:
    """Measure a drawn chart in pixels."""
    wait_for_charts(page)
    colour = rgb(palette["micro-leading"])
    found: dict[str, Any] = page.locator(f"#{chart} .plot").evaluate(MEASURES, colour)
    return found


def between(low: float, high: float, share: float) -> float:
    """Return what lies at a share of the way from one place to another."""
    return low + share * (high - low)


def test_the_triangle_shows_the_published_place(page: Page, site: Site) -> None:
    to_triangle(page, site)
    found = measures(page, "map-triangle")
    left, right, top, bottom = (found[edge] for edge in ("left", "right", "top", "bottom"))
    assert found["dots"] == 1
    corners = [((left + right) / 2, top), (right, bottom), (left, bottom)]
    shares = site.cast.place.shares.as_tuple()
    for axis, name in enumerate("xy"):
        pulled = sum(share * corner[axis] for share, corner in zip(shares, corners, strict=True))
        assert found["dot"][name] == pytest.approx(pulled, abs=PIXEL)
    assert (bottom - top) / (right - left) == pytest.approx(3**0.5 / 2, abs=0.02)
    assert found["inside"]
    assert found["colour"] == rgb(LIGHT["micro-leading"])


def test_the_switch_shows_the_same_place_in_the_square(page: Page, site: Site) -> None:
    to_square(page, site)
    expect(page.locator("#map-triangle")).to_be_hidden()
    found = measures(page, "map-square")
    closeness, meant = square_point(site.cast.place.shares)
    across = between(found["left"], found["right"], closeness)
    up = between(found["bottom"], found["top"], meant)
    assert found["dot"]["x"] == pytest.approx(across, abs=PIXEL)
    assert found["dot"]["y"] == pytest.approx(up, abs=PIXEL)
    assert found["inside"]
    pressed = page.locator(".switch [aria-pressed=true]")
    expect(pressed).to_have_text("Square")
    page.click(".switch button:has-text('Triangle')")
    expect(pressed).to_have_text("Triangle")
    expect(page.locator("#map-triangle .main-svg").first).to_be_visible()
    expect(page.locator("#map-square")).to_be_hidden()


def test_the_switch_works_by_keyboard(page: Page, site: Site) -> None:
    to_triangle(page, site)
    wait_for_charts(page)
    page.focus(".switch button:has-text('Square')")
    page.keyboard.press("Enter")
    expect(page.locator("#map-square .main-svg").first).to_be_visible()
    expect(page.locator(".switch button:has-text('Square')")).to_be_focused()


@pytest.mark.parametrize("chart", ["map-triangle", "map-square"])
def test_pointing_at_the_dot_tells_the_words(page: Page, site: Site, chart: str) -> None:
    (to_square if chart == "map-square" else to_triangle)(page, site)
    page.locator(f"#{chart}").scroll_into_view_if_needed()
    dot = measures(page, chart)["dot"]
    page.mouse.move(dot["x"] + 2, dot["y"] + 1)
    told = page.locator(f"#{chart} .hoverlayer .hovertext")
    expect(told).to_contain_text("your team")
    expect(told).to_contain_text(READING)


def test_a_tap_on_the_dot_tells_the_words(touch_page: Page, site: Site) -> None:
    to_triangle(touch_page, site)
    touch_page.locator("#map-triangle").scroll_into_view_if_needed()
    dot = measures(touch_page, "map-triangle")["dot"]
    touch_page.touchscreen.tap(dot["x"], dot["y"])
    expect(touch_page.locator(".hoverlayer .hovertext")).to_contain_text(READING)


def test_pointing_at_a_leader_in_the_portfolio_tells_the_name(page: Page, site: Site) -> None:
    to_portfolio(page, site)
    found = measures(page, "portfolio")
    assert found["dots"] == 1  # Bo has too few answers for one
    page.mouse.move(found["dot"]["x"], found["dot"]["y"])
    told = page.locator("#portfolio .hoverlayer .hovertext")
    expect(told).to_contain_text("Dana")
    expect(told).to_contain_text(READING)


def test_colours_follow_the_screen_without_a_reload(page: Page, site: Site) -> None:
    to_triangle(page, site)
    before = measures(page, "map-triangle")
    page.evaluate("() => { window.notReloaded = true; }")
    page.emulate_media(color_scheme="dark")
    after = measures(page, "map-triangle", DARK)
    assert after["colour"] == rgb(DARK["micro-leading"])
    assert after["zones"] == before["zones"] > 0
    assert after["dot"] == before["dot"]
    assert page.evaluate("() => window.notReloaded")
    page.emulate_media(color_scheme="light")
    assert measures(page, "map-triangle") == before


def test_a_chart_fits_the_screen_after_it_is_turned(page: Page, site: Site) -> None:
    to_triangle(page, site)
    for width, height in ((390, 844), (844, 390)):
        page.set_viewport_size({"width": width, "height": height})
        found = measures(page, "map-triangle")
        assert found["left"] >= 0
        assert found["right"] <= width
        assert found["inside"]


def test_each_chart_has_the_words_as_its_name(page: Page, site: Site) -> None:
    to_triangle(page, site)
    wait_for_charts(page)
    picture = page.get_by_role("img", name=f"Triangle: {READING}")
    expect(picture).to_be_visible()
    expect(picture.locator("button, a")).to_have_count(0)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("chart", ["map-triangle", "map-square"])
def test_every_label_stands_out_from_the_zone_behind_it(
    page: Page, site: Site, chart: str, mode: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=mode)
    (to_square if chart == "map-square" else to_triangle)(page, site)
    wait_for_charts(page)
    found = page.locator(f"#{chart} .plot").evaluate(LAYERS)
    assert {"Hands-off", "Micro-leading", "Micro-managing", "your team"} <= {
        one[0] for one in found
    }
    ratios = {words: contrast(text, layers) for words, text, layers in found}
    assert {words: ratio for words, ratio in ratios.items() if ratio < LOWEST_CONTRAST} == {}


def test_the_picture_can_be_downloaded(page: Page, site: Site) -> None:
    to_triangle(page, site)
    wait_for_charts(page)
    page.hover("#map-triangle .plot")
    with page.expect_download() as download:
        page.locator("#map-triangle .modebar-btn").click()
    assert download.value.suggested_filename == "map-triangle.png"
    picture = Path(download.value.path()).read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    shown = page.locator("#map-triangle .plot").bounding_box()
    assert shown
    assert (width, height) == (round(shown["width"]) * 2, round(shown["height"]) * 2)
