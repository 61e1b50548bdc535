"""The quality of a round's answers in words."""

from __future__ import annotations

from flask_babel import format_decimal
from flask_babel import gettext as _

from surveyapp.charts.words.scales import scale
from surveyapp.core.moments import FEWEST_FOR_MOMENTS
from surveyapp.core.publication import FINE_STEPS, HIGHEST_TWENTIETH, HUNDREDTHS, LOWEST_TWENTIETH
from surveyapp.core.quality import (
    FEWEST_ANSWERS,
    FEWEST_TEAMS,
    HIGHEST_HUNDREDTH,
    LOWEST_HUNDREDTH,
    Quality,
    Reliability,
    Sensitivity,
    Spread,
    StraightLining,
)

__all__ = ["FEWEST_ANSWERS", "FEWEST_FOR_MOMENTS", "FEWEST_TEAMS"]
"""What the page quotes beside the functions below."""
ENOUGH = 70
"""Hundredths; the usual cut for a mean that is relied on: LeBreton and Senter (2008)."""
MANY_ALIKE = (StraightLining.UNDER_25_PERCENT, StraightLining.OVER_25_PERCENT)


def takeaway(quality: Quality) -> str:
    """Say in one line what matters most."""
    said: str = _("A team’s average is a rough guide: do not compare leaders by it")
    found = [one for one in quality.reliabilities.values() if isinstance(one, Reliability)]
    if quality.sensitivity is Sensitivity.DEPENDS:
        said = _("The result depends on unusual answers")
    elif quality.straight_lining in MANY_ALIKE:
        said = _("Many gave the same answer to everything")
    elif not found:
        said = _("Nothing unusual in the answers")
    elif all(one.icc2 is not None and one.icc2 >= ENOUGH for one in found):
        said = _("A team’s average says a good deal about how it is led")
    return said


def scale_name(name: str) -> str:
    """Name a scale, or how closeness is meant."""
    return _("How it is meant") if name == "m" else scale(name)[0]


def straight_lining(value: StraightLining) -> str:
    """Say how many gave the same answer everywhere."""
    return {
        StraightLining.UNDER_5_PERCENT: _("fewer than 5 in 100"),
        StraightLining.UNDER_10_PERCENT: _("5 to 10 in 100"),
        StraightLining.UNDER_25_PERCENT: _("10 to 25 in 100"),
        StraightLining.OVER_25_PERCENT: _("more than 25 in 100"),
    }[value]


def sensitivity(value: Sensitivity) -> str:
    """Say whether the organisation's result is the same without these answers."""
    return {
        Sensitivity.STABLE: _("stable: it stays the same"),
        Sensitivity.DEPENDS: _("it changes: it depends on unusual answers"),
    }[value]


def spread(value: Spread) -> str:
    """Say how far teams differ."""
    return {
        Spread.HARDLY: _("hardly"),
        Spread.SOMEWHAT: _("somewhat"),
        Spread.CLEARLY: _("clearly"),
    }[value]


def hundredths(value: int | None) -> str:
    """Write a reliability; its merged ends say "or less" and "or more"."""
    if value is None:
        return str(_("not defined"))
    return _ended(value, HUNDREDTHS, LOWEST_HUNDREDTH, HIGHEST_HUNDREDTH)


def mean(twentieths: int) -> str:
    """Write a mean from 0 to 1."""
    return _ended(twentieths, FINE_STEPS, LOWEST_TWENTIETH, HIGHEST_TWENTIETH)


def _ended(value: int, steps: int, lowest: int, highest: int) -> str:
    said: str = format_decimal(value / steps, "0.00")
    if value <= lowest:
        said = _("%(number)s or less", number=said)
    elif value >= highest:
        said = _("%(number)s or more", number=said)
    return said
