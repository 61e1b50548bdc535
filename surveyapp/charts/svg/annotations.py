"""The annotations of a figure's layout: texts at their anchors, and arrows."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Final

from surveyapp.charts.svg.frame import UnknownPartError, expect, only
from surveyapp.charts.svg.pen import number, text

if TYPE_CHECKING:
    from surveyapp.charts.chart import Drawing
    from surveyapp.charts.svg.pen import Pen

TEXT: Final = (
    *("align", "font", "showarrow", "text", "x", "xanchor", "xref", "xshift"),
    *("y", "yanchor", "yref", "yshift"),
)
ARROW: Final = (
    *("arrowcolor", "arrowhead", "arrowsize", "arrowwidth", "ax", "axref", "ay", "ayref"),
    *("borderpad", "borderwidth", "showarrow", "standoff", "startstandoff", "text"),
    *("x", "xref", "y", "yref"),
)
FONT: Final = ("color", "family", "size", "weight")
ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}
TOWARDS: Final = {"left": 1, "center": 0, "right": -1}
PADDING: Final = 2
"""Between an annotation's anchor and its text: plotly.js's invisible border and what pads it."""
LINE_HEIGHT: Final = 1.3
ASCENT, DESCENT = 0.93, 0.24
"""Of the fonts that the pages and reports use, in sizes of the font; plotly.js measures them."""
HEAD, HEAD_LENGTH = "M-3.7,-2.5V2.5L1.3,0Z", 1.3
"""plotly.js's arrowhead 2, in widths of the arrow; its point is that far ahead of the line."""


def draw_annotation(pen: Pen, annotation: Drawing, font: Drawing) -> None:
    """Draw a text, or an arrow without one; `font` is what the layout gives all texts."""
    if annotation.get("showarrow", True):
        _draw_arrow(pen, annotation)
    else:
        _draw_text(pen, annotation, font)


def _draw_text(pen: Pen, annotation: Drawing, common: Drawing) -> None:
    only("annotation", annotation, TEXT)
    font = common | annotation.get("font", {})
    only("annotation.font", font, FONT)
    lines = annotation["text"].split("<br>")
    if any("<" in line for line in lines):
        message = f"annotation.text {annotation['text']!r}: only <br> is known; names are escaped"
        raise UnknownPartError(message)
    anchor: str = annotation.get("xanchor", "auto")
    expect("annotation.xanchor", anchor, ANCHORS)
    if len(lines) > 1:
        expect("annotation.align of several lines", annotation.get("align", "center"), (anchor,))
    size = font["size"]
    box = ((len(lines) - 1) * LINE_HEIGHT + ASCENT + DESCENT) * size + 2 * PADDING
    above = {"top": 0.0, "middle": box / 2, "bottom": box}
    expect("annotation.yanchor", annotation.get("yanchor"), above)
    y = pen.frame.y.place(annotation["y"], annotation.get("yref", "y"))
    baseline = y - annotation.get("yshift", 0) - above[annotation["yanchor"]] + PADDING
    x = pen.x(annotation["x"], annotation.get("xref", "x"))
    shift = annotation.get("xshift", 0) + TOWARDS[anchor] * PADDING
    for line_number, line in enumerate(lines):
        pen.add(
            "text",
            text(html.unescape(line)),
            x=x,
            y=baseline + (ASCENT + line_number * LINE_HEIGHT) * size,
            dx=shift or None,
            text_anchor=ANCHORS[anchor],
            font_size=size,
            font_weight=font.get("weight"),
            fill=pen.colour(font["color"]),
        )


def _draw_arrow(pen: Pen, arrow: Drawing) -> None:
    only("annotation", arrow, ARROW)
    expect("annotation.text of an arrow", arrow["text"], ("",))
    expect("annotation.arrowhead", arrow["arrowhead"], (2,))
    for frame in ("borderpad", "borderwidth"):
        expect(f"annotation.{frame} of an arrow", arrow[frame], (0,))
    for ref in ("xref", "yref", "axref", "ayref"):
        expect(f"annotation.{ref} of an arrow", arrow[ref], (ref[-4],))
    x_axis, y_axis = pen.frame.x, pen.frame.y
    start = complex(x_axis.place(arrow["ax"], "x"), y_axis.place(arrow["ay"], "y"))
    end = complex(x_axis.place(arrow["x"], "x"), y_axis.place(arrow["y"], "y"))
    scale = arrow["arrowwidth"] * arrow["arrowsize"]
    back, ahead = arrow["standoff"] + HEAD_LENGTH * scale, arrow["startstandoff"]
    length = abs(end - start)
    if length < back + ahead:
        return
    way = (end - start) / length
    start, end = start + ahead * way, end - back * way
    colour = pen.colour(arrow["arrowcolor"])
    line = {"stroke": colour, "stroke_width": arrow["arrowwidth"]}
    pen.add("line", x1=start.real, y1=start.imag, x2=end.real, y2=end.imag, **line)
    turn = number(math.degrees(math.atan2(way.imag, way.real)))
    place = f"translate({number(end.real)},{number(end.imag)})"
    moved = f"{place} rotate({turn}) scale({number(scale)})"
    pen.add("path", d=HEAD, fill=colour, transform=moved)
