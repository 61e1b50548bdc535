"""The maps: a position between the three poles, as a triangle, a square, or many on one triangle.

Every figure comes from published values alone; coordinates are those of `core.position`.
Colours are the light palette's, which the page's script swaps in the dark.
"""

from __future__ import annotations

import html
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go
from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.palette import LIGHT, pole
from surveyapp.core.position import (
    TRIANGLE,
    Zone,
    square_point,
    square_zones,
    triangle_point,
    triangle_zones,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.core.position import Point, Polygon
    from surveyapp.core.publication import PublishedPosition

FONT: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif"
LABEL_SIZE, SMALL_SIZE = 16, 13
ZONE_OPACITY: Final = 0.11
DOT_SIZE, PORTFOLIO_DOT_SIZE = 19, 15
BORDER_STEPS: Final = 24
NEIGHBOUR: Final = 0.034
"""Distance between dots that share a place, in sides of the triangle: a dot's own width."""
GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))


def triangle(position: PublishedPosition) -> go.Figure:
    """Draw one team's place in the triangle: x and y in sides of the triangle."""
    figure = _triangle_ground()
    figure.add_trace(_dots([(_("your team"), triangle_point(position.shares), position)], DOT_SIZE))
    return figure


def square(position: PublishedPosition) -> go.Figure:
    """Draw one team's place in the square: closeness across, how it is meant up, both 0 to 1."""
    figure = _square_ground()
    figure.add_trace(_dots([(_("your team"), square_point(position.shares), position)], DOT_SIZE))
    return figure


def portfolio(leaders: Sequence[tuple[str, PublishedPosition]]) -> go.Figure:
    """Draw many leaders in one triangle, in the order given.

    Published places are coarse, so many leaders share one. They are laid side by side around
    it, as a sunflower lays its seeds: none hides another, none pretends to a finer place.
    """
    crowds: dict[Point, list[tuple[str, PublishedPosition]]] = defaultdict(list)
    for name, position in leaders:
        crowds[triangle_point(position.shares)].append((name, position))
    marks = [
        (name, _seat(centre, seat, len(crowd)), position)
        for centre, crowd in crowds.items()
        for seat, (name, position) in enumerate(crowd)
    ]
    figure = _triangle_ground()
    figure.add_trace(_dots(marks, PORTFOLIO_DOT_SIZE))
    return figure


def _seat(centre: Point, seat: int, crowd: int) -> Point:
    if crowd == 1:
        return centre
    radius = NEIGHBOUR * 0.62 * math.sqrt(seat + 0.5)
    return (
        centre[0] + radius * math.cos(seat * GOLDEN_ANGLE),
        centre[1] + radius * math.sin(seat * GOLDEN_ANGLE),
    )


def _dots(marks: Sequence[tuple[str, Point, PublishedPosition]], size: int) -> go.Scatter:
    """Draw filled dots in the pole's colour; where no zone is named, hollow rings without one."""
    zones = [position.zone for _name, _point, position in marks]
    return go.Scatter(
        x=[point[0] for _name, point, _position in marks],
        y=[point[1] for _name, point, _position in marks],
        mode="markers",
        marker={
            "size": size,
            "color": [pole(zone) if zone else LIGHT["paper"] for zone in zones],
            "line": {
                "color": [LIGHT["card"] if zone else LIGHT["quiet"] for zone in zones],
                "width": 3,
            },
            "opacity": 1,
        },
        hoverinfo="text",
        hovertext=[
            f"{html.escape(name)}<br>{words.position_in_words(position)}"
            for name, _point, position in marks
        ],
        cliponaxis=False,
        showlegend=False,
    )


def _triangle_ground() -> go.Figure:
    top = TRIANGLE[Zone.HANDS_OFF][1]
    figure = _ground(triangle_zones(), x=(-0.08, 1.08), y=(0, top), labels_px=(48, 68))
    figure.add_shape(
        type="path",
        path=_path(tuple(TRIANGLE.values())),
        line={"color": LIGHT["line"], "width": 1.5},
    )
    # The lower labels keep to the picture's edges: bound to their corners they collide on a phone.
    left = {"xref": "paper", "x": 0, "xanchor": "left", "align": "left", "y": 0, "yanchor": "top"}
    right = left | {"x": 1, "xanchor": "right", "align": "right"}
    centre = {"x": 0.5, "xanchor": "center", "y": top, "yanchor": "bottom"}
    _label(figure, Zone.HANDS_OFF, **centre, yshift=20)
    _note(figure, words.zone_meaning(Zone.HANDS_OFF), **centre, yshift=2)
    for zone, place in ((Zone.MICRO_MANAGING, left), (Zone.MICRO_LEADING, right)):
        _label(figure, zone, **place, yshift=-4)
        _note(figure, words.zone_meaning(zone), **place, yshift=-26)
    return figure


def _square_ground() -> go.Figure:
    figure = _ground(square_zones(BORDER_STEPS), x=(-0.02, 1.02), y=(0, 1), labels_px=(44, 30))
    inside = {"xanchor": "right", "x": 0.97}
    _label(figure, Zone.HANDS_OFF, x=0.03, y=0.5, xanchor="left", yanchor="middle")
    _label(figure, Zone.MICRO_LEADING, **inside, y=0.56, yanchor="bottom")
    _label(figure, Zone.MICRO_MANAGING, **inside, y=0.44, yanchor="top")
    _note(figure, _("↑ meant to help grow"), x=0, y=1, xanchor="left", yanchor="bottom")
    below = {"y": 0, "yanchor": "top", "yshift": -4}
    _note(figure, _("↓ meant to control"), x=0, xanchor="left", **below)
    _note(figure, _("followed closely →"), x=1, xanchor="right", **below)
    return figure


def _label(figure: go.Figure, zone: Zone, **place: Any) -> None:  # noqa: ANN401  (Plotly's own)
    # Bold comes from the font: markup such as <b> makes plotly.js write style attributes, which
    # a strict content security policy refuses.
    font = {"size": LABEL_SIZE, "color": pole(zone), "weight": 600}
    figure.add_annotation(text=words.zone_title(zone), showarrow=False, font=font, **place)


def _note(figure: go.Figure, text: str, **place: Any) -> None:  # noqa: ANN401  (Plotly's own)
    font = {"size": SMALL_SIZE, "color": LIGHT["quiet"]}
    figure.add_annotation(text=text.replace(", ", ",<br>"), showarrow=False, font=font, **place)


def _ground(
    zones: dict[Zone, Polygon],
    x: tuple[float, float],
    y: tuple[float, float],
    labels_px: tuple[int, int],
) -> go.Figure:
    """Draw the tinted zones; x and y are what is shown, labels_px the room above and below."""
    figure = go.Figure()
    for zone, polygon in zones.items():
        figure.add_shape(
            type="path",
            path=_path(polygon),
            fillcolor=pole(zone),
            opacity=ZONE_OPACITY,
            line={"width": 0},
            layer="below",
        )
        seam = {"color": LIGHT["paper"], "width": 3}
        figure.add_shape(type="path", path=_path(polygon), line=seam, layer="below")
    hidden = {"visible": False, "fixedrange": True}
    figure.update_layout(
        template=None,
        hoverdistance=24,
        autosize=True,
        margin={"l": 4, "r": 4, "t": labels_px[0], "b": labels_px[1]},
        paper_bgcolor=LIGHT["paper"],
        plot_bgcolor=LIGHT["paper"],
        font={"family": FONT, "size": SMALL_SIZE, "color": LIGHT["ink"]},
        hoverlabel={
            "bgcolor": LIGHT["card"],
            "bordercolor": LIGHT["quiet"],
            "font": {"family": FONT, "size": 14, "color": LIGHT["ink"]},
            "align": "left",
        },
        hovermode="closest",
        dragmode=False,
        xaxis={**hidden, "range": list(x), "constrain": "domain"},
        yaxis={**hidden, "range": list(y), "scaleanchor": "x", "scaleratio": 1},
    )
    return figure


def _path(polygon: Polygon) -> str:
    return "M" + "L".join(f"{x:.4f},{y:.4f}" for x, y in polygon) + "Z"
