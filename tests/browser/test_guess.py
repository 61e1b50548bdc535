"""The guess on the leader's own form: by finger, by mouse, by keyboard, and without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from surveyapp.core.position import Shares, square_point, square_shares, triangle_point
from tests.browser.states import to_own_view

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from surveyapp.core.position import Point
    from tests.browser.site import Site

SAVE: Final = "main button:has-text('Save my view')"
ON_SCREEN: Final = """([x, y]) => {
  const ground = document.getElementById('ground');
  ground.scrollIntoView({ block: 'center' });
  const { x: left, y: top } = new DOMPoint(x, y).matrixTransform(ground.getScreenCTM());
  return [left, top];
}"""
CROSS: Final = """cross => cross.hasAttribute('hidden') ? null : cross.getAttribute('transform')
  .match(/[-.\\d]+/g).map(Number)"""
PLACES: Final = {
    "nearest to hands-off": Shares(0.6, 0.25, 0.15),
    "nearest to micro-leading": Shares(0.15, 0.6, 0.25),
    "nearest to micro-managing": Shares(0.25, 0.15, 0.6),
}


def on_screen(page: Page, point: Point) -> Point:
    """Bring a point of the triangle into view; returns where it is."""
    left, top = page.evaluate(ON_SCREEN, point)
    return left, top


def sliders(page: Page) -> list[int]:
    return [int(page.input_value(f"#{name}")) for name in ("closeness", "meant")]


def cross(page: Page) -> Point | None:
    found = page.locator("#cross").evaluate(CROSS)
    return found and (found[0], found[1])


def said(page: Page) -> str:
    return page.inner_text("#guess-said")


def agrees(page: Page) -> bool:
    """Whether the cross stands where the sliders say."""
    closeness, meant = sliders(page)
    place = triangle_point(square_shares(closeness / 100, meant / 100))
    return cross(page) == pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize(("words", "shares"), PLACES.items())
def test_a_click_on_the_triangle_sets_cross_sliders_and_words(
    page: Page, site: Site, words: str, shares: Shares
) -> None:
    to_own_view(page, site)
    page.uncheck("#keep_guess")
    assert cross(page) is None
    page.mouse.click(*on_screen(page, triangle_point(shares)))
    expected = [100 * part for part in square_point(shares)]
    assert sliders(page) == pytest.approx(expected, abs=1)
    assert page.is_checked("#keep_guess")
    assert agrees(page)
    assert said(page) == f"Your guess: {words}."


@pytest.mark.parametrize(
    ("point", "expected"), [((0.5, 0.9), [0, 50]), ((1.05, -0.03), [100, 100])]
)
def test_a_click_beside_the_triangle_is_taken_to_its_edge(
    page: Page, site: Site, point: Point, expected: list[int]
) -> None:
    to_own_view(page, site)
    page.mouse.click(*on_screen(page, point))
    assert sliders(page) == expected


def test_the_cross_is_dragged_and_lies_where_it_is_let_go(page: Page, site: Site) -> None:
    to_own_view(page, site)
    from_, to = Shares(0.2, 0.5, 0.3), Shares(0.5, 0.1, 0.4)
    page.mouse.click(*on_screen(page, triangle_point(from_)))
    page.mouse.down()
    page.mouse.move(*on_screen(page, triangle_point(to)), steps=4)
    page.mouse.up()
    page.mouse.move(*on_screen(page, triangle_point(from_)))
    assert sliders(page) == pytest.approx([100 * part for part in square_point(to)], abs=1)
    assert said(page) == "Your guess: nearest to hands-off."


def test_arrow_keys_on_the_sliders_move_the_cross(page: Page, site: Site) -> None:
    to_own_view(page, site)
    page.mouse.click(*on_screen(page, triangle_point(Shares(1 / 3, 1 / 3, 1 / 3))))
    assert said(page) == "Your guess: right between zones."
    before = sliders(page)
    page.focus("#closeness")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert sliders(page) == [before[0] + 1, before[1] + 2]
    assert agrees(page)
    assert said(page) == "Your guess: nearest to micro-leading."


def test_there_is_no_guess_until_one_is_made_and_it_can_be_taken_back(
    page: Page, site: Site
) -> None:
    to_own_view(page, site)
    page.uncheck("#keep_guess")
    assert cross(page) is None
    assert said(page) == "No guess."
    page.focus("#meant")
    page.keyboard.press("ArrowLeft")
    assert page.is_checked("#keep_guess")
    assert agrees(page)
    page.click(SAVE)
    expect(page.locator(".told")).to_have_text(
        "Saved. You can change it until your result is released."
    )
    assert page.is_checked("#keep_guess")
    assert agrees(page)
    page.uncheck("#keep_guess")
    page.click(SAVE)
    expect(page.locator("#keep_guess")).not_to_be_checked()
    assert cross(page) is None


def test_a_tap_is_a_guess_and_a_finger_that_scrolls_over_the_map_is_none(
    touch_page: Page, site: Site
) -> None:
    to_own_view(touch_page, site)
    place = triangle_point(PLACES["nearest to micro-leading"])
    touch_page.touchscreen.tap(*on_screen(touch_page, place))
    expect(touch_page.locator("#guess-said")).to_have_text("Your guess: nearest to micro-leading.")
    assert agrees(touch_page)
    touch_page.uncheck("#keep_guess")
    left, top = on_screen(touch_page, place)
    at = touch_page.evaluate("scrollY")
    finger = touch_page.context.new_cdp_session(touch_page)
    for kind, way in (("Start", 0), *(("Move", way) for way in range(20, 220, 20))):
        touched = {"type": f"touch{kind}", "touchPoints": [{"x": left, "y": top + way}]}
        finger.send("Input.dispatchTouchEvent", touched)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch_page.wait_for_function("at => scrollY < at - 100", arg=at)
    assert cross(touch_page) is None


def test_without_a_script_two_sliders_and_a_tick_are_the_guess(
    plain_page: Page, site: Site
) -> None:
    to_own_view(plain_page, site)
    expect(plain_page.locator("#guess-map")).to_be_hidden()
    plain_page.uncheck("#keep_guess")
    plain_page.focus("#closeness")
    plain_page.keyboard.press("Home")
    for _press in range(30):
        plain_page.keyboard.press("ArrowRight")
    plain_page.check("#keep_guess")
    plain_page.click(SAVE)
    expect(plain_page.locator(".told")).to_be_visible()
    assert sliders(plain_page)[0] == 30
    assert said(plain_page) == "Your guess: nearest to hands-off."
