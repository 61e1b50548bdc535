"""What a line of the conversation guide rests on, as it stands on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from surveyapp.charts.words import fit, own, position, scales
from surveyapp.charts.words.joining import labelled
from surveyapp.core.findings import Value
from surveyapp.core.publication import PublishedPosition, PublishedScale, Withheld

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveyapp.core.guide import Audience, Line
    from surveyapp.core.publication import Publication
    from surveyapp.core.selfview import OwnView

OWN: Final = "own_"
"""How values begin that are about the leader's own view of a scale."""


def rests_on(
    line: Line, publication: Publication, views: Mapping[str, OwnView], audience: Audience
) -> list[str]:
    """List the displayed values that a line rests on, in words."""
    found = [_said(value, publication, views, audience) for value in line.rests_on]
    return [said for said in found if said]


def _said(
    value: Value, publication: Publication, views: Mapping[str, OwnView], audience: Audience
) -> str:
    if value.startswith(OWN):
        name = value.removeprefix(OWN)
        return _named(name, own.own_view(views[name], audience)) if name in views else ""
    shown = publication.scales.get(value)
    if isinstance(shown, PublishedScale):
        return _scale(value, shown)
    if value in {Value.PEOPLE, Value.BARS, Value.RULE, Value.HANDS_OFF}:
        return _fit(value, publication)
    return _place(value, publication)


def _scale(name: str, shown: PublishedScale) -> str:
    said = scales.band(name, shown.band)
    if shown.twentieths is not None:
        said = f"{said}, {scales.mean(shown.twentieths)}"
    return _named(name, said)


def _named(name: str, said: str) -> str:
    return _("%(scale)s: %(said)s", scale=scales.scale(name)[0], said=said)


def _fit(value: Value, publication: Publication) -> str:
    found = publication.fit
    if found is None:
        return ""
    if value is Value.PEOPLE and not isinstance(found.people, Withheld):
        return fit.people_verdict(found.people)
    if value is Value.BARS and found.bars is not None:
        return ", ".join(labelled(name, said) for name, _quarters, said in fit.bars(found.bars))
    if value is Value.RULE and not isinstance(found.rule, Withheld):
        return fit.rule_verdict(found.rule)
    if value is Value.HANDS_OFF and found.hands_off and not isinstance(found.hands_off, Withheld):
        return fit.hands_off(found.hands_off)
    return ""


def _place(value: Value, publication: Publication) -> str:
    place, alike = publication.position, publication.agreement
    if value is Value.RESULT:
        return position.reading(publication)
    if value is Value.PARTICIPATION and not isinstance(publication.participation, Withheld):
        return position.participation(publication.participation)
    if value is Value.CHANCE and isinstance(place, PublishedPosition):
        return position.chance(place)
    if value is Value.AGREEMENT and alike and not isinstance(alike, Withheld):
        return fit.agreement(alike)
    return ""
