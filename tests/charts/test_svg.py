from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from surveyapp.charts.lines import HEIGHT
from surveyapp.charts.palette import LIGHT
from surveyapp.charts.portfolio import movement, multiples, portfolio
from surveyapp.charts.results import result_charts
from surveyapp.charts.svg import UnknownPartError, svg, written
from surveyapp.core.change import Change
from tests.charts.readings import ANY, LEADING, MANAGED, UNNAMED, coarse, fine, readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from surveyapp.charts.chart import Chart, Drawing
    from surveyapp.charts.reading import Reading

NAMESPACE = "{http://www.w3.org/2000/svg}"
MOVED = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")


def parse(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314  (our own)


def every_chart() -> list[Chart]:
    leaders = [("Dana <b>&", LEADING), ("Bo", MANAGED), ("Eve", UNNAMED)]
    return [
        *result_charts(fine()).values(),
        *result_charts(coarse()).values(),
        portfolio(leaders),
        *multiples({"Works": leaders}),
        movement([("Dana", UNNAMED, LEADING, Change.LIKELY_REAL)]),
    ]


def places(picture: str) -> Iterator[tuple[float, float]]:
    """Yield every place that an element of a picture is put at."""
    for element in parse(picture).iter():
        for across, up in (("cx", "cy"), ("x", "y"), ("x1", "y1"), ("x2", "y2")):
            if across in element.attrib and not element.attrib[across].endswith("%"):
                yield float(element.attrib[across]), float(element.attrib[up])
        if moved := MOVED.match(element.attrib.get("transform", "")):
            yield float(moved[1]), float(moved[2])
        elif "d" in element.attrib:
            numbers = re.findall(r"(-?[\d.]+),(-?[\d.]+)", element.attrib["d"])
            yield from ((float(x), float(y)) for x, y in numbers)


def changed(drawing: Drawing, change: Callable[[Any], object]) -> Drawing:
    copy = deepcopy(drawing)
    change(copy)
    return copy


def test_every_chart_can_be_written_for_both_places(app: Flask) -> None:
    for chart in every_chart():
        for page in (False, True):
            picture = svg(chart.drawing, chart.width, chart.height, label=chart.says, page=page)
            assert parse(picture) is not None
        for line in chart.lines:
            assert svg(line.drawing, 0, HEIGHT, label="", page=True).startswith("<svg ")


@ANY
@given(reading=readings())
def test_the_same_publication_gives_the_same_bytes(app: Flask, reading: Reading) -> None:
    again = replace(reading)
    first, second = (list(map(written, result_charts(r).values())) for r in (reading, again))
    assert first == second


@ANY
@given(reading=readings())
def test_every_mark_of_any_result_lies_in_the_picture(app: Flask, reading: Reading) -> None:
    for chart in result_charts(reading).values():
        for x, y in places(written(chart)):
            assert 0 <= x <= chart.width
            assert 0 <= y <= chart.height


def test_a_picture_for_itself_is_named_stands_on_white_and_has_no_token(app: Flask) -> None:
    for chart in every_chart():
        picture = written(chart)
        root = parse(picture)
        assert root.attrib["viewBox"] == f"0 0 {chart.width} {chart.height}"
        assert root[0].tag == f"{NAMESPACE}title"
        assert root[0].text == root.attrib["aria-label"] == chart.says
        assert root[1].attrib["fill"] == "#ffffff"
        assert LIGHT["paper"] not in picture
        for unknown in ("var(", "class=", "style=", "%", "<style", "<foreignObject"):
            assert unknown not in picture


def test_a_picture_for_a_page_has_no_ids_no_colours_and_no_style(app: Flask) -> None:
    for chart in every_chart():
        drawings = [(chart.drawing, chart.says), *((line.drawing, "") for line in chart.lines)]
        for drawing, label in drawings:
            picture = svg(drawing, 358, HEIGHT, label=label, page=True)
            assert not re.search(r" (id|style|xmlns)=", picture)
            assert not re.search(r"#[0-9a-f]{3,6}\b", picture)
            assert ('aria-hidden="true"' in picture) is (not label)


def test_a_line_of_a_page_is_as_wide_as_its_place(app: Flask) -> None:
    line = result_charts(fine())["scales"].lines[0]
    root = parse(svg(line.drawing, 0, HEIGHT, label="", page=True))
    assert "viewBox" not in root.attrib
    assert "width" not in root.attrib
    dot = root.findall("circle")[-1]
    assert (dot.attrib["cx"], dot.attrib["cy"]) == ("65%", "14")
    (span,) = (each for each in root.findall("line") if each.get("stroke") == "var(--act)")
    assert (span.attrib["x1"], span.attrib["x2"]) == ("55%", "75%")


def test_somebodys_words_are_nothing_but_words(app: Flask) -> None:
    chart = portfolio([('<script>"&\x00', LEADING), ("Bo", MANAGED)])
    for page in (False, True):
        picture = svg(chart.drawing, 520, 510, label='"<b>\x1b', page=page)
        root = parse(picture)
        assert root.attrib["aria-label"] == '"<b>\N{REPLACEMENT CHARACTER}'
        texts = [element.text for element in root.iter() if element.tag.endswith("text")]
        assert '<script>"&\N{REPLACEMENT CHARACTER}' in texts


def test_names_under_the_pointer_are_for_pages_alone(app: Flask) -> None:
    chart = portfolio([(f"Leader {number}", LEADING) for number in range(30)])
    assert "Leader 7" not in written(chart)
    page = svg(chart.drawing, 358, 351, label="", page=True)
    assert "<title>Leader 7\nMostly micro-leading</title>" in page


def _set(*path: Any) -> Callable[[Any], object]:  # noqa: ANN401  (keys and indices, then a value)
    *where, last, value = path

    def change(drawing: Any) -> object:  # noqa: ANN401  (any part of a drawing)
        for key in where:
            drawing = drawing[key]
        drawing[last] = value
        return drawing

    return change


@pytest.mark.parametrize(
    ("named", "change"),
    [
        ("trace.type = 'bar'", _set("data", 0, "type", "bar")),
        ("scatter.mode = 'text'", _set("data", 0, "mode", "text")),
        ("scatter.text", _set("data", 0, "text", ["a"])),
        ("scatter.cliponaxis = None", _set("data", 0, "cliponaxis", None)),
        ("scatter.marker.symbol = 'star'", _set("data", -1, "marker", "symbol", "star")),
        ("scatter.marker.gradient", _set("data", -1, "marker", "gradient", {})),
        ("scatter.line.shape", _set("data", 1, "line", "shape", "spline")),
        ("line.dash = 'dashdot'", _set("data", 1, "line", "dash", "dashdot")),
        ("scatter.fill = 'tozeroy'", _set("data", 0, "fill", "tozeroy")),
        ("shape.type = 'circle'", _set("layout", "shapes", 0, "type", "circle")),
        ("shape.xref", _set("layout", "shapes", 0, "xref", "paper")),
        ("shape.path 'M0,0C1,1", _set("layout", "shapes", 0, "path", "M0,0C1,1 2,2 3,3Z")),
        ("layout.title", _set("layout", "title", {"text": "a"})),
        ("layout.xaxis.type", _set("layout", "xaxis", "type", "log")),
        ("layout.xaxis.visible = None", _set("layout", "xaxis", "visible", None)),
        ("layout.xaxis.constrain = 'range'", _set("layout", "xaxis", "constrain", "range")),
        ("annotation.textangle", _set("layout", "annotations", 0, "textangle", 90)),
        ("annotation.text '<b>a</b>'", _set("layout", "annotations", 0, "text", "<b>a</b>")),
        ("annotation.xanchor = 'auto'", _set("layout", "annotations", 0, "xanchor", "auto")),
        ("annotation.align of several", _set("layout", "annotations", 3, "align", "right")),
        ("colour = 'red'", _set("layout", "annotations", 0, "font", "color", "red")),
    ],
)
def test_what_the_writer_does_not_know_is_named_and_never_left_out(
    app: Flask, named: str, change: Callable[[Any], object]
) -> None:
    drawing = result_charts(fine())["map-triangle"].drawing
    svg(drawing, 520, 510, label="")
    with pytest.raises(UnknownPartError, match=re.escape(named)):
        svg(changed(drawing, change), 520, 510, label="")


def test_what_has_no_place_in_percent_is_refused(app: Flask) -> None:
    line = result_charts(fine())["scales"].lines[0]
    bent = changed(line.drawing, _set("data", 0, "fill", "toself"))
    bent["data"][0]["fillcolor"] = LIGHT["act"]
    with pytest.raises(UnknownPartError, match="percent"):
        svg(bent, 0, 28, label="", page=True)
