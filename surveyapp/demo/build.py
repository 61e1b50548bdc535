"""Building the demo: everything goes through the same doors as in real use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.core.errors import DomainError
from surveyapp.demo import agreements, cast, coachfiles, founding
from surveyapp.demo.doors import Door, doors_by_mail
from surveyapp.demo.ownviews import own_view
from surveyapp.demo.truths import ballots
from surveyapp.followup import agreement, selfform
from surveyapp.rounds import closing, dates, opening, releasing, slips
from surveyapp.rounds.answering import Answering
from surveyapp.rounds.reminders import spread
from surveyapp.storage.database import writing
from surveyapp.storage.models import Account, Organisation, Round

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from surveyapp.demo.cast import Cast, Leader
    from surveyapp.rounds.keydir import KeyDirectory

BETWEEN_ROUNDS = dt.timedelta(days=122)
OPEN_FOR = dt.timedelta(days=14)
LAST_CLOSED = dt.timedelta(days=26)
"""How long ago the newest closed round closed."""
OPENED = dt.timedelta(days=4)
"""How long ago the open round opened."""
REPEATED_WEEKS = 17
OPENING_STEPS = 12
"""Progress: making a team's keys takes about as long as this many answers."""


class DemoError(DomainError):
    """The demo cannot be built here."""


@dataclass(frozen=True)
class DemoSummary:
    """What somebody needs to look around in the demo."""

    sign_ins: tuple[str, ...]
    """Addresses; all have the same password."""
    password: str
    unused_slip: str
    """A slip of the open round that nobody has answered with."""
    unused_link: str
    """Where somebody in the demo leader's team answers who has not done so yet; from the "/"."""
    rounds: tuple[str, ...]
    """Northwind's rounds, the oldest first; the last one is open."""


def build(
    keys: KeyDirectory, today: dt.date, progress: Callable[[str, int, int], None]
) -> DemoSummary:
    """Build both organisations; takes an app context and an empty database with its tables.

    `progress` is told a label, how much is done and how much there is to do. Raises
    `DemoError` rather than add to what is there.
    """
    _check_empty()
    names = cast.members()
    steps = _Steps(progress, sum(_work(played) for played in cast.CASTS))
    unused: list[Door] = []
    for played in cast.CASTS:
        rows = founding.roster(played, names)
        founding.found(played, rows, today)
        for place, opens_on in enumerate(_opening_days(played, today)):
            asked = _Asked(played, place, opens_on, keys, steps)
            if asked.is_newest_closed and any(row.joins for row in rows):
                founding.join(played, rows)
            doors = asked.run()
            if asked.is_open:  # used from the first one on, so the last one of a team is left
                unused += [doors[played.sign_ins[-1]][-1], *(team[-1] for team in doors.values())]
    with writing() as session:
        coachfiles.keep(session, cast.NORTHWIND.sign_ins[1], today)
    return DemoSummary(
        sign_ins=tuple(address for played in cast.CASTS for address in played.sign_ins),
        password=cast.PASSWORD,
        unused_slip=next(way.slip for way in unused if way.slip),
        unused_link=next(way.link for way in unused if way.link),
        rounds=tuple(map(_name, _opening_days(cast.NORTHWIND, today))),
    )


def _check_empty() -> None:
    with writing() as session:
        for model in (Organisation, Account):
            if session.scalar(select(model.id).limit(1)) is not None:
                message = (
                    "The demo needs an empty installation, and this one holds data. Nothing was"
                    " changed."
                )
                raise DemoError(message)


def _opening_days(played: Cast, today: dt.date) -> list[dt.date]:
    """Return when an organisation's rounds open, the oldest first; the last one stays open."""
    newest = today - LAST_CLOSED - OPEN_FOR
    closed = [newest - back * BETWEEN_ROUNDS for back in reversed(range(played.closed_rounds))]
    return [*closed, today - OPENED]


def _name(opens_on: dt.date) -> str:
    """Name a round by the month in which it opens."""
    return f"{opens_on:%B %Y}"


def _work(played: Cast) -> int:
    """How many steps an organisation takes."""
    each_round = sum(OPENING_STEPS + leader.invited for leader in played.leaders().values())
    return (played.closed_rounds + 1) * each_round


class _Steps:
    """Counts what is done."""

    def __init__(self, progress: Callable[[str, int, int], None], total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def add(self, label: str, steps: int) -> None:
        self.done += steps
        self.progress(label, self.done, self.total)


@dataclass(frozen=True)
class _Asked:
    """One round on its way from opening to where the demo leaves it."""

    played: Cast
    place: int
    """Counts from 0 within the organisation."""
    opens_on: dt.date
    keys: KeyDirectory
    steps: _Steps

    @property
    def is_open(self) -> bool:
        """Whether it stays open."""
        return self.place == self.played.closed_rounds

    @property
    def is_newest_closed(self) -> bool:
        """Whether it is the last one that is closed."""
        return self.place == self.played.closed_rounds - 1

    @property
    def closes_on(self) -> dt.date:
        """The last day for answers."""
        return self.opens_on + OPEN_FOR

    def run(self) -> dict[str, list[Door]]:
        """Open, answer, and close unless it stays open; returns each team's ways in."""
        leaders = self.played.leaders()
        round_id, doors, asked = self._open()
        for address, leader in leaders.items():
            self._answer(address, leader, doors[address], about_agreement=address in asked)
            self.steps.add(self._label("answers"), leader.invited)
        if not self.is_open:
            self._close(round_id, leaders)
        return doors

    def _label(self, doing: str) -> str:
        return f"{self.played.name}, {_name(self.opens_on)}: {doing}"

    def _open(self) -> tuple[int, dict[str, list[Door]], set[str]]:
        """Return the round's id, each team's ways in, and who is asked about an agreement.

        Teams go by the addresses of their leaders.
        """
        with writing() as session:
            organisation = session.scalars(select(Organisation).filter_by(slug=self.played.slug))
            opens_on, closes_on = self.opens_on, self.closes_on
            made = opening.create_round(session, organisation.one(), _name(opens_on), closes_on)
            if self.is_open:
                reminders = spread(opens_on, closes_on)
                planned = dates.Dates(closes_on, opens_on, reminders, repeat_weeks=REPEATED_WEEKS)
                dates.plan(made, planned, opens_on)
            opening.open_round(session, made, self.keys, opens_on)
            drawn = slips.draw(session, made, self.keys)
            doors = {
                str(team.leader.email): [
                    *doors_by_mail(session, team, self.keys),
                    *(Door(team.public_id, slip=code) for code in drawn.get(team, ())),
                ]
                for team in made.teams
            }
            asked = {str(team.leader.email) for team in made.teams if team.asks_agreement}
            round_id = made.id
        self.steps.add(self._label("keys"), OPENING_STEPS * len(doors))
        return round_id, doors, asked

    def _answer(
        self, address: str, leader: Leader, doors: list[Door], *, about_agreement: bool
    ) -> None:
        plan, place = leader.plan, self.place
        given = ballots(plan, place, len(doors), leader=address, is_open=self.is_open)
        if about_agreement:
            given = agreements.with_answers(given, plan.truth(place), address, place)
        for door, ballot in zip(doors, given, strict=False):
            with writing() as session:
                door.enter(Answering(session, self.keys, self.opens_on), ballot)

    def _close(self, round_id: int, leaders: dict[str, Leader]) -> None:
        if not closing.close(round_id, self.keys):
            message = (
                "The demo's answers could not be erased because something else reads the"
                " database: stop it, then build the demo anew with --reset."
            )
            raise DemoError(message)
        with writing() as session:
            closed = session.get_one(Round, round_id)
            self._fill_in(session, closed, leaders)
            for address, leader in leaders.items():
                if not (self.is_newest_closed and leader.waits):
                    releasing.release(closed, address, today=self.closes_on + dates.ONE_DAY)
            self._agree(session, closed)

    def _agree(self, session: Session, closed: Round) -> None:
        """Record what the leader who signs in agrees on with the team after this result."""
        found = agreements.written(self.place, self.closes_on)
        for team in closed.teams:
            if found and team.leader.email == self.played.sign_ins[-1]:
                agreement.save(session, team, *found, self.closes_on + dates.ONE_DAY)

    def _fill_in(self, session: Session, closed: Round, leaders: dict[str, Leader]) -> None:
        """Save how leaders see themselves: in earlier rounds only the one who signs in."""
        for team in closed.teams:
            address = str(team.leader.email)
            leader = leaders[address]
            shown = self.is_newest_closed or address in self.played.sign_ins
            if shown and leader.fills_in:
                mine = own_view(leader.plan.truth(self.place), address, self.place)
                selfform.save(session, team, mine.answers, mine.guess)
