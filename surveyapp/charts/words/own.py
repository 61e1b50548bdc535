"""The leader's own view and guess, set against the team's, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from surveyapp.charts.words.joining import listed
from surveyapp.charts.words.position import zone_name
from surveyapp.charts.words.scales import scale
from surveyapp.core.guide import Audience
from surveyapp.core.selfview import COMPARED, OwnView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveyapp.core.position import Zone
    from surveyapp.core.publication import PublishedPosition


def mark_names(audience: Audience) -> dict[str, str]:
    """Name whose place a mark on the map is: "dot", "own", "guess"."""
    if audience is Audience.LEADER:
        return {
            "dot": _("your team"),
            "own": _("how you see yourself"),
            "guess": _("your guess"),
        }
    return {
        "dot": _("the team"),
        "own": _("how the leader sees it"),
        "guess": _("the leader’s guess"),
    }


def mark_labels(audience: Audience) -> dict[str, str]:
    """Name the same marks in as few words as fit beside them on the map."""
    if audience is Audience.LEADER:
        return {"dot": str(_("your team")), "own": str(_("you")), "guess": str(_("your guess"))}
    return {"dot": str(_("the team")), "own": str(_("the leader")), "guess": str(_("their guess"))}


def own_view(view: OwnView, audience: Audience) -> str:
    """Say how the leader sees a scale, set against the team."""
    if audience is Audience.LEADER:
        return {
            OwnView.HIGHER: _("you see it higher"),
            OwnView.SIMILAR: _("you see it much the same"),
            OwnView.LOWER: _("you see it lower"),
        }[view]
    return {
        OwnView.HIGHER: _("the leader sees it higher"),
        OwnView.SIMILAR: _("the leader sees it much the same"),
        OwnView.LOWER: _("the leader sees it lower"),
    }[view]


def own_takeaway(views: Mapping[str, OwnView], audience: Audience) -> str:
    """Say where both views differ, what is the most worth talking about first."""
    apart = listed(
        [
            scale(name)[0]
            for name in COMPARED
            if views.get(name, OwnView.SIMILAR) is not OwnView.SIMILAR
        ]
    )
    if audience is Audience.LEADER:
        if not views:
            return _("Your own view and your guess")
        if not apart:
            return _("You and your team see it much the same")
        return _("You and your team see it differently: %(scales)s", scales=apart)
    if not views:
        return _("The leader’s own view and guess")
    if not apart:
        return _("The leader and the team see it much the same")
    return _("The leader and the team see it differently: %(scales)s", scales=apart)


def own_place(zone: Zone | None, audience: Audience) -> str:
    """Say in which zone the leader's own answers lie."""
    if audience is Audience.LEADER:
        if zone is None:
            return _("Your own answers about yourself lie right between zones.")
        return _("Your own answers about yourself lie in %(zone)s.", zone=zone_name(zone))
    if zone is None:
        return _("The leader’s answers about themselves lie right between zones.")
    return _("The leader’s answers about themselves lie in %(zone)s.", zone=zone_name(zone))


def guess(guessed: Zone | None, position: PublishedPosition, audience: Audience) -> str:
    """Reveal the leader's guess, set against what the answers name."""
    if audience is Audience.LEADER:
        if guessed is None:
            said = _("You guessed a place right between zones.")
        else:
            said = _("You guessed %(zone)s.", zone=zone_name(guessed))
    elif guessed is None:
        said = _("The leader guessed a place right between zones.")
    else:
        said = _("The leader guessed %(zone)s.", zone=zone_name(guessed))
    return f"{said} {_against(guessed, position)}"


def _against(guessed: Zone | None, position: PublishedPosition) -> str:
    if position.zone is None:
        return _("The answers name no single zone.")
    if position.zone is guessed:
        return _("That is where the answers point, too.")
    return _("The answers point to %(zone)s.", zone=zone_name(position.zone))
