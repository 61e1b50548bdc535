"""Rounds that come again: the draft of the next one, made when the last one is counted."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from surveyapp.rounds import dates
from surveyapp.rounds.opening import create_round
from surveyapp.rounds.reminders import reminders
from surveyapp.storage.models import Round

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

NOTICE: Final = dt.timedelta(days=3)
"""At least so long somebody can change the draft, or discard it, before it opens."""
DATED: Final = re.compile(r",? \d{4}-\d\d-\d\d(?: \(\d+\))?$")
LONGEST_BASE: Final = 180


def draft_next(session: Session, counted: Round, today: dt.date) -> Round | None:
    """Make the draft of the round after this one; None unless it comes again.

    It has the same length, reminders and thresholds. Where counting took long it comes whole
    periods later. Belongs into the transaction that ends this round, which happens once.
    """
    days = [day for day in (counted.opens_on, counted.opened_on) if day]
    if counted.repeat_weeks is None or not days:
        return None
    opened_on = min(days)
    # Within what a draft may have, whatever stood in this round: its count must not fail here.
    last = min(counted.closes_on, dates.later(opened_on, dates.FARTHEST))
    release = counted.releases_on and min(counted.releases_on, dates.later(last, dates.FARTHEST))
    following = replace(
        dates.Dates.of(counted),
        closes_on=last,
        opens_on=opened_on,
        reminders=tuple(day for day in reminders(counted) if opened_on < day <= last),
        releases_on=release,
    ).later(7 * counted.repeat_weeks)
    while (following.opens_on or today) < today + NOTICE:
        following = following.later(7 * counted.repeat_weeks)
    names = select(Round.name).where(Round.organisation_id == counted.organisation_id)
    made = create_round(
        session,
        counted.organisation,
        _name(counted.name, following.opens_on, set(session.scalars(names))),
        following.closes_on,
        threshold=counted.threshold,
        comment_threshold=counted.comment_threshold,
    )
    made.team_sees = counted.team_sees
    dates.plan(made, following, today)
    return made


def _name(last: str, opens_on: dt.date | None, taken: Collection[str]) -> str:
    """Name a round after the last one and the day on which it opens."""
    base = f"{DATED.sub('', last)[:LONGEST_BASE]}, {opens_on}"
    if base not in taken:
        return base
    return next(name for number in count(2) if (name := f"{base} ({number})") not in taken)
