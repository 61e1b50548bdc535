"""The marks on a leader's map: the team's place and region, the leader's own view, the last round.

A trace is a plain dict, which Plotly checks once; its `meta` names the mark.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.palette import LIGHT, pole
from surveyapp.charts.regions import square_region, triangle_region
from surveyapp.core.position import Point, Polygon, Shares, square_point, triangle_point, zone
from surveyapp.core.publication import PublishedPosition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.core.guide import Audience
    from surveyapp.core.position import Zone

Trace: TypeAlias = dict[str, Any]
View: TypeAlias = tuple[Callable[[Shares], Point], Callable[[PublishedPosition], Polygon]]
"""How shares become a point, and a published place its region."""
TRIANGLE_VIEW: Final[View] = (triangle_point, triangle_region)
SQUARE_VIEW: Final[View] = (square_point, square_region)

DOT_SIZE, EARLIER_SIZE, OWN_SIZE, GUESS_SIZE = 19, 14, 15, 13
RIM: Final = 3
REGION_OPACITY, OUTLINE_OPACITY, FADED = 0.2, 0.6, 0.5
DIGITS: Final = 4


class Mark(StrEnum):
    """What may lie on a map."""

    DOT = "dot"
    RING = "ring"
    """The team's place where no zone is named."""
    REGION = "region"
    OWN = "own"
    GUESS = "guess"
    EARLIER = "earlier"
    EARLIER_REGION = "earlier_region"
    ARROW = "arrow"
    RAIL = "rail"
    """A line from 0 to 1, on which the others lie."""
    SPAN = "span"
    BORDER = "border"
    TARGET = "target"
    """The closeness that the rule of thumb lets pass."""
    APART = "apart"
    """The way from the team to the leader's own mark."""


@dataclass(frozen=True)
class Earlier:
    """Where the same team put the leader in an earlier round."""

    round: str
    position: PublishedPosition
    moved: bool
    """Whether the change since is likely real."""


@dataclass(frozen=True)
class Places:
    """Everything that lies on one leader's map."""

    position: PublishedPosition
    audience: Audience
    own: Shares | None = None
    """Where the leader's own answers lie."""
    guess: Shares | None = None
    earlier: Earlier | None = None

    def legend(self) -> list[tuple[Mark, Zone | None, str]]:
        """List the marks that are there: which, the zone that colours it, and what it means."""
        named, names = self.position.zone, words.mark_names(self.audience)
        found = [(Mark.DOT if named else Mark.RING, named, names[Mark.DOT])]
        if self.position.region:
            found.append((Mark.REGION, named, _("where it is in 9 of 10 likely cases")))
        if self.own:
            found.append((Mark.OWN, None, names[Mark.OWN]))
        if self.guess:
            found.append((Mark.GUESS, None, names[Mark.GUESS]))
        if self.earlier:
            since = {"round": self.earlier.round}
            found.append((Mark.EARLIER, self.earlier.position.zone, _("in %(round)s", **since)))
            if self.earlier.moved:
                found.append((Mark.ARROW, None, _("a change that is likely real")))
            elif self.earlier.position.region:
                region = _("where it was in 9 of 10 likely cases, in %(round)s", **since)
                found.append((Mark.EARLIER_REGION, None, region))
        return found


def traces(places: Places, view: View) -> list[Trace]:
    """Return the traces of a map, the lowest first."""
    point, region = view
    drawn: list[Trace] = []
    earlier = places.earlier
    if earlier and earlier.position.region and not earlier.moved:
        dashes = {"color": LIGHT["quiet"], "width": 1.5, "dash": "dot"}
        drawn.append(_outline(Mark.EARLIER_REGION, region(earlier.position), dashes))
    drawn += _region(places.position, region(places.position))
    if earlier:
        faded = dot((point(earlier.position.shares), earlier.round, earlier.position))
        faded["marker"] |= {"size": EARLIER_SIZE, "opacity": FADED}
        drawn.append(faded | {"meta": Mark.EARLIER.value})
    names = words.mark_names(places.audience)
    drawn.append(dot((point(places.position.shares), names[Mark.DOT], places.position)))
    ink = {"color": LIGHT["ink"], "width": 2.5}
    for mark, shares, symbol, size in (
        (Mark.GUESS, places.guess, "x-thin-open", GUESS_SIZE),
        (Mark.OWN, places.own, "diamond-open", OWN_SIZE),
    ):
        if shares is not None:
            look = {"symbol": symbol, "size": size, "color": LIGHT["ink"], "line": ink}
            text = _hover(names[mark], _zone_words(shares))
            drawn.append(markers(mark, [point(shares)], look, [text]))
    return drawn


def arrow(places: Places, view: View) -> list[Trace]:
    """Return the annotation from the last round's place to this one, if that is likely real."""
    if places.earlier is None or not places.earlier.moved:
        return []
    here, there = (view[0](each.position.shares) for each in (places, places.earlier))
    return [arrow_between(there, here, EARLIER_SIZE, DOT_SIZE)]


def arrow_between(start: Point, end: Point, start_size: float, end_size: float) -> Trace:
    """Return the annotation that is an arrow between two marks of these sizes in pixels."""
    frame = {"borderpad": 0, "borderwidth": 0}  # of the text that it has not: it begins at its end
    line = {"arrowhead": 2, "arrowwidth": 2, "arrowsize": 0.9, "arrowcolor": LIGHT["quiet"]}
    gaps = {"standoff": end_size / 2 + RIM, "startstandoff": start_size / 2 + RIM}
    ends = {
        "x": _short(end[0]),
        "y": _short(end[1]),
        "ax": _short(start[0]),
        "ay": _short(start[1]),
    }
    axes = {"xref": "x", "yref": "y", "axref": "x", "ayref": "y"}
    return {"text": "", "showarrow": True, **ends, **axes, **line, **gaps, **frame}


def dot(*marks: tuple[Point, str, PublishedPosition], size: int = DOT_SIZE) -> Trace:
    """Draw filled dots in the pole's colour; where no zone is named, hollow rings without one."""
    zones = [position.zone for _point, _name, position in marks]
    look = {
        "size": size,
        "color": [pole(zone) if zone else LIGHT["paper"] for zone in zones],
        "line": {
            "color": [LIGHT["card"] if zone else LIGHT["quiet"] for zone in zones],
            "width": RIM,
        },
        "opacity": 1,
    }
    said = words.positions_in_words([position for _point, _name, position in marks])
    texts = [_hover(name, read) for (_point, name, _place), read in zip(marks, said, strict=True)]
    return markers(Mark.DOT, [point for point, _name, _position in marks], look, texts)


def area(mark: Mark, polygon: Polygon, colour: str, opacity: float) -> Trace:
    """Fill a polygon, without a line and silent under the pointer."""
    return stroke(mark, polygon, {"width": 0}) | {
        "fill": "toself",
        "fillcolor": colour,
        "opacity": opacity,
    }


def stroke(mark: Mark, points: Sequence[Point], line: dict[str, Any]) -> Trace:
    """Draw a line through points, silent under the pointer."""
    return _trace(mark, points) | {"mode": "lines", "line": line, "hoverinfo": "skip"}


def markers(mark: Mark, points: Sequence[Point], look: Trace, said: Sequence[str] = ()) -> Trace:
    """Draw a mark at each point; what is `said` under the pointer is Plotly's markup."""
    hover = {"hoverinfo": "text", "hovertext": list(said)} if said else {"hoverinfo": "skip"}
    return _trace(mark, points) | {"mode": "markers", "marker": look} | hover


def _region(position: PublishedPosition, polygon: Polygon) -> list[Trace]:
    if not polygon:
        return []
    colour = pole(position.zone) if position.zone else LIGHT["quiet"]
    outline = _outline(Mark.REGION, polygon, {"color": colour, "width": 1})
    return [
        area(Mark.REGION, polygon, colour, REGION_OPACITY),
        outline | {"opacity": OUTLINE_OPACITY},
    ]


def _outline(mark: Mark, polygon: Polygon, line: dict[str, Any]) -> Trace:
    return stroke(mark, (*polygon, *polygon[:1]), line)


def _trace(mark: Mark, points: Sequence[Point]) -> Trace:
    return {
        "type": "scatter",
        "meta": mark.value,
        "x": [_short(x) for x, _y in points],
        "y": [_short(y) for _x, y in points],
        "cliponaxis": False,
        "showlegend": False,
    }


def _short(value: float) -> float:
    return round(value, DIGITS)


def _hover(name: str, said: str) -> str:
    return f"{html.escape(name)}<br>{said}"


def _zone_words(shares: Shares) -> str:
    found = zone(shares)
    return words.zone_title(found) if found else _("Right between zones")
