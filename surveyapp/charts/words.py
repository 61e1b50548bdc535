"""Publications in words: the sentences and tables that say the same as the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from surveyapp.core.position import Zone
from surveyapp.core.publication import (
    COARSE_STEPS,
    FINE_STEPS,
    HIGHEST_TWENTIETH,
    LOWEST_TWENTIETH,
    Participation,
    PublishedScale,
    Reason,
    Statement,
    Withheld,
)

if TYPE_CHECKING:
    from surveyapp.core.publication import Publication, PublishedPosition

SCALES = ("s", "t", "p", "a", "e")
"""In the order in which they are read."""


def zone_name(zone: Zone) -> str:
    """Name a pole."""
    return {
        Zone.HANDS_OFF: _("hands-off"),
        Zone.MICRO_LEADING: _("micro-leading"),
        Zone.MICRO_MANAGING: _("micro-managing"),
    }[zone]


def zone_title(zone: Zone) -> str:
    """Name a pole as a label, with a capital where the language has one."""
    return {
        Zone.HANDS_OFF: _("Hands-off"),
        Zone.MICRO_LEADING: _("Micro-leading"),
        Zone.MICRO_MANAGING: _("Micro-managing"),
    }[zone]


def zone_meaning(zone: Zone) -> str:
    """Say what a pole means, as a label of two short lines at most."""
    return {
        Zone.HANDS_OFF: _("hardly followed"),
        Zone.MICRO_LEADING: _("followed closely, to help grow"),
        Zone.MICRO_MANAGING: _("followed closely, to control"),
    }[zone]


def averages(publication: Publication) -> str:
    """Say what the team's answers are on average, as far as it is published."""
    said = [
        _("%(scale)s %(band)s", scale=scale(name)[0].lower(), band=band(name, value.band))
        for name in SCALES
        if isinstance(value := publication.scales.get(name), PublishedScale)
    ]
    return _("On average: %(list)s.", list="; ".join(said)) if said else ""


def reading(publication: Publication) -> str:
    """Say in a few words how a leader reads in a list: a zone, or why there is none."""
    position = publication.position
    if isinstance(position, Withheld):
        if position.reason is Reason.NO_POSITION:
            return _("No place on the map")
        return _("Too few answered")
    return position_in_words(position)


def position_in_words(position: PublishedPosition) -> str:
    """Say in a few words where a position lies: a zone, or why none is named."""
    if position.zone is not None and (second := position.close_second):
        named = {"zone": zone_name(position.zone), "other": zone_name(second)}
        return _("Nearest to %(zone)s, close to %(other)s", **named)
    if position.zone is not None:
        return _("Nearest to %(zone)s", zone=zone_name(position.zone))
    if position.statement is Statement.FEW_ANSWERED:
        return _("Fewer than half answered")
    return _("Right between zones")


def participation(value: Participation) -> str:
    """Say which part of the team answered."""
    return {
        Participation.UNDER_A_QUARTER: _("less than a quarter of the team answered"),
        Participation.UNDER_HALF: _("between a quarter and half of the team answered"),
        Participation.OVER_HALF: _("between half and three quarters of the team answered"),
        Participation.OVER_THREE_QUARTERS: _("more than three quarters of the team answered"),
    }[value]


def withheld(value: Withheld, threshold: int) -> str:
    """Say why something is not shown."""
    match value.reason:
        case Reason.TOO_FEW:
            return ngettext(
                "Not shown: fewer than %(num)s person could answer this.",
                "Not shown: fewer than %(num)s people could answer this.",
                threshold,
            )
        case Reason.NO_POSITION:
            return ngettext(
                "Not shown: fewer than %(num)s person answered enough about closeness and about"
                " how it is meant.",
                "Not shown: fewer than %(num)s people answered enough about closeness and about"
                " how it is meant.",
                threshold,
            )
        case Reason.NOT_ASKED:
            return ngettext(
                "Not asked: comments are for teams of %(num)s person or more.",
                "Not asked: comments are for teams of %(num)s people or more.",
                threshold,
            )
        case Reason.OVERLAP:
            return _(
                "Not shown: somebody in this team answers about another leader as well, and the two"
                " results together would tell of few people."
            )


def share(value: int, steps: int) -> str:
    """Write a displayed share, of which the first and the last step are merged ends."""
    return _rounded(value, steps, 1, steps - 1)


def mean(value: int) -> str:
    """Write a scale's mean from 0 to 1, displayed in twentieths."""
    return _rounded(value, FINE_STEPS, LOWEST_TWENTIETH, HIGHEST_TWENTIETH)


def _rounded(value: int, steps: int, lowest: int, highest: int) -> str:
    """Write a number of steps from 0 to 1; merged ends say "or less" and "or more"."""
    number = format_decimal(value / steps, "0.0" if steps == COARSE_STEPS else "0.00")
    if value <= lowest:
        return _("%(number)s or less", number=number)
    if value >= highest:
        return _("%(number)s or more", number=number)
    return _("about %(number)s", number=number)


def pulls(position: PublishedPosition) -> list[tuple[Zone, str, str]]:
    """List the three poles with their displayed shares: zone, name, share."""
    return [
        (zone, zone_title(zone), share(part, position.steps))
        for zone, part in zip(Zone, position.parts, strict=True)
    ]


def scale(name: str) -> tuple[str, str, str]:
    """Name a scale, its low end and its high end."""
    return {
        "s": (_("Closeness"), _("far"), _("close")),
        "t": (_("Trust"), _("doubted"), _("trusted")),
        "p": (_("Purpose"), _("to control"), _("to help grow")),
        "a": (_("Check-ins"), _("by surprise"), _("agreed")),
        "e": (_("Experience"), _("low"), _("high")),
    }[name]


def band(name: str, value: int) -> str:
    """Say in which of five bands of a scale a team's mean lies."""
    _title, low, high = scale(name)
    return (
        _("clearly %(end)s", end=low),
        _("rather %(end)s", end=low),
        _("in the middle"),
        _("rather %(end)s", end=high),
        _("clearly %(end)s", end=high),
    )[value - 1]


def state(value: str) -> str:
    """Name a round's state."""
    return {
        "draft": _("draft"),
        "open": _("open"),
        "closing": _("closing"),
        "closed": _("closed"),
        "released": _("released"),
    }[value]
