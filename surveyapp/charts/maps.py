"""The maps: a position between the three poles, as a triangle, a square, or many on one triangle.

Every figure comes from published values alone; coordinates are those of `core.position`.
Colours are the light palette's, which the page's script swaps in the dark.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import plotly.graph_objects as go

from surveyapp.charts import words
from surveyapp.charts.ground import NAME_IN_SQUARE, square_ground, triangle_ground
from surveyapp.charts.labels import Box, Marked, labels, on_the_way
from surveyapp.charts.marks import (
    DOT_SIZE,
    EARLIER_SIZE,
    GUESS_SIZE,
    OWN_SIZE,
    RIM,
    SQUARE_VIEW,
    TRIANGLE_VIEW,
    Mark,
    area,
    arrow,
    dot,
    traces,
)
from surveyapp.charts.palette import LIGHT
from surveyapp.core.position import TRIANGLE, Zone, triangle_point

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveyapp.charts.chart import Drawing
    from surveyapp.charts.marks import Places, View
    from surveyapp.core.position import Point
    from surveyapp.core.publication import PublishedPosition

PORTFOLIO_DOT_SIZE: Final = 13
MOST_NAMED: Final = 40
"""Leaders among whom it is worth looking for room for all names."""
TARGET_OPACITY: Final = 0.12
NEIGHBOUR: Final = 0.05
"""Distance between dots that share a place, in sides of the triangle: a dot's width on a phone."""
GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))
TRIANGLE_SIDE, SQUARE_SIDE = 301, 326
"""Pixels on a phone of 390 pixels."""
TRIANGLE_ROOM: Final = Box(
    *(side * TRIANGLE_SIDE for side in (-0.08, -TRIANGLE[Zone.HANDS_OFF][1], 1.08, 0.0))
)


def triangle(places: Places) -> go.Figure:
    """Draw one leader's map as the triangle: x and y in sides of the triangle."""
    return go.Figure(triangle_drawing(places, words.mark_labels(places.audience)))


def square(places: Places, target: Point | None = None) -> go.Figure:
    """Draw the same map as the square: closeness across, how it is meant up, both 0 to 1.

    `target` is the lowest and the highest closeness that the rule of thumb lets pass.
    """
    return go.Figure(square_drawing(places, target))


def portfolio(leaders: Sequence[tuple[str, PublishedPosition]]) -> go.Figure:
    """Draw many leaders in one triangle, in the order given."""
    return go.Figure(portfolio_drawing(leaders))


def triangle_drawing(places: Places, names: Mapping[str, str]) -> Drawing:
    """Draw the triangle; `names` are those of the marks, by `Mark`."""
    ground = triangle_ground()
    said = labels(_marked(places, TRIANGLE_VIEW, names), TRIANGLE_SIDE, TRIANGLE_ROOM, [])
    ground["annotations"] += arrow(places, TRIANGLE_VIEW) + said
    return {"data": traces(places, TRIANGLE_VIEW), "layout": ground}


def square_drawing(places: Places, target: Point | None) -> Drawing:
    """Draw the square."""
    ground = square_ground()
    room = Box(*(side * SQUARE_SIDE for side in (0.0, -1.0, 1.0, 0.0)))
    marked = _marked(places, SQUARE_VIEW, words.mark_labels(places.audience))
    name = Box(*(side * SQUARE_SIDE for side in NAME_IN_SQUARE))
    ground["annotations"] += arrow(places, SQUARE_VIEW)
    ground["annotations"] += labels(marked, SQUARE_SIDE, room, [name])
    drawn = traces(places, SQUARE_VIEW)
    if target:
        low, high = (min(max(end, 0.0), 1.0) for end in target)
        corners = ((low, 0.0), (low, 1.0), (high, 1.0), (high, 0.0))
        drawn.insert(0, area(Mark.TARGET, corners, LIGHT["quiet"], TARGET_OPACITY))
    return {"data": drawn, "layout": ground}


def portfolio_drawing(leaders: Sequence[tuple[str, PublishedPosition]]) -> Drawing:
    """Draw leaders in the triangle.

    Published places are coarse, so many leaders share one. They are laid side by side around
    it, as a sunflower lays its seeds: none hides another, none pretends to a finer place. Names
    stand beside the dots where there is room for all of them.
    """
    places = seats([position for _name, position in leaders])
    seated = [(place, *leader) for place, leader in zip(places, leaders, strict=True)]
    ground = triangle_ground()
    marked = [Marked(place, PORTFOLIO_DOT_SIZE + RIM, name) for place, name, _ in seated]
    if len(marked) <= MOST_NAMED:
        said = labels(marked, TRIANGLE_SIDE, TRIANGLE_ROOM, [])
        ground["annotations"] += said if len(said) == len(marked) else []
    return {"data": [dot(*seated, size=PORTFOLIO_DOT_SIZE)], "layout": ground}


def seats(positions: Sequence[PublishedPosition]) -> list[Point]:
    """Return where each dot lies in the triangle, those at one place side by side around it."""
    crowds: dict[Point, list[int]] = defaultdict(list)
    for number, position in enumerate(positions):
        crowds[triangle_point(position.shares)].append(number)
    found = {
        number: _seat(centre, seat, len(crowd))
        for centre, crowd in crowds.items()
        for seat, number in enumerate(crowd)
    }
    return [found[number] for number in range(len(positions))]


def _seat(centre: Point, seat: int, crowd: int) -> Point:
    if crowd == 1:
        return centre
    radius = NEIGHBOUR * 0.62 * math.sqrt(seat + 0.5)
    return (
        centre[0] + radius * math.cos(seat * GOLDEN_ANGLE),
        centre[1] + radius * math.sin(seat * GOLDEN_ANGLE),
    )


def _marked(places: Places, view: View, names: Mapping[str, str]) -> list[Marked]:
    """List what takes room on a map, the team's dot first."""
    point = view[0]
    here = point(places.position.shares)
    found = [Marked(here, DOT_SIZE + RIM, names[Mark.DOT], strong=True)]
    if places.own:
        found.append(Marked(point(places.own), OWN_SIZE * 1.3, names[Mark.OWN]))
    if places.guess:
        found.append(Marked(point(places.guess), GUESS_SIZE, names[Mark.GUESS]))
    if places.earlier:
        there = point(places.earlier.position.shares)
        found.append(Marked(there, EARLIER_SIZE + RIM, places.earlier.round))
        if places.earlier.moved:
            found += on_the_way(there, here, 2 * RIM)
    return found
