"""The ground of the maps: tinted zones, their names, and the scales of both views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.palette import FONT, LIGHT, pole
from surveyapp.core.position import TRIANGLE, Zone, square_zones, triangle_zones

if TYPE_CHECKING:
    from surveyapp.charts.chart import Drawing
    from surveyapp.core.position import Point, Polygon

LABEL_SIZE, SMALL_SIZE, SMALLEST_SIZE = 16, 13, 12
LETTERS_SIDE_BY_SIDE: Final = 32
"""Of the two lower names together, in the largest size on the narrowest phone."""
LEADING: Final = 1.3
ZONE_OPACITY: Final = 0.11
BORDER_STEPS: Final = 24
SEAM: Final = 3
NAME_IN_SQUARE: Final = (0.0, -0.57, 0.4, -0.43)
"""What the one name inside the square covers at most, on a phone: y runs downwards."""


def triangle_ground() -> Drawing:
    """Lay out the triangle: x and y in sides of it."""
    top = TRIANGLE[Zone.HANDS_OFF][1]
    # The lower labels keep to the picture's edges: bound to their corners they collide on a phone.
    left = {"xref": "paper", "x": 0, "xanchor": "left", "align": "left", "y": 0, "yanchor": "top"}
    right = left | {"x": 1, "xanchor": "right", "align": "right"}
    centre = {"x": 0.5, "xanchor": "center", "y": top, "yanchor": "bottom"}
    more = _second_line(LABEL_SIZE)
    return _triangle(
        labels_px=(48, 68 + more),
        annotations=[
            _label(Zone.HANDS_OFF, **centre, yshift=20),
            _note(words.zone_meaning(Zone.HANDS_OFF), **centre, yshift=2),
            _lower(Zone.MICRO_MANAGING, **left, yshift=-4),
            _note(words.zone_meaning(Zone.MICRO_MANAGING), **left, yshift=-26 - more),
            _lower(Zone.MICRO_LEADING, **right, yshift=-4),
            _note(words.zone_meaning(Zone.MICRO_LEADING), **right, yshift=-26 - more),
        ],
    )


def _triangle(labels_px: tuple[int, int], annotations: list[Drawing]) -> Drawing:
    shown = ((-0.08, 1.08), (0, TRIANGLE[Zone.HANDS_OFF][1]))
    ground = _ground(triangle_zones(), shown, labels_px, annotations)
    outline = {"color": LIGHT["line"], "width": 1.5}
    path = _path(tuple(TRIANGLE.values()))
    ground["shapes"].append({"type": "path", "path": path, "line": outline})
    return ground


def small_triangle_ground() -> Drawing:
    """Lay out the triangle where many stand side by side: the poles' names alone."""
    top = TRIANGLE[Zone.HANDS_OFF][1]
    below = {"xref": "paper", "y": 0, "yanchor": "top", "yshift": -1}
    ground = _triangle(
        labels_px=(20, 22 + _second_line(SMALLEST_SIZE)),
        annotations=[
            _label(Zone.HANDS_OFF, x=0.5, xanchor="center", y=top, yanchor="bottom"),
            _lower(Zone.MICRO_MANAGING, x=0, xanchor="left", **below, align="left"),
            _lower(Zone.MICRO_LEADING, x=1, xanchor="right", **below, align="right"),
        ],
    )
    for label in ground["annotations"]:
        label["font"] |= {"size": SMALLEST_SIZE}
    return ground


def square_ground() -> Drawing:
    """Lay out the square: closeness across, how it is meant up, both 0 to 1."""
    left, right = {"x": 0, "xanchor": "left"}, {"x": 1, "xanchor": "right"}
    above, below = {"y": 1, "yanchor": "bottom"}, {"y": 0, "yanchor": "top"}
    return _ground(
        square_zones(BORDER_STEPS),
        shown=((-0.02, 1.02), (0, 1)),
        labels_px=(26, 48),
        annotations=[
            _label(Zone.HANDS_OFF, x=0.03, y=0.5, xanchor="left", yanchor="middle"),
            # Beside the other two there is often a mark, and outside there is none.
            _label(Zone.MICRO_LEADING, **right, **above, yshift=1),
            _label(Zone.MICRO_MANAGING, **right, **below, yshift=-2),
            _note(_("↑ meant to help grow"), **left, **above, yshift=2),
            _note(_("↓ meant to control"), **left, **below, yshift=-4),
            _note(_("followed closely →"), **right, **below, yshift=-24),
        ],
    )


def _second_line(size: int) -> int:
    """Return the pixels of one line more, where the lower names side by side are too long."""
    lower = (Zone.MICRO_MANAGING, Zone.MICRO_LEADING)
    long = sum(len(words.zone_title(zone)) for zone in lower) > LETTERS_SIDE_BY_SIDE
    return round(size * LEADING) if long else 0


def _lower(zone: Zone, **place: object) -> Drawing:
    label = _label(zone, **place)
    if _second_line(LABEL_SIZE):
        label["text"] = label["text"].replace("-", "-<br>", 1)
    return label


def _label(zone: Zone, **place: object) -> Drawing:
    # Bold comes from the font: markup such as <b> makes plotly.js write style attributes, which
    # a strict content security policy refuses.
    font = {"size": LABEL_SIZE, "color": pole(zone), "weight": 600}
    return {"text": words.zone_title(zone), "showarrow": False, "font": font, **place}


def _note(text: str, **place: object) -> Drawing:
    font = {"size": SMALL_SIZE, "color": LIGHT["quiet"]}
    return {"text": text.replace(", ", ",<br>"), "showarrow": False, "font": font, **place}


def _ground(
    zones: dict[Zone, Polygon],
    shown: tuple[Point, Point],
    labels_px: tuple[int, int],
    annotations: list[Drawing],
) -> Drawing:
    """Lay out the tinted zones; `shown` are the ranges of x and y, `labels_px` the room around.

    A plain dict, which Plotly checks once: shape by shape that takes six times as long.
    """
    hidden = {"visible": False, "fixedrange": True}
    across, up = shown
    return {
        "template": None,
        "autosize": True,
        "margin": {"l": 4, "r": 4, "t": labels_px[0], "b": labels_px[1]},
        "paper_bgcolor": LIGHT["paper"],
        "plot_bgcolor": LIGHT["paper"],
        "font": {"family": FONT, "size": SMALL_SIZE, "color": LIGHT["ink"]},
        "hoverlabel": {
            "bgcolor": LIGHT["card"],
            "bordercolor": LIGHT["quiet"],
            "font": {"family": FONT, "size": 14, "color": LIGHT["ink"]},
            "align": "left",
        },
        "hoverdistance": 24,
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {**hidden, "range": list(across), "constrain": "domain"},
        "yaxis": {**hidden, "range": list(up), "scaleanchor": "x", "scaleratio": 1},
        "annotations": annotations,
        "shapes": [shape for item in zones.items() for shape in _zone_shapes(*item)],
    }


def _zone_shapes(zone: Zone, polygon: Polygon) -> tuple[Drawing, Drawing]:
    """Shape a zone's tint, and the seam of paper around it."""
    path = {"type": "path", "path": _path(polygon), "layer": "below"}
    tint = {"fillcolor": pole(zone), "opacity": ZONE_OPACITY, "line": {"width": 0}}
    return path | tint, path | {"line": {"color": LIGHT["paper"], "width": SEAM}}


def _path(polygon: Polygon) -> str:
    return "M" + "L".join(f"{x:.4f},{y:.4f}" for x, y in polygon) + "Z"
