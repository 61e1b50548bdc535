"""The maps of one leader: triangle, square, and the change since an earlier round.

Every drawing comes from published values alone; coordinates are those of `core.position`.
Colours are the light palette's, which the page's script swaps in the dark.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.chart import Chart, Name, Table
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
    traces,
)
from surveyapp.charts.palette import LIGHT
from surveyapp.core.position import TRIANGLE, Zone
from surveyapp.core.publication import Withheld

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveyapp.charts.chart import Drawing
    from surveyapp.charts.marks import Places, View
    from surveyapp.charts.reading import Reading
    from surveyapp.core.position import Point

TRIANGLE_SIZE: Final = (520, 510)
SQUARE_SIZE: Final = (520, 582)
"""In the proportions that the stylesheet gives them in the page."""
TARGET_OPACITY: Final = 0.12
TRIANGLE_SIDE, SQUARE_SIDE = 301, 326
"""Pixels on a phone of 390 pixels."""
TRIANGLE_ROOM: Final = Box(
    *(side * TRIANGLE_SIDE for side in (-0.08, -TRIANGLE[Zone.HANDS_OFF][1], 1.08, 0.0))
)


def triangle(reading: Reading) -> Chart | None:
    """Draw the map as the triangle, with the own view, the guess and the last round."""
    places = reading.places
    if places is None:
        return None
    drawing = triangle_drawing(places, words.mark_labels(places.audience))
    says = _("Triangle: %(reading)s.", reading=words.position_in_words(places.position))
    return Chart("map-triangle", drawing, says, _pulls(places), *TRIANGLE_SIZE)


def square(reading: Reading) -> Chart | None:
    """Draw the map as the square, with the same marks and the closeness that the rule gives."""
    places = reading.places
    if places is None:
        return None
    says = _("Square: %(reading)s.", reading=words.position_in_words(places.position))
    drawing = square_drawing(places, reading.target)
    return Chart("map-square", drawing, says, _pulls(places), *SQUARE_SIZE)


def change(reading: Reading) -> Chart | None:
    """Draw the last round and this one on one map: an arrow only if the change is likely real."""
    places, published = reading.places, reading.publication.change
    if places is None or places.earlier is None or published is None:
        return None
    earlier, said = places.earlier, published.change
    if isinstance(said, Withheld):
        return None
    both = replace(places, own=None, guess=None)
    drawing = triangle_drawing(both, {Mark.DOT: _("now")})
    rows = (
        (Name(earlier.round), words.position_in_words(earlier.position)),
        (_("now"), words.position_in_words(places.position)),
    )
    table = Table(
        _("Change since %(round)s", round=earlier.round), (_("Round"), _("Reads as")), rows
    )
    says = words.change(said, earlier.round)
    return Chart("change", drawing, says, table, *TRIANGLE_SIZE)


def triangle_drawing(places: Places, names: Mapping[str, str]) -> Drawing:
    """Lay out the triangle with its marks; `names` are those of the marks, by `Mark`."""
    ground = triangle_ground()
    said = labels(_marked(places, TRIANGLE_VIEW, names), TRIANGLE_SIDE, TRIANGLE_ROOM, [])
    ground["annotations"] += arrow(places, TRIANGLE_VIEW) + said
    return {"data": traces(places, TRIANGLE_VIEW), "layout": ground}


def square_drawing(places: Places, target: Point | None) -> Drawing:
    """Lay out the square with the same marks; `target` is that of a `Reading`."""
    ground = square_ground()
    room = Box(*(side * SQUARE_SIDE for side in (0.0, -1.0, 1.0, 0.0)))
    marked = _marked(places, SQUARE_VIEW, words.mark_labels(places.audience))
    name = Box(*(side * SQUARE_SIDE for side in NAME_IN_SQUARE))
    ground["annotations"] += arrow(places, SQUARE_VIEW)
    ground["annotations"] += labels(marked, SQUARE_SIDE, room, [name])
    drawn = traces(places, SQUARE_VIEW)
    if target:
        low, high = target
        corners = ((low, 0.0), (low, 1.0), (high, 1.0), (high, 0.0))
        drawn.insert(0, area(Mark.TARGET, corners, LIGHT["quiet"], TARGET_OPACITY))
    return {"data": drawn, "layout": ground}


def _pulls(places: Places) -> Table:
    """Tabulate the pull towards each pole of everybody on the map."""
    names = words.mark_names(places.audience)
    rows = [(names[Mark.DOT], *words.pulls(places.position))]
    for mark, shares in ((Mark.OWN, places.own), (Mark.GUESS, places.guess)):
        if shares:
            rows.append((names[mark], *words.own_pulls(shares)))
    if places.earlier:
        rows.append((Name(places.earlier.round), *words.pulls(places.earlier.position)))
    poles = tuple(words.zone_title(zone) for zone in Zone)
    return Table(_("Pull towards each pole, from 0 to 1"), (_("Place"), *poles), tuple(rows))


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
