"""The charts of a result that are maps: triangle, square, and the change since an earlier round."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.chart import Chart, Name, Table
from surveyapp.charts.maps import square_drawing, triangle_drawing
from surveyapp.charts.marks import Mark
from surveyapp.core.position import Zone
from surveyapp.core.publication import Withheld

if TYPE_CHECKING:
    from surveyapp.charts.marks import Places
    from surveyapp.charts.reading import Reading

TRIANGLE_SIZE: Final = (520, 510)
SQUARE_SIZE: Final = (520, 582)
"""In the proportions that the stylesheet gives them in the page."""


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
