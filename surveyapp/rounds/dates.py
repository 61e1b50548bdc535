"""The dates of a round: what day it is where people answer, and which dates go together."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from surveyapp.core.errors import DomainError
from surveyapp.rounds.reminders import fault_of, reminders
from surveyapp.storage.database import lock
from surveyapp.storage.models import ReleaseOn, State
from surveyapp.storage.rounds import lock_round, running_round

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Organisation, Round

MORNING: Final = dt.time(8)
"""When mails of a day go out, where the organisation is."""
ONE_DAY: Final = dt.timedelta(days=1)
FARTHEST: Final = dt.timedelta(days=731)
"""Two years: how far ahead a round opens, how long it takes answers, how long its release waits."""
FEWEST_WEEKS: Final = 4
MOST_WEEKS: Final = 104


class InAZone(Protocol):
    """An organisation, or what was read of it."""

    @property
    def time_zone(self) -> str:
        """Where its days begin and end, by the zone's IANA name."""


class DatesError(DomainError):
    """Dates that do not go together, or come too late."""


def zone(name: str) -> dt.tzinfo:
    """Return a time zone by its IANA name; raises `DatesError` if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = (
            f"There is no time zone named {name!r}. Its name is that of a large city, such as"
            " Europe/Berlin or America/New_York, or UTC."
        )
        raise DatesError(message) from error


def now(organisation: InAZone, seconds: float | None = None) -> dt.datetime:
    """Return the time where an organisation is, now or so many seconds after 1970."""
    moment = time.time() if seconds is None else seconds
    return dt.datetime.fromtimestamp(moment, zone(organisation.time_zone))


def today(organisation: InAZone, seconds: float | None = None) -> dt.date:
    """Return the day where an organisation is: its rounds' days begin and end there."""
    return now(organisation, seconds).date()


def morning(day: dt.date, organisation: Organisation) -> int:
    """Return when a day's mails go out, in seconds since 1970."""
    moment = dt.datetime.combine(day, MORNING, zone(organisation.time_zone))
    return int(moment.timestamp())


def midnight(organisation: Organisation, seconds: float) -> int:
    """Return when the day after a moment begins where an organisation is, both since 1970."""
    here = zone(organisation.time_zone)
    day = dt.datetime.fromtimestamp(seconds, here).date() + ONE_DAY
    return int(dt.datetime.combine(day, dt.time(), here).timestamp())


def later(day: dt.date, by: dt.timedelta) -> dt.date:
    """Return a day so much later, or the last one that there is.

    Dates that were stored before they had a limit may be as far ahead as that.
    """
    return day + min(by, dt.date.max - day)


@dataclass(frozen=True)
class Dates:
    """What happens when in a round. `check` says whether it can be."""

    closes_on: dt.date
    """Last day on which answers are taken."""
    opens_on: dt.date | None = None
    """None if somebody opens it."""
    reminders: tuple[dt.date, ...] = ()
    releases_on: dt.date | None = None
    release_at_closing: bool = False
    """Neither of the two: somebody releases the results."""
    repeat_weeks: int | None = None

    @classmethod
    def of(cls, planned: Round) -> Dates:
        """Read them from a round."""
        return cls(
            closes_on=planned.closes_on,
            opens_on=planned.opens_on,
            reminders=reminders(planned),
            releases_on=planned.releases_on,
            release_at_closing=planned.release_on == ReleaseOn.CLOSING,
            repeat_weeks=planned.repeat_weeks,
        )

    def later(self, days: int) -> Dates:
        """Return the same dates, so many days later."""
        by = dt.timedelta(days=days)
        return replace(
            self,
            closes_on=self.closes_on + by,
            opens_on=self.opens_on and self.opens_on + by,
            reminders=tuple(day + by for day in self.reminders),
            releases_on=self.releases_on and self.releases_on + by,
        )

    def check(self, today: dt.date) -> None:
        """Raise `DatesError` for the first date that cannot be, in a draft of this day."""
        if self.opens_on and self.opens_on < today:
            raise DatesError(_past("opens", self.opens_on))
        if self.closes_on < today:
            raise DatesError(_past("closes", self.closes_on))
        first = self.opens_on or today
        if self.closes_on < first:
            message = f"The round would close on {self.closes_on}, before it opens on {first}."
            raise DatesError(message)
        _check_near("opens", first, today)
        _check_near("closes", self.closes_on, first)
        if fault := fault_of(self.reminders, first, self.closes_on):
            raise DatesError(fault)
        if self.releases_on and self.release_at_closing:
            message = "Results are released at closing, or on a date: choose one of them."
            raise DatesError(message)
        if self.releases_on and self.releases_on <= self.closes_on:
            message = (
                f"Results cannot be released on {self.releases_on}: answers are taken until the"
                f" end of {self.closes_on}, so {self.closes_on + ONE_DAY} is the first day."
            )
            raise DatesError(message)
        if self.releases_on:
            _check_near("is released", self.releases_on, self.closes_on)
        if self.repeat_weeks and not FEWEST_WEEKS <= self.repeat_weeks <= MOST_WEEKS:
            message = (
                f"A round comes again every {FEWEST_WEEKS} to {MOST_WEEKS} weeks;"
                f" {self.repeat_weeks} is not between. Who is asked more often answers less, and"
                " people need time to see a change."
            )
            raise DatesError(message)

    @property
    def overlaps_next(self) -> bool:
        """Whether the next round would have to open before this one's last day is over."""
        if not (self.repeat_weeks and self.opens_on):
            return False
        return self.closes_on - self.opens_on >= dt.timedelta(weeks=self.repeat_weeks)


def plan(draft: Round, dates: Dates, today: dt.date) -> None:
    """Give a draft its dates. Raises `DatesError` if they cannot be, or it is no draft any more."""
    if draft.state != State.DRAFT:
        message = f"“{draft.name}” is {draft.state}: only a draft gets other dates."
        raise DatesError(message)
    dates.check(today)
    draft.opens_on, draft.closes_on = dates.opens_on, dates.closes_on
    draft.reminders = ",".join(map(str, dates.reminders)) or None
    draft.releases_on, draft.repeat_weeks = dates.releases_on, dates.repeat_weeks
    draft.release_on = ReleaseOn.CLOSING if dates.release_at_closing else None


def move_closing(session: Session, opened: Round, closes_on: dt.date, today: dt.date) -> None:
    """Let a round take answers for longer; its release waits until the day after, if it has one.

    Raises `DatesError` unless the round is open, its last day is not over, and the new one is
    later, though not later than `latest_closing`: an earlier one would break what people were
    told, and nothing opens again.
    """
    lock_round(session, opened)
    if opened.state != State.OPEN or today > opened.closes_on:
        over = "its last day is over" if opened.state == State.OPEN else f"it is {opened.state}"
        message = f"The last day of “{opened.name}” cannot be moved: {over}."
        raise DatesError(message)
    if closes_on <= opened.closes_on:
        message = (
            f"“{opened.name}” is open until the end of {opened.closes_on}, as everybody was told:"
            f" its last day moves to a later one only, and {closes_on} is not later."
        )
        raise DatesError(message)
    if closes_on > (latest := latest_closing(opened)):
        message = f"“{opened.name}” takes answers until {latest} at the latest: two years."
        raise DatesError(message)
    opened.closes_on = closes_on
    if opened.releases_on:
        opened.releases_on = max(opened.releases_on, closes_on + ONE_DAY)


def latest_closing(opened: Round) -> dt.date:
    """Return the latest day that the last one of an open round may move to."""
    return later(opened.opened_on or opened.closes_on, FARTHEST)


def choose_zone(session: Session, organisation: Organisation, name: str) -> None:
    """Let an organisation's days begin and end in another time zone.

    Raises `DatesError` if there is none of this name, or while a round is open: its last day
    would end earlier or later than people were told.
    """
    zone(name)
    lock(session, organisation)  # so does whoever opens a round
    if opened := running_round(session, organisation):
        message = (
            f"“{opened.name}” is {opened.state}: the time zone of {organisation.name} stays"
            f" {organisation.time_zone} until it is closed."
        )
        raise DatesError(message)
    organisation.time_zone = name


def _check_near(what: str, day: dt.date, since: dt.date) -> None:
    if day - since > FARTHEST:
        message = (
            f"The round {what} on {day}, more than two years after {since}: choose a nearer day."
        )
        raise DatesError(message)


def _past(what: str, day: dt.date) -> str:
    return f"The round {what} on {day}, which is past. Choose today or a later day."
