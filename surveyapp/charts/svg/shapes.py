"""The shapes of a figure's layout: paths, below its traces or above."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from surveyapp.charts.svg.frame import UnknownPartError, expect, only
from surveyapp.charts.svg.pen import opacity

if TYPE_CHECKING:
    from surveyapp.charts.chart import Drawing
    from surveyapp.charts.svg.pen import Pen

PATH: Final = ("fillcolor", "layer", "line", "opacity", "path", "type")
POLYGON: Final = re.compile(r"M(-?[\d.]+,-?[\d.]+)((?:L-?[\d.]+,-?[\d.]+)*)Z")


def draw_shape(pen: Pen, shape: Drawing) -> None:
    """Draw a shape: a closed polygon in the axes' values, as an SVG path writes it."""
    expect("shape.type", shape["type"], ("path",))
    only("shape", shape, PATH)
    only("shape.line", shape["line"], ("color", "width"))
    if not POLYGON.fullmatch(shape["path"]):
        message = f"shape.path {shape['path']!r}: only closed polygons can be written, M…L…Z"
        raise UnknownPartError(message)
    corners = [
        (float(x), float(y))
        for x, y in (corner.split(",") for corner in shape["path"][1:-1].split("L"))
    ]
    fill, line = shape.get("fillcolor"), shape["line"]
    stroke = (
        {"stroke": pen.colour(line["color"]), "stroke_width": line["width"]}
        if line["width"]
        else {}
    )
    pen.add(
        "path",
        d=pen.path(corners, closed=True),
        fill=pen.colour(fill) if fill else "none",
        opacity=opacity(shape.get("opacity", 1)),
        **stroke,
    )
