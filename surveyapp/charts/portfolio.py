"""The charts of many leaders: all in one triangle, by department, and from round to round."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from surveyapp.charts import words
from surveyapp.charts.chart import Chart, Name, Table
from surveyapp.charts.ground import small_triangle_ground, triangle_ground
from surveyapp.charts.labels import Marked, labels
from surveyapp.charts.maps import TRIANGLE_ROOM, TRIANGLE_SIDE, TRIANGLE_SIZE
from surveyapp.charts.marks import FADED, RIM, Mark, arrow_between, dot
from surveyapp.core.change import Change
from surveyapp.core.position import triangle_point

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveyapp.charts.chart import Drawing
    from surveyapp.charts.marks import Trace
    from surveyapp.core.position import Point
    from surveyapp.core.publication import PublishedPosition

    Placed = tuple[str, PublishedPosition]
    Seated = tuple[Point, str, PublishedPosition]
    Way = tuple[str, PublishedPosition, PublishedPosition, Change | None]

SMALL_SIZE: Final = (240, 225)
PALE: Final = 0.35
DOT_SIZE, SMALL_DOT, SMALL_RIM = 13, 9, 2
MOST_NAMED: Final = 40
"""Leaders among whom it is worth looking for room for all names."""
NEIGHBOUR: Final = 0.05
"""Distance between dots that share a place, in sides of the triangle: a dot's width on a phone."""
GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))


def portfolio(leaders: Sequence[Placed]) -> Chart:
    """Draw leaders who have a place, by name, in one triangle."""
    says = ngettext(
        "%(num)s leader in one triangle.", "%(num)s leaders in one triangle.", len(leaders)
    )
    return Chart("portfolio", _large(leaders), says, _readings(leaders), *TRIANGLE_SIZE)


def multiples(by_department: Mapping[str, Sequence[Placed]]) -> list[Chart]:
    """Draw a small triangle of each department, in the order given; the table names it."""
    return [
        Chart(
            f"department-{number}",
            _small(leaders),
            _("%(department)s: %(leaders)s.", department=department, leaders=_counted(leaders)),
            _readings(leaders, Name(department)),
            *SMALL_SIZE,
        )
        for number, (department, leaders) in enumerate(by_department.items(), 1)
    ]


def movement(pairs: Sequence[Way]) -> Chart:
    """Draw the way from an earlier round: name, place then, place now, what is said of the change.

    Only a change that is likely real is drawn as a way; everybody else is a pale dot where they
    are now. None stands for a change of which nothing may be said.
    """
    pale: list[Seated] = []
    starts: list[Seated] = []
    ends: list[Seated] = []
    seats = _seats([now for _name, _then, now, _said in pairs])
    for seat, (name, then, now, said) in zip(seats, pairs, strict=True):
        if said is Change.LIKELY_REAL:
            starts.append((triangle_point(then.shares), name, then))
            ends.append((seat, name, now))
        else:
            pale.append((seat, name, now))
    drawn = [
        _dots(Mark.DOT, pale, DOT_SIZE, PALE),
        _dots(Mark.EARLIER, starts, SMALL_DOT, FADED),
        _dots(Mark.DOT, ends, DOT_SIZE, 1),
    ]
    ground = triangle_ground()
    ground["annotations"] += [
        arrow_between(start, end, SMALL_DOT, DOT_SIZE)
        for (start, _, _), (end, _, _) in zip(starts, ends, strict=True)
    ]
    count = len(ends)
    says = (
        ngettext(
            "%(num)s leader has moved in a way that is likely real.",
            "%(num)s leaders have moved in a way that is likely real.",
            count,
        )
        if count
        else _("No leader has moved in a way that is likely real.")
    )
    drawing = {"data": [trace for trace in drawn if trace["x"]], "layout": ground}
    return Chart("movement", drawing, says, _ways(pairs), *TRIANGLE_SIZE)


def _large(leaders: Sequence[Placed]) -> Drawing:
    """Draw leaders in the triangle.

    Published places are coarse, so many leaders share one. They are laid side by side around
    it, as a sunflower lays its seeds: none hides another, none pretends to a finer place. Names
    stand beside the dots where there is room for all of them.
    """
    seated = _in_seats(leaders)
    ground = triangle_ground()
    marked = [Marked(place, DOT_SIZE + RIM, name) for place, name, _ in seated]
    if len(marked) <= MOST_NAMED:
        said = labels(marked, TRIANGLE_SIDE, TRIANGLE_ROOM, [])
        ground["annotations"] += said if len(said) == len(marked) else []
    return {"data": [dot(*seated, size=DOT_SIZE)], "layout": ground}


def _in_seats(leaders: Sequence[Placed]) -> list[Seated]:
    """Put before each leader where the dot lies."""
    seats = _seats([position for _name, position in leaders])
    return [(seat, *leader) for seat, leader in zip(seats, leaders, strict=True)]


def _seats(positions: Sequence[PublishedPosition]) -> list[Point]:
    """Return where each dot lies in the triangle, those at one place side by side around it."""
    centres = [triangle_point(position.shares) for position in positions]
    crowds = Counter(centres)
    seated: Counter[Point] = Counter()
    found = []
    for centre in centres:
        found.append(centre if crowds[centre] == 1 else _seat(centre, seated[centre]))
        seated[centre] += 1
    return found


def _seat(centre: Point, number: int) -> Point:
    radius = NEIGHBOUR * 0.62 * math.sqrt(number + 0.5)
    turn = number * GOLDEN_ANGLE
    return centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)


def _dots(mark: Mark, places: Sequence[Seated], size: int, seen: float) -> Trace:
    marks = dot(*places, size=size) | {"meta": mark.value}
    marks["marker"]["opacity"] = seen
    return marks


def _small(leaders: Sequence[Placed]) -> Drawing:
    marks = dot(*_in_seats(leaders), size=SMALL_DOT)
    marks["marker"]["line"]["width"] = SMALL_RIM
    return {"data": [marks], "layout": small_triangle_ground()}


def _counted(leaders: Sequence[object]) -> str:
    return str(ngettext("%(num)s leader", "%(num)s leaders", len(leaders)))


def _readings(leaders: Sequence[Placed], caption: str = "") -> Table:
    names = [Name(name) for name, _position in leaders]
    readings = words.positions_in_words([position for _name, position in leaders])
    return Table(
        caption or _("By name; the order says nothing about how somebody leads"),
        (_("Leader"), _("Reads as")),
        tuple(zip(names, readings, strict=True)),
    )


def _ways(pairs: Sequence[Way]) -> Table:
    names = [Name(name) for name, *_rest in pairs]
    before = words.positions_in_words([then for _name, then, _now, _said in pairs])
    after = words.positions_in_words([now for _name, _then, now, _said in pairs])
    changes = [words.change_in_short(said) for *_rest, said in pairs]
    return Table(
        _("By name; the order says nothing about how somebody leads"),
        (_("Leader"), _("Read as"), _("Reads as"), _("Change")),
        tuple(zip(names, before, after, changes, strict=True)),
    )
