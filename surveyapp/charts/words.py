"""Publications in words: the sentences and tables that say the same as the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from surveyapp.anonymity.atoms import FINE_CONTRIBUTORS, FINE_INVITED
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

EXPERIENCE = "e"
"""About the people, not about how they are led."""
SCALES = ("s", "t", "p", "a", EXPERIENCE)
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
    """Say how people feel on average, as far as it is published, and how they see themselves."""
    said = {
        name: band(name, value.band)
        for name in SCALES
        if isinstance(value := publication.scales.get(name), PublishedScale)
    }
    experience = said.pop(EXPERIENCE, None)
    sentences = [_("On average, people %(list)s.", list=", ".join(said.values()))] if said else []
    if experience:
        sentences.append(_("People %(rate)s.", rate=experience))
    return " ".join(sentences)


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
                "Not shown: fewer than %(num)s person answered this.",
                "Not shown: fewer than %(num)s people answered this.",
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
                "Not shown: some people answer about several leaders. Side by side, the results"
                " could give away what a few of them said about themselves."
            )


def withheld_comments(value: Withheld, threshold: int) -> str:
    """Say why the comments on one question are not shown."""
    if value.reason is not Reason.TOO_FEW:
        return withheld(value, threshold)
    return ngettext(
        "Not shown: fewer than %(num)s person wrote something here.",
        "Not shown: fewer than %(num)s people wrote something here.",
        threshold,
    )


def when_finer(threshold: int) -> str:
    """Say from how many people on something is shown more finely."""
    return _(
        "%(contributors)s or more answered, in a team of %(invited)s or more",
        contributors=max(FINE_CONTRIBUTORS, threshold),
        invited=FINE_INVITED,
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


def scale(name: str) -> tuple[str, str, str, str]:
    """Name a scale, say what it is about, and name its low and its high end."""
    return {
        "s": (
            _("Closeness"),
            _("How closely people feel their work is followed."),
            _("distant"),
            _("close"),
        ),
        "t": (
            _("Trust"),
            _("Whether they feel trusted to do their work well."),
            _("doubted"),
            _("trusted"),
        ),
        "p": (
            _("Purpose"),
            _("What they feel checks of their work are for."),
            _("to control"),
            _("to help grow"),
        ),
        "a": (
            _("Check-ins"),
            _("Whether they know ahead of time when their work is looked at."),
            _("by surprise"),
            _("agreed"),
        ),
        EXPERIENCE: (
            _("Experience"),
            _("How well they know their work, as they see it; not about the leader."),
            _("low"),
            _("high"),
        ),
    }[name]


def band(name: str, value: int) -> str:
    """Say what one of five bands of a team's mean tells; goes on after "On average, people"."""
    return {
        "s": (
            _("feel followed from a distance"),
            _("feel followed rather from a distance"),
            _("feel followed neither closely nor from a distance"),
            _("feel followed rather closely"),
            _("feel followed closely"),
        ),
        "t": (
            _("feel clearly doubted"),
            _("feel rather doubted"),
            _("feel neither trusted nor doubted"),
            _("feel rather trusted"),
            _("feel clearly trusted"),
        ),
        "p": (
            _("feel checks are clearly meant to control them"),
            _("feel checks are mostly meant to control them"),
            _("feel checks are meant as much to control them as to help them grow"),
            _("feel checks are mostly meant to help them grow"),
            _("feel checks are clearly meant to help them grow"),
        ),
        "a": (
            _("find that check-ins clearly come by surprise"),
            _("find that check-ins mostly come by surprise"),
            _("find check-ins agreed as often as by surprise"),
            _("find check-ins mostly agreed"),
            _("find check-ins clearly agreed"),
        ),
        EXPERIENCE: (
            _("rate their own experience as clearly low"),
            _("rate their own experience as rather low"),
            _("rate their own experience as middling"),
            _("rate their own experience as rather high"),
            _("rate their own experience as clearly high"),
        ),
    }[name][value - 1]


def state(value: str) -> str:
    """Name a round's state."""
    return {
        "draft": _("draft"),
        "open": _("open"),
        "closing": _("closing"),
        "closed": _("closed"),
        "released": _("released"),
        "discarded": _("discarded"),
    }[value]
