"""A place on the map in words: which zone, how surely, and who answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import format_decimal
from flask_babel import gettext as _

from surveyapp.core.position import Zone
from surveyapp.core.publication import (
    COARSE_STEPS,
    FINE_STEPS,
    HIGHEST_TENTH,
    Participation,
    Reason,
    Withheld,
)
from surveyapp.core.region import HALF_AXES
from surveyapp.core.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.core.position import Shares
    from surveyapp.core.publication import Outline, Publication, PublishedPosition


def zone_name(zone: Zone) -> str:
    """Name a pole."""
    match zone:
        case Zone.HANDS_OFF:
            return _("hands-off")
        case Zone.MICRO_LEADING:
            return _("micro-leading")
        case Zone.MICRO_MANAGING:
            return _("micro-managing")


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


def reading(publication: Publication | Outline) -> str:
    """Say in a few words how a leader reads in a list: a zone, or why there is none."""
    position = publication.position
    if isinstance(position, Withheld):
        if position.reason is Reason.NO_POSITION:
            return _("No place on the map")
        return _("Too few answered")
    return position_in_words(position)


def position_in_words(position: PublishedPosition) -> str:
    """Say in a few words where a position lies: a zone and how surely, or why none is named."""
    named = [zone_name(zone) for zone in position.zones]
    match position.statement:
        case Statement.MOSTLY:
            return _("Mostly %(zone)s", zone=named[0])
        case Statement.LEANING:
            return _("Leaning %(zone)s, not clear", zone=named[0])
        case Statement.UNCLEAR if named:
            return _("Not clear, between %(zone)s and %(other)s", zone=named[0], other=named[1])
        case Statement.TWO_CAMPS:
            return _("Two camps: the middle describes neither")
        case Statement.FEW_ANSWERED:
            return _("Fewer than half answered")
        case _:
            return _("Not clear")


def positions_in_words(positions: Sequence[PublishedPosition]) -> list[str]:
    """Say the same of many positions: those that read alike are put into words once."""
    alike = {(position.statement, position.zones): position for position in positions}
    said = {key: position_in_words(position) for key, position in alike.items()}
    return [said[position.statement, position.zones] for position in positions]


def explained(position: PublishedPosition) -> str:
    """Say what a statement without one named zone means; nothing for the others."""
    match position.statement:
        case Statement.UNCLEAR:
            return _(
                "The answers do not point one way surely enough to name one zone. That is usual for"
                " small teams, and it says nothing bad."
            )
        case Statement.TWO_CAMPS:
            return _(
                "Some people see it one way, some the other way, and nobody stands between. The dot"
                " is only the middle of both."
            )
        case Statement.FEW_ANSWERED:
            return _(
                "So no zone is named. The map shows where those who did answer lie together; with"
                " the others it could be elsewhere."
            )
        case _:
            return ""


def chance(position: PublishedPosition) -> str:
    """Say how likely the first zone is, as far as it is published."""
    if position.tenths is None or not position.zones:
        return ""
    named = {"zone": zone_title(position.zones[0]), "num": position.tenths}
    if position.tenths >= HIGHEST_TENTH:
        return _("%(zone)s holds in %(num)s of 10 likely cases or more.", **named)
    if position.tenths == 0:
        return _("%(zone)s holds in fewer than 1 of 10 likely cases.", **named)
    return _("%(zone)s holds in %(num)s of 10 likely cases.", **named)


def reach(position: PublishedPosition) -> str:
    """Say how far the place of the whole team could be from the dot, as the region shows it."""
    if position.region is None:
        return ""
    farthest = position.region.a
    far = format_decimal(farthest, "0.00")
    if position.steps == FINE_STEPS and farthest >= HALF_AXES[-1]:
        return _(
            "The shaded field shows where the place of everybody who was asked is in 9 of 10 likely"
            " cases. It could be %(far)s of a side of the triangle away from the dot, or more.",
            far=far,
        )
    return _(
        "The shaded field shows where the place of everybody who was asked is in 9 of 10 likely"
        " cases: up to about %(far)s of a side of the triangle away from the dot.",
        far=far,
    )


def participation(value: Participation) -> str:
    """Say which part of the team answered."""
    return {
        Participation.UNDER_A_QUARTER: _("less than a quarter of the team answered"),
        Participation.UNDER_HALF: _("between a quarter and half of the team answered"),
        Participation.OVER_HALF: _("between half and three quarters of the team answered"),
        Participation.OVER_THREE_QUARTERS: _("more than three quarters of the team answered"),
    }[value]


def share(value: int, steps: int) -> str:
    """Write a displayed share, of which the first and the last step are merged ends."""
    number = format_decimal(value / steps, "0.0" if steps == COARSE_STEPS else "0.00")
    return rounded(number, low=value <= 1, high=value >= steps - 1)


def pulls(position: PublishedPosition) -> list[str]:
    """Write the three displayed shares, in the order of `Zone`."""
    return [share(part, position.steps) for part in position.parts]


def own_pulls(shares: Shares) -> list[str]:
    """Write the three shares of one person's own place, in the order of `Zone`."""
    return [str(format_decimal(part, "0.00")) for part in shares.as_tuple()]


def rounded(number: str, *, low: bool, high: bool) -> str:
    """Write a rounded number; merged ends say "or less" and "or more"."""
    if low:
        return _("%(number)s or less", number=number)
    if high:
        return _("%(number)s or more", number=number)
    return _("about %(number)s", number=number)
