"""On which days everybody in a round is reminded."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.storage.models import Round

MOST_REMINDERS: Final = 3
BETWEEN_REMINDERS: Final = dt.timedelta(days=2)
"""One that goes out a day late still meets no other one."""
FIRST_REMINDER: Final = dt.timedelta(days=7)
LAST_REMINDER: Final = dt.timedelta(days=2)
"""How long after the opening, and before the last day, people are reminded by default."""
FRIDAY: Final = 4


def reminders(planned: Round) -> tuple[dt.date, ...]:
    """Return the days on which everybody in a round is reminded, in their order."""
    written = planned.reminders.split(",") if planned.reminders else ()
    return tuple(map(dt.date.fromisoformat, written))


def spread(opens_on: dt.date, closes_on: dt.date) -> tuple[dt.date, ...]:
    """Return days for reminders where nobody chose any: two, one or none, on working days."""
    length = closes_on - opens_on
    chosen: list[dt.date] = []
    for day in (opens_on + min(FIRST_REMINDER, length // 2), closes_on - LAST_REMINDER):
        workday = day - dt.timedelta(days=max(0, day.weekday() - FRIDAY))
        if workday - (chosen[-1] if chosen else opens_on) >= BETWEEN_REMINDERS:
            chosen.append(workday)
    return tuple(chosen)


def fault_of(days: Sequence[dt.date], opens_on: dt.date, closes_on: dt.date) -> str | None:
    """Return why a round cannot remind on these days, and how to mend that; None if it can."""
    if len(days) > MOST_REMINDERS:
        return f"At most {MOST_REMINDERS} reminders: more make people answer less."
    before = None
    for day in days:
        if not opens_on < day <= closes_on:
            return (
                f"A reminder on {day} reaches nobody who could answer: remind after {opens_on},"
                f" and on {closes_on} at the latest."
            )
        if before and day < before + BETWEEN_REMINDERS:
            return f"The reminders on {before} and {day} are less than two days apart."
        before = day
    return None
