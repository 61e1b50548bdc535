"""The region around a place as a polygon: cut at the triangle's edges, bent into the square."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from surveyapp.core.position import TOLERANCE, TRIANGLE, Shares, Zone, square_point, triangle_point
from surveyapp.core.region import TURNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from surveyapp.core.position import Point, Polygon
    from surveyapp.core.publication import PublishedPosition
    from surveyapp.core.region import Ellipse

POINTS: Final = 60
"""Corners of the polygon that stands for an ellipse."""


def triangle_region(position: PublishedPosition) -> Polygon:
    """Return the displayed region in the triangle's plane; empty where none is published."""
    if position.region is None:
        return ()
    polygon = _ellipse(triangle_point(position.shares), position.region)
    corners = [TRIANGLE[zone] for zone in Zone]  # clockwise, so that the inside is on the right
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        polygon = tuple(_cut(polygon, start, end))
    return polygon


def square_region(position: PublishedPosition) -> Polygon:
    """Return the same region in the square, each corner where `square_point` puts it."""
    polygon = [_shares(point) for point in triangle_region(position)]
    bent: list[Point] = []
    for place, shares in enumerate(polygon):
        if shares.hands_off < 1 - TOLERANCE:
            bent.append(square_point(shares))
            continue
        # The top corner is the square's whole left edge: no closeness, whatever is meant by it.
        before, after = polygon[place - 1], polygon[(place + 1) % len(polygon)]
        bent += [(0.0, square_point(beside)[1]) for beside in (before, after)]
    return tuple(bent)


def _ellipse(centre: Point, region: Ellipse) -> Polygon:
    angle = math.pi * region.turn / TURNS
    cos, sin = math.cos(angle), math.sin(angle)
    steps = [2 * math.pi * step / POINTS for step in range(POINTS)]
    around = [(region.a * math.cos(step), region.b * math.sin(step)) for step in steps]
    return tuple((centre[0] + cos * x - sin * y, centre[1] + sin * x + cos * y) for x, y in around)


def _cut(polygon: Polygon, start: Point, end: Point) -> Iterator[Point]:
    """Yield what of a convex polygon lies to the right of a line (Sutherland and Hodgman)."""
    sides = [_inside(point, start, end) for point in polygon]
    for place, (point, side) in enumerate(zip(polygon, sides, strict=True)):
        before, side_before = polygon[place - 1], sides[place - 1]
        if (side >= 0) is not (side_before >= 0):
            way = side_before / (side_before - side)
            yield (
                before[0] + way * (point[0] - before[0]),
                before[1] + way * (point[1] - before[1]),
            )
        if side >= 0:
            yield point


def _inside(point: Point, start: Point, end: Point) -> float:
    """Return how far a point lies to the right of the line, 0 on it, negative to the left."""
    along = end[0] - start[0], end[1] - start[1]
    return along[1] * (point[0] - start[0]) - along[0] * (point[1] - start[1])


def _shares(point: Point) -> Shares:
    """Return the shares of a point of the triangle: the inverse of `triangle_point`."""
    x, y = point
    hands_off = min(max(y / TRIANGLE[Zone.HANDS_OFF][1], 0.0), 1.0)
    leading = min(max(x - hands_off / 2, 0.0), 1.0 - hands_off)
    return Shares(hands_off, leading, max(1 - hands_off - leading, 0.0))
