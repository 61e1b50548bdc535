"""Scales and single questions in words: how people feel on average, and how the leader sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import format_decimal
from flask_babel import gettext as _

from surveyapp.charts.words.joining import labelled
from surveyapp.charts.words.position import rounded
from surveyapp.core.findings import Value, higher_of_trust_and_purpose
from surveyapp.core.publication import (
    BAND_BORDERS,
    FINE_STEPS,
    HIGHEST_HALF_POINT,
    HIGHEST_TWENTIETH,
    LOWEST_HALF_POINT,
    LOWEST_TWENTIETH,
    PublishedScale,
)
from surveyapp.core.questionnaire import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveyapp.core.publication import Publication, Withheld

EXPERIENCE = "e"
"""About the people, not about how they are led."""
SCALES = ("s", "t", "p", "a", EXPERIENCE)
"""In the order in which they are read."""
HALF_POINTS = 2
MIDDLE_BAND = (len(BAND_BORDERS) + 2) / 2
_NAMES: Final = {
    "s": (
        N_("Closeness"),
        N_("How closely people feel their work is followed."),
        N_("distant"),
        N_("close"),
    ),
    "t": (
        N_("Trust"),
        N_("Whether they feel trusted to do their work well."),
        N_("doubted"),
        N_("trusted"),
    ),
    "p": (
        N_("Purpose"),
        N_("What they feel checks of their work are for."),
        N_("to control"),
        N_("to help grow"),
    ),
    "a": (
        N_("Check-ins"),
        N_("Whether they know ahead of time when their work is looked at."),
        N_("by surprise"),
        N_("agreed"),
    ),
    EXPERIENCE: (
        N_("Experience"),
        N_("How well they know their work, as they see it; not about the leader."),
        N_("low"),
        N_("high"),
    ),
}
_BANDS: Final = {
    "s": (
        N_("People feel followed from a distance"),
        N_("People feel followed rather from a distance"),
        N_("People feel followed neither closely nor from a distance"),
        N_("People feel followed rather closely"),
        N_("People feel followed closely"),
    ),
    "t": (
        N_("People feel clearly doubted"),
        N_("People feel rather doubted"),
        N_("People feel neither trusted nor doubted"),
        N_("People feel rather trusted"),
        N_("People feel clearly trusted"),
    ),
    "p": (
        N_("People feel checks are clearly meant to control them"),
        N_("People feel checks are mostly meant to control them"),
        N_("People feel checks are meant as much to control them as to help them grow"),
        N_("People feel checks are mostly meant to help them grow"),
        N_("People feel checks are clearly meant to help them grow"),
    ),
    "a": (
        N_("People find that check-ins clearly come by surprise"),
        N_("People find that check-ins mostly come by surprise"),
        N_("People find check-ins agreed as often as by surprise"),
        N_("People find check-ins mostly agreed"),
        N_("People find check-ins clearly agreed"),
    ),
    EXPERIENCE: (
        N_("People rate their own experience as clearly low"),
        N_("People rate their own experience as rather low"),
        N_("People rate their own experience as middling"),
        N_("People rate their own experience as rather high"),
        N_("People rate their own experience as clearly high"),
    ),
}


def shown_scales(scales: Mapping[str, PublishedScale | Withheld]) -> dict[str, PublishedScale]:
    """Return the scales that are published, in the order in which they are read."""
    return {name: value for name in SCALES if isinstance(value := scales.get(name), PublishedScale)}


def averages(publication: Publication) -> str:
    """Say how people feel on average, as far as it is published, and how they see themselves."""
    said = {
        name: band(name, value.band) for name, value in shown_scales(publication.scales).items()
    }
    experience = said.pop(EXPERIENCE, None)
    feel = " ".join(map(sentence, said.values()))
    found = [labelled(_("On average"), feel)] if said else []
    if experience:
        found.append(sentence(experience))
    return " ".join(found)


def sentence(said: str) -> str:
    """End what a band tells as a sentence ends."""
    return _("%(said)s.", said=said)


def scales_takeaway(publication: Publication) -> str:
    """Say the one thing to take from the scales: the split of trust and purpose, or the extreme."""
    shown = shown_scales(publication.scales)
    higher = higher_of_trust_and_purpose(shown)
    if higher is Value.T:
        return _("Trust comes across more clearly than the purpose of checks")
    if higher is Value.P:
        return _("The purpose of checks comes across more clearly than trust")
    shown.pop(EXPERIENCE, None)
    if not shown:
        return _("Not enough answers for an average")
    farthest = max(shown, key=lambda name: abs(shown[name].band - MIDDLE_BAND))
    return labelled(_("On average"), band(farthest, shown[farthest].band))


def mean(value: int) -> str:
    """Write a scale's mean from 0 to 1, displayed in twentieths."""
    low, high = value <= LOWEST_TWENTIETH, value >= HIGHEST_TWENTIETH
    return rounded(format_decimal(value / FINE_STEPS, "0.00"), low=low, high=high)


def average(value: PublishedScale, span: tuple[float, float] | None) -> str:
    """Write a scale's mean; of few people the band in which it lies, whose ends are the `span`."""
    if value.twentieths is not None:
        return mean(value.twentieths)
    return between(span) if span else ""


def likely(value: PublishedScale) -> str:
    """Write the range of a scale's mean, as far as it is published."""
    if value.range is None:
        return ""
    return between(value.range)


def between(ends: tuple[float, float]) -> str:
    """Write two ends on a scale from 0 to 1."""
    low, high = (format_decimal(end, "0.00") for end in ends)
    return _("%(low)s to %(high)s", low=low, high=high)


def own_score(value: float) -> str:
    """Write one person's own place on a scale, from 0 to 1."""
    return str(format_decimal(value, "0.00"))


def item_mean(value: int) -> str:
    """Write a question's mean from 1 to 5, displayed in half points."""
    low, high = value <= LOWEST_HALF_POINT, value >= HIGHEST_HALF_POINT
    return rounded(format_decimal(value / HALF_POINTS, "0.0"), low=low, high=high)


def scale(name: str) -> tuple[str, str, str, str]:
    """Name a scale, say what it is about, and name its low and its high end."""
    title, meaning, low, high = _NAMES[name]
    return _(title), _(meaning), _(low), _(high)


def band(name: str, value: int) -> str:
    """Say what one of five bands of a team's mean, without a full stop."""
    return str(_(_BANDS[name][value - 1]))
