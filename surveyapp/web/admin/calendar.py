"""A round's dates for its administrator: what happens by itself, what happened, what waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from surveyapp.followup.sharing import LEADER_FIRST
from surveyapp.rounds import dates, opening
from surveyapp.rounds.dates import ONE_DAY, later
from surveyapp.rounds.opening import Obstacle
from surveyapp.rounds.reminders import reminders
from surveyapp.storage.models import ReleaseOn, State, TeamSees
from surveyapp.storage.results import COUNTED
from surveyapp.storage.rounds import reminded
from surveyapp.web.pages import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Round

BEFORE_CLOSING: Final = (State.DRAFT, State.OPEN)


@dataclass(frozen=True)
class Entry:
    """Something that belongs to a day."""

    day: dt.date
    what: str
    happened: bool


def entries(session: Session, planned: Round) -> list[Entry]:
    """List what a round's dates say, in their order; dates and nothing else."""
    if planned.state == State.DISCARDED:
        return []
    return sorted(_entries(session, planned), key=lambda entry: entry.day)


def _entries(session: Session, planned: Round) -> Iterator[Entry]:
    if planned.opened_on:
        yield Entry(planned.opened_on, _("opened"), happened=True)
    elif planned.opens_on:
        yield Entry(
            planned.opens_on, _("opens by itself; emails go out at 8 o’clock"), happened=False
        )
    sent, today = reminded(session, planned), dates.today(planned.organisation)
    for number, day in enumerate(reminders(planned), 1):
        if number in sent:
            yield Entry(day, _("everybody was reminded"), happened=True)
        elif planned.state in BEFORE_CLOSING and later(day, ONE_DAY) >= today:
            yield Entry(day, _("everybody is reminded"), happened=False)
        else:
            yield Entry(day, _("reminder left out"), happened=True)
    over = planned.state not in BEFORE_CLOSING
    last = _("last day for answers, until midnight")
    if over:
        last = _("was the last day for answers, unless it was closed before")
    yield Entry(planned.closes_on, last, happened=over)
    if planned.state not in COUNTED:
        what = _("is counted; single answers are destroyed")
        yield Entry(later(planned.closes_on, ONE_DAY), what, happened=False)
    yield from _releases(planned)
    opened_on = planned.opens_on or planned.opened_on
    if planned.repeat_weeks and opened_on and planned.state not in COUNTED:
        following = later(opened_on, dt.timedelta(weeks=planned.repeat_weeks))
        what = _("the next round opens; its draft is made when this one is counted")
        yield Entry(following, what, happened=False)


def _releases(planned: Round) -> Iterator[Entry]:
    released = [team.released_on for team in planned.teams if team.released_on]
    if planned.state == State.RELEASED and released:
        last = max(released)
        yield Entry(last, _("leaders have their results"), happened=True)
        if planned.team_sees == TeamSees.AFTER_SEVEN_DAYS:
            sees = last + LEADER_FIRST
            over = sees <= dates.today(planned.organisation)
            what = _("teams see their map") if over else _("teams get to see their map")
            yield Entry(sees, what, happened=over)
    elif planned.releases_on:
        yield Entry(planned.releases_on, _("leaders see their results"), happened=False)
    elif planned.release_on == ReleaseOn.CLOSING:
        day = later(planned.closes_on, ONE_DAY)
        yield Entry(day, _("leaders see their results as soon as it is counted"), happened=False)


def waits_for(session: Session, planned: Round) -> str | None:
    """Say why something whose day has come did not happen; None if nothing waits."""
    today = dates.today(planned.organisation)
    why: str | None = None
    match planned.state:
        case State.DRAFT if planned.opens_on and planned.opens_on <= today:
            why = _hindrance(session, planned, today)
        case State.CLOSING if planned.held_for:
            why = _("It is held for checking: nothing was published. It is checked again each day.")
        case State.OPEN | State.CLOSING if planned.closes_on < today:
            why = _("Its last day is over: a worker counts it within minutes.")
            if not keys().exists(planned.public_id):
                why = _(
                    "It cannot be counted: its key is missing on the server. Once the key is put"
                    " back, it is counted within a day."
                )
        case State.CLOSED | State.RELEASED if not planned.destroyed:
            why = _("Its single answers are not destroyed yet. That is tried again by itself.")
    return why


def _hindrance(session: Session, draft: Round, today: dt.date) -> str:
    try:
        opening.check_opening(session, draft, today)
    except opening.OpeningError as error:
        why = error.obstacle
    else:
        why = None
    words: dict[Obstacle | None, str] = {
        None: _("Its day has come: a worker opens it within minutes."),
        Obstacle.PURPOSE: _(
            "It does not open yet: accept what results are for, on the page of the"
            " organisation, and it opens within minutes."
        ),
        Obstacle.OVER: _(
            "It did not open, and its last day has passed: give it other dates, or remove it."
        ),
        Obstacle.BUSY: _("It waits until another round is closed."),
        Obstacle.NOBODY: _(
            "It does not open yet: nobody is on the roster. It is tried again each day."
        ),
        Obstacle.TOO_LARGE: _(
            "It does not open yet: somebody leads more people than one round can ask about them."
            " It is tried again each day."
        ),
    }
    return words[why]
