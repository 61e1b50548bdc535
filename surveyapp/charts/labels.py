"""Names beside the marks of a map, where they are free: a name may be left out, never overlap."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from surveyapp.charts.ground import SMALL_SIZE
from surveyapp.charts.marks import DIGITS
from surveyapp.charts.palette import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from surveyapp.charts.chart import Drawing
    from surveyapp.core.position import Point

LETTER_WIDTH, LINE_HEIGHT = 0.62, 1.3
"""Of the widest font in use, in sizes of the font."""
AIR: Final = 5
"""Pixels between a mark and its name."""
STRONG, PLAIN = 600, 400
STEPS: Final = 12
"""Points of an arrow that names keep clear of."""


class Box(NamedTuple):
    """A rectangle in pixels; y runs downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Return whether two rectangles have a point in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, other: Box) -> bool:
        """Return whether this rectangle lies inside another."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


@dataclass(frozen=True)
class Marked:
    """A mark and its name; without a name it only takes room."""

    point: Point
    size: float
    """Its width in pixels, the rim included."""
    name: str = ""
    strong: bool = False


def labels(marks: Sequence[Marked], side: float, room: Box, taken: Iterable[Box]) -> list[Drawing]:
    """Return an annotation for each name that finds room beside its mark, the first ones first.

    Names are tried to the right, to the left, above and below. `side` is how many pixels a unit of
    the axes has where the picture is smallest, `room` the picture's inside in the same pixels with
    the axes' origin at (0, 0), `taken` what else may not be covered. In a larger picture marks only
    move apart, so what fits here fits there.
    """
    places = [(mark.point[0] * side, -mark.point[1] * side) for mark in marks]
    full = [
        *taken,
        *(_around(*place, mark.size) for place, mark in zip(places, marks, strict=True)),
    ]
    found: list[Drawing] = []
    for place, mark in zip(places, marks, strict=True):
        for box, anchors in _beside(*place, mark) if mark.name else ():
            if box.within(room) and not any(box.meets(other) for other in full):
                full.append(box)
                found.append(_text(mark) | anchors)
                break
    return found


def _beside(x: float, y: float, mark: Marked) -> Iterator[tuple[Box, Drawing]]:
    """Yield where a name could stand, with the anchors that put it there."""
    wide, high = LETTER_WIDTH * SMALL_SIZE * len(mark.name), LINE_HEIGHT * SMALL_SIZE
    away = mark.size / 2 + AIR
    for way, anchor in ((1, "left"), (-1, "right")):
        left = x + away if way > 0 else x - away - wide
        box = Box(left, y - high / 2, left + wide, y + high / 2)
        yield box, {"xanchor": anchor, "yanchor": "middle", "xshift": way * away}
    for way, anchor in ((1, "bottom"), (-1, "top")):
        top = y - away - high if way > 0 else y + away
        box = Box(x - wide / 2, top, x + wide / 2, top + high)
        yield box, {"xanchor": "center", "yanchor": anchor, "yshift": way * away}


def _text(mark: Marked) -> Drawing:
    weight = STRONG if mark.strong else PLAIN
    return {
        "text": html.escape(mark.name),
        "showarrow": False,
        "font": {"size": SMALL_SIZE, "color": LIGHT["ink"], "weight": weight},
        "x": round(mark.point[0], DIGITS),
        "y": round(mark.point[1], DIGITS),
    }


def on_the_way(start: Point, end: Point, size: float) -> list[Marked]:
    """Return what an arrow takes of the room."""
    steps = [step / STEPS for step in range(STEPS + 1)]
    return [
        Marked((start[0] + way * (end[0] - start[0]), start[1] + way * (end[1] - start[1])), size)
        for way in steps
    ]


def _around(x: float, y: float, size: float) -> Box:
    return Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)
