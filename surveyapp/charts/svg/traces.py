"""The traces of a figure: lines, filled areas, and marks."""

from __future__ import annotations

import html
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from surveyapp.charts.svg.frame import expect, only
from surveyapp.charts.svg.pen import dashes, number, opacity, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from surveyapp.charts.chart import Drawing
    from surveyapp.charts.svg.pen import Pen

SCATTER: Final = (
    *("cliponaxis", "fill", "fillcolor", "hoverinfo", "hovertext", "line", "marker", "meta"),
    *("mode", "opacity", "showlegend", "type", "x", "y"),
)
LINE: Final = ("color", "dash", "width")
MARKER: Final = ("color", "line", "opacity", "size", "symbol")


def _diamond(r: float) -> str:
    d = number(1.3 * r)
    return f"M{d},0L0,{d}L-{d},0L0,-{d}Z"


def _cross(r: float) -> str:
    d = number(r)
    return f"M{d},{d}L-{d},-{d}M{d},-{d}L-{d},{d}"


def _upright(r: float) -> str:
    d = number(1.4 * r)
    return f"M0,{d}V-{d}"


SYMBOLS: Final[dict[str, Callable[[float], str]]] = {
    "diamond-open": _diamond,
    "x-thin-open": _cross,
    "line-ns-open": _upright,
}
"""Paths of the symbols of radius r, as in plotly.js: "open" ones have the marker's own colour."""


def draw_trace(pen: Pen, trace: Drawing) -> None:
    """Draw a scatter trace: its area, then its line, then its marks."""
    expect("trace.type", trace["type"], ("scatter",))
    only("scatter", trace, SCATTER)
    expect("scatter.cliponaxis", trace.get("cliponaxis"), (False,))
    expect("scatter.showlegend", trace.get("showlegend"), (False,))
    expect("scatter.mode", trace["mode"], ("lines", "markers"))
    points = list(zip(trace["x"], trace["y"], strict=True))
    if not points:
        return
    if trace["mode"] == "lines":
        _draw_line(pen, trace, points)
    else:
        _draw_marks(pen, trace, points)


def _draw_line(pen: Pen, trace: Drawing, points: Sequence[tuple[float, float]]) -> None:
    seen = opacity(trace.get("opacity", 1))
    if "fill" in trace:
        expect("scatter.fill", trace["fill"], ("toself",))
        fill = pen.colour(trace["fillcolor"])
        pen.add("path", d=pen.path(points, closed=True), fill=fill, opacity=seen)
    line = trace["line"]
    only("scatter.line", line, LINE)
    if not line["width"]:
        return
    look = {
        "stroke": pen.colour(line["color"]),
        "stroke_width": line["width"],
        "stroke_dasharray": dashes(line.get("dash", "solid"), line["width"]),
        "opacity": seen,
    }
    if pen.frame.fluid:
        for (x1, y1), (x2, y2) in pairwise(points):
            pen.add("line", x1=pen.x(x1), y1=pen.y(y1), x2=pen.x(x2), y2=pen.y(y2), **look)
    else:
        pen.add("path", d=pen.path(points), fill="none", **look)


def _draw_marks(pen: Pen, trace: Drawing, points: Sequence[tuple[float, float]]) -> None:
    marker = trace["marker"]
    only("scatter.marker", marker, MARKER)
    only("scatter.marker.line", marker.get("line", {}), LINE)
    said = trace.get("hovertext") if pen.page else None
    for number_, (x, y) in enumerate(points):
        one = {name: _one(value, number_) for name, value in marker.items() if name != "line"}
        line = {name: _one(value, number_) for name, value in marker.get("line", {}).items()}
        told = html.unescape(_one(said, number_)).replace("<br>", "\n") if said else ""
        title = pen.element("title", text(told)) if told else ""
        seen = opacity(trace.get("opacity", 1) * one.get("opacity", 1))
        _draw_mark(pen, (pen.x(x), pen.y(y)), one, line, {"inside": title, "opacity": seen})


def _draw_mark(
    pen: Pen, place: tuple[str, str], one: Drawing, line: Drawing, common: dict[str, Any]
) -> None:
    x, y = place
    symbol, radius = one.get("symbol", "circle"), one["size"] / 2
    rim = line.get("width", 0)
    if symbol == "circle":
        stroke = {"stroke": pen.colour(line["color"]), "stroke_width": rim} if rim else {}
        pen.add("circle", cx=x, cy=y, r=radius, fill=pen.colour(one["color"]), **stroke, **common)
        return
    expect("scatter.marker.symbol", symbol, SYMBOLS)
    path, colour = SYMBOLS[symbol](radius), pen.colour(one["color"])
    look = {"d": path, "fill": "none", "stroke": colour, "stroke_width": rim, **common}
    if pen.frame.fluid:
        pen.add("svg", pen.element("path", **look), x=x, y=y, overflow="visible")
    else:
        pen.add("path", transform=f"translate({x},{y})", **look)


def _one(value: Any, number_: int) -> Any:  # noqa: ANN401  (any setting, for all or for each)
    return value[number_] if isinstance(value, list | tuple) else value
