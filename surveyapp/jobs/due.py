"""What the dates of a round ask for on a day: a rule over plain days, without clock or database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from surveyapp.rounds.dates import ONE_DAY
from surveyapp.storage.models import JobKind, State

LATEST_NEWS: Final = dt.timedelta(days=7)
"""Results that are there for longer are news to nobody: no mail tells of them any more."""


class Step(StrEnum):
    """What happens to a round by itself; all but the release by a job of this kind."""

    OPEN = "open"
    REMIND = "remind"
    CLOSE = "close"
    """Count, publish, destroy; also what is left of it after an interruption."""
    RELEASE = "release"
    ANNOUNCE = "announce"
    """Tell the leaders."""
    RESULTS = "results"
    """Tell a team."""


@dataclass(frozen=True)
class Due:
    """Something to do now."""

    step: Step
    of: str = ""
    """Which reminder, from 1 on, or which team."""

    def job(self, round_id: str) -> tuple[JobKind, str]:
        """Return the kind and subject of the job that does it in the round with this public id."""
        subjects = {Step.REMIND: f"{round_id}-{self.of}", Step.RESULTS: self.of}
        return JobKind(self.step), subjects.get(self.step, round_id)


@dataclass(frozen=True)
class Standing:
    """Where a round stands, and which days it names."""

    state: State
    closes_on: dt.date
    opens_on: dt.date | None = None
    opened_on: dt.date | None = None
    reminders: tuple[dt.date, ...] = ()
    releases_on: dt.date | None = None
    destroyed: bool = False
    untold: tuple[dt.date, ...] = ()
    """Days on which leaders got their results to whom no mail went yet."""
    teams_see: tuple[tuple[str, dt.date], ...] = ()
    """Teams, and from which day on each sees its result by itself."""


def due(standing: Standing, today: dt.date) -> list[Due]:
    """Return what a round's dates ask for on a day; each mailing as long as it makes sense.

    The caller knows which mailings were asked for already.
    """
    found: list[Due] = []
    match standing.state:
        case State.DRAFT if standing.opens_on and standing.opens_on <= today:
            found = [Due(Step.OPEN)]
        case State.OPEN if today <= standing.closes_on:
            found = _reminders(standing, today)
        case State.OPEN | State.CLOSING:
            found = [Due(Step.CLOSE)]
        case State.CLOSED | State.RELEASED | State.DISCARDED if not standing.destroyed:
            found = [Due(Step.CLOSE)]
        case State.CLOSED if standing.releases_on and standing.releases_on <= today:
            found = [Due(Step.RELEASE)]
        case State.CLOSED | State.RELEASED:
            found = _news(standing, today)
    return found


def may_remind(day: dt.date, today: dt.date) -> bool:
    """Whether a reminder of one day goes out on another: on its day, or the day after."""
    return day <= today <= day + ONE_DAY


def _reminders(standing: Standing, today: dt.date) -> list[Due]:
    return [
        Due(Step.REMIND, str(number))
        for number, day in enumerate(standing.reminders, 1)
        # Who was invited on that day or later, since something had been in the way, needs none.
        if may_remind(day, today) and (standing.opened_on is None or standing.opened_on < day)
    ]


def _news(standing: Standing, today: dt.date) -> list[Due]:
    is_news = any(_is_news(day, today) for day in standing.untold)
    found = [Due(Step.ANNOUNCE)] if is_news else []
    found += [Due(Step.RESULTS, team) for team, day in standing.teams_see if _is_news(day, today)]
    return found


def _is_news(day: dt.date, today: dt.date) -> bool:
    return day <= today <= day + LATEST_NEWS
