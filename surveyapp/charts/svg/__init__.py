"""Figures as SVG, without a browser: plotly.js's places for the few things that our figures use.

What is not known here raises `UnknownPartError`; nothing is left out in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from surveyapp.charts.svg.annotations import draw_annotation
from surveyapp.charts.svg.frame import INSET, UnknownPartError, expect, frame_of, only
from surveyapp.charts.svg.pen import Pen, number, text
from surveyapp.charts.svg.shapes import draw_shape
from surveyapp.charts.svg.traces import draw_trace

if TYPE_CHECKING:
    from surveyapp.charts.chart import Chart, Drawing

__all__ = ["INSET", "UnknownPartError", "svg", "written"]

FONT: Final = "Noto Sans, DejaVu Sans, Liberation Sans, Arial, sans-serif"
"""Outside of the page: names that Typst and other programs look up on the machine."""
LAYOUT: Final = (
    *("annotations", "autosize", "dragmode", "font", "hoverdistance", "hoverlabel", "hovermode"),
    *("margin", "paper_bgcolor", "plot_bgcolor", "shapes", "template", "xaxis", "yaxis"),
)


def svg(drawing: Drawing, width: float, height: float, *, label: str, page: bool = False) -> str:
    """Write a drawing as one `<svg>` element of `width` times `height` pixels, as the same bytes.

    `label` is its text twin's sentence; "" hides it from screen readers. For a `page`, colours are
    the stylesheet's tokens, so that they follow the screen's mode. A drawing of a page whose axes
    have no common scale, and that has no margins but `INSET` at both ends, is as wide as its place:
    places across are in percent, heights and text in pixels; the stylesheet leaves it `INSET`, and
    `width` plays no part. Outside of a page a picture stands for itself on white paper, with
    literal colours. Raises `UnknownPartError`.
    """
    layout = drawing["layout"]
    only("layout", layout, LAYOUT)
    expect("layout.plot_bgcolor", layout["plot_bgcolor"], (layout["paper_bgcolor"],))
    frame = frame_of(layout, width, height, fluid=page and _may_be_fluid(layout))
    pen = Pen(frame, page=page)
    if not page:
        pen.add("rect", width=width, height=height, fill=pen.colour(layout["paper_bgcolor"]))
    shapes = layout.get("shapes", ())
    for shape in shapes:
        expect("shape.layer", shape.get("layer", "above"), ("above", "below"))
        if shape.get("layer") == "below":
            draw_shape(pen, shape)
    for trace in drawing["data"]:
        draw_trace(pen, trace)
    for shape in shapes:
        if shape.get("layer") != "below":
            draw_shape(pen, shape)
    for annotation in layout.get("annotations", ()):
        draw_annotation(pen, annotation, layout["font"])
    return _root(pen, text(label))


def _may_be_fluid(layout: Drawing) -> bool:
    margin = layout["margin"]
    return "scaleanchor" not in layout["yaxis"] and margin["l"] == margin["r"] == INSET


def written(chart: Chart) -> str:
    """Write a chart for outside of the page, in its own size and named by its sentence."""
    return svg(chart.drawing, chart.width, chart.height, label=chart.says)


def _root(pen: Pen, label: str) -> str:
    wide, high = number(pen.frame.width), number(pen.frame.height)
    named = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    inside = "".join(pen.parts)
    if pen.frame.fluid:
        start = f'<svg class="picture fluid" height="{high}" focusable="false" {named}>'
        return f"{start}{inside}</svg>"
    size = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
    if pen.page:
        return f'<svg class="picture" {size} focusable="false" {named}>{inside}</svg>'
    title = f"<title>{label}</title>" if label else ""
    space = f'xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" {named}'
    return f"<svg {space}>{title}{inside}</svg>"
