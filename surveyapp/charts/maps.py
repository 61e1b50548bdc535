"""The maps: a position between the three poles, as a triangle, a square, or many on one triangle.

Every figure comes from published values alone; coordinates are those of `core.position`.
Colours are the light palette's, which the page's script swaps in the dark.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import plotly.graph_objects as go
from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.marks import SQUARE_VIEW, TRIANGLE_VIEW, area, arrow, dot, traces
from surveyapp.charts.palette import LIGHT, pole
from surveyapp.core.position import (
    TRIANGLE,
    Zone,
    square_zones,
    triangle_point,
    triangle_zones,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.charts.marks import Places
    from surveyapp.core.position import Point, Polygon
    from surveyapp.core.publication import PublishedPosition

Layout: TypeAlias = dict[str, Any]
"""A part of a Plotly layout."""

FONT: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif"
LABEL_SIZE, SMALL_SIZE = 16, 13
ZONE_OPACITY: Final = 0.11
PORTFOLIO_DOT_SIZE: Final = 13
TARGET_OPACITY: Final = 0.12
BORDER_STEPS: Final = 24
SEAM: Final = 3
NEIGHBOUR: Final = 0.05
"""Distance between dots that share a place, in sides of the triangle: a dot's width on a phone."""
GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))


def triangle(places: Places) -> go.Figure:
    """Draw one leader's map as the triangle: x and y in sides of the triangle."""
    ground = _triangle_ground()
    ground["annotations"] += arrow(places, TRIANGLE_VIEW)
    return go.Figure(traces(places, TRIANGLE_VIEW), ground)


def square(places: Places, target: Point | None = None) -> go.Figure:
    """Draw the same map as the square: closeness across, how it is meant up, both 0 to 1.

    `target` is the lowest and the highest closeness that the rule of thumb lets pass.
    """
    ground = _square_ground()
    ground["annotations"] += arrow(places, SQUARE_VIEW)
    drawn = traces(places, SQUARE_VIEW)
    if target:
        low, high = (min(max(end, 0.0), 1.0) for end in target)
        corners = ((low, 0.0), (low, 1.0), (high, 1.0), (high, 0.0))
        drawn.insert(0, area(corners, LIGHT["quiet"], TARGET_OPACITY) | {"meta": "target"})
    return go.Figure(drawn, ground)


def portfolio(leaders: Sequence[tuple[str, PublishedPosition]]) -> go.Figure:
    """Draw many leaders in one triangle, in the order given.

    Published places are coarse, so many leaders share one. They are laid side by side around
    it, as a sunflower lays its seeds: none hides another, none pretends to a finer place.
    """
    crowds: dict[Point, list[tuple[str, PublishedPosition]]] = defaultdict(list)
    for name, position in leaders:
        crowds[triangle_point(position.shares)].append((name, position))
    seated = [
        (_seat(centre, seat, len(crowd)), name, position)
        for centre, crowd in crowds.items()
        for seat, (name, position) in enumerate(crowd)
    ]
    return go.Figure([dot(*seated, size=PORTFOLIO_DOT_SIZE)], _triangle_ground())


def _seat(centre: Point, seat: int, crowd: int) -> Point:
    if crowd == 1:
        return centre
    radius = NEIGHBOUR * 0.62 * math.sqrt(seat + 0.5)
    return (
        centre[0] + radius * math.cos(seat * GOLDEN_ANGLE),
        centre[1] + radius * math.sin(seat * GOLDEN_ANGLE),
    )


def _triangle_ground() -> Layout:
    top = TRIANGLE[Zone.HANDS_OFF][1]
    # The lower labels keep to the picture's edges: bound to their corners they collide on a phone.
    left = {"xref": "paper", "x": 0, "xanchor": "left", "align": "left", "y": 0, "yanchor": "top"}
    right = left | {"x": 1, "xanchor": "right", "align": "right"}
    centre = {"x": 0.5, "xanchor": "center", "y": top, "yanchor": "bottom"}
    outline = {"color": LIGHT["line"], "width": 1.5}
    ground = _ground(
        triangle_zones(),
        shown=((-0.08, 1.08), (0, top)),
        labels_px=(48, 68),
        annotations=[
            _label(Zone.HANDS_OFF, **centre, yshift=20),
            _note(words.zone_meaning(Zone.HANDS_OFF), **centre, yshift=2),
            _label(Zone.MICRO_MANAGING, **left, yshift=-4),
            _note(words.zone_meaning(Zone.MICRO_MANAGING), **left, yshift=-26),
            _label(Zone.MICRO_LEADING, **right, yshift=-4),
            _note(words.zone_meaning(Zone.MICRO_LEADING), **right, yshift=-26),
        ],
    )
    path = _path(tuple(TRIANGLE.values()))
    ground["shapes"].append({"type": "path", "path": path, "line": outline})
    return ground


def _square_ground() -> Layout:
    inside = {"xanchor": "right", "x": 0.97}
    below = {"y": 0, "yanchor": "top", "yshift": -4}
    return _ground(
        square_zones(BORDER_STEPS),
        shown=((-0.02, 1.02), (0, 1)),
        labels_px=(44, 30),
        annotations=[
            _label(Zone.HANDS_OFF, x=0.03, y=0.5, xanchor="left", yanchor="middle"),
            _label(Zone.MICRO_LEADING, **inside, y=0.56, yanchor="bottom"),
            _label(Zone.MICRO_MANAGING, **inside, y=0.44, yanchor="top"),
            _note(_("↑ meant to help grow"), x=0, y=1, xanchor="left", yanchor="bottom"),
            _note(_("↓ meant to control"), x=0, xanchor="left", **below),
            _note(_("followed closely →"), x=1, xanchor="right", **below),
        ],
    )


def _label(zone: Zone, **place: object) -> Layout:
    # Bold comes from the font: markup such as <b> makes plotly.js write style attributes, which
    # a strict content security policy refuses.
    font = {"size": LABEL_SIZE, "color": pole(zone), "weight": 600}
    return {"text": words.zone_title(zone), "showarrow": False, "font": font, **place}


def _note(text: str, **place: object) -> Layout:
    font = {"size": SMALL_SIZE, "color": LIGHT["quiet"]}
    return {"text": text.replace(", ", ",<br>"), "showarrow": False, "font": font, **place}


def _ground(
    zones: dict[Zone, Polygon],
    shown: tuple[Point, Point],
    labels_px: tuple[int, int],
    annotations: list[Layout],
) -> Layout:
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


def _zone_shapes(zone: Zone, polygon: Polygon) -> tuple[Layout, Layout]:
    """Shape a zone's tint, and the seam of paper around it."""
    path = {"type": "path", "path": _path(polygon), "layer": "below"}
    tint = {"fillcolor": pole(zone), "opacity": ZONE_OPACITY, "line": {"width": 0}}
    return path | tint, path | {"line": {"color": LIGHT["paper"], "width": SEAM}}


def _path(polygon: Polygon) -> str:
    return "M" + "L".join(f"{x:.4f},{y:.4f}" for x, y in polygon) + "Z"
