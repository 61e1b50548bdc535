from __future__ import annotations

import datetime as dt
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from surveyapp.anonymity import auditor
from surveyapp.jobs import calendar, leasing, schedule
from surveyapp.rounds import closing, dates, opening, releasing
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    JobKind,
    JobState,
    Organisation,
    Person,
    Round,
    State,
    Team,
    TeamSees,
)
from surveyapp.web.pages import keys
from tests import factories
from tests.jobs.desk import Clock, do_what_is_due, rows
from tests.jobs.planned import (
    MAILINGS,
    OPENS,
    PLANNED,
    at,
    column,
    draft,
    job,
    look,
    mailings,
    organisation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session

ONE_DAY = dt.timedelta(days=1)
OVER = PLANNED.closes_on + ONE_DAY
SEEN = OVER + dt.timedelta(days=7)


def expected(round_id: int) -> dict[str, int]:
    """Return all mailings of a round, with the second at which each is due."""
    public_id = factories.public_id(round_id)
    (team,) = factories.team_ids(round_id).values()
    first, second = PLANNED.reminders
    return {
        f"invite {public_id}": int(at(OPENS, 8)),
        f"remind {public_id}-1": int(at(first, 8)),
        f"remind {public_id}-2": int(at(second, 8)),
        f"announce {public_id}": int(at(OVER, 8)),
        f"results {team}": int(at(SEEN, 8)),
    }


def test_a_round_opens_reminds_closes_and_is_released_on_its_days(app: Flask) -> None:
    spring = draft(organisation())
    look(OPENS - ONE_DAY, 23.9)
    assert column(spring, "state") == State.DRAFT
    assert look(OPENS)
    assert (column(spring, "state"), column(spring, "opened_on")) == (State.OPEN, OPENS)
    look(PLANNED.closes_on, 23.9)
    assert column(spring, "state") == State.OPEN
    assert look(OVER)
    assert column(spring, "state") == State.RELEASED
    with writing() as session:
        assert session.get_one(Round, spring).teams[0].released_on == OVER
    assert not keys().exists(factories.public_id(spring))


def test_each_mailing_is_asked_for_once_in_the_morning_of_its_day(app: Flask) -> None:
    spring = draft(organisation())
    seen: dict[str, int] = {}
    for day in range((SEEN - OPENS).days + 10):
        for hour in (0, 8):
            look(OPENS + dt.timedelta(days=day), hour)
            seen |= {name: due for name, due in mailings().items() if name not in seen}
    assert seen == expected(spring) == mailings()
    assert {one.attempts for one in rows() if one.kind in MAILINGS} == {1}
    assert {one.state for one in rows() if one.kind in MAILINGS} == {JobState.DONE}


def test_nothing_is_written_while_nothing_is_due(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(organisation())
    look(OPENS, 9)
    monkeypatch.setattr(calendar, "writing", lambda: pytest.fail("it wrote"))
    calendar.keep_dates(at(OPENS + ONE_DAY, 9))


@pytest.mark.parametrize(
    ("reminded", "days_late"),
    [({1, 2}, 0), ({1, 2}, 1), ({2}, 2), ({2}, 5), (set(), 7)],
)
def test_a_worker_that_was_down_skips_a_reminder_of_more_than_a_day_ago(
    app: Flask, reminded: set[int], days_late: int
) -> None:
    spring = draft(organisation())
    look(OPENS)
    first = PLANNED.reminders[0]
    for day in range(days_late, 8):
        look(first + dt.timedelta(days=day), 12)
    asked = {int(name[-1]) for name in mailings() if name.startswith("remind")}
    assert asked == reminded
    due = {int(at(first + dt.timedelta(days=days_late), 8))} if 1 in reminded else set()
    assert due <= set(mailings().values())
    assert column(spring, "state") == State.OPEN


def test_a_reminder_that_was_asked_for_and_not_sent_in_time_is_skipped(app: Flask) -> None:
    spring = draft(organisation())
    look(OPENS)
    look(PLANNED.reminders[0])  # asked for at midnight; then nobody works for days
    (waiting,) = (one for one in rows() if one.kind == JobKind.REMIND)
    assert waiting.state == JobState.WAITING

    def is_over(day: int) -> bool:
        clock = Clock(at(PLANNED.reminders[0] + dt.timedelta(days=day), 9))
        lease = leasing.take(clock, job_id=waiting.id)
        assert lease
        lease.give_back()
        return calendar.is_over(lease)

    assert [is_over(day) for day in (0, 1, 2)] == [False, False, True]
    with writing() as session:
        session.get_one(Round, spring).state = State.CLOSING
    assert is_over(0)


def test_a_worker_that_was_down_for_the_whole_time_catches_up_in_order(app: Flask) -> None:
    owner = organisation()
    never = draft(owner)
    look(OVER + ONE_DAY)
    assert column(never, "state") == State.DRAFT, "nobody could have answered"
    with writing() as session:
        dates.plan(
            session.get_one(Round, never),
            replace(PLANNED.later(60), release_at_closing=False, releases_on=OVER + 62 * ONE_DAY),
            OVER,
        )
    look(OPENS + 60 * ONE_DAY)
    assert column(never, "state") == State.OPEN
    look(OVER + 61 * ONE_DAY)  # past its closing, and not yet its release
    assert column(never, "state") == State.CLOSED
    look(OVER + 64 * ONE_DAY)
    assert column(never, "state") == State.RELEASED
    assert f"announce {factories.public_id(never)}" in mailings()


@pytest.mark.parametrize("back", [1, 400])
def test_a_clock_that_is_set_back_does_nothing_twice(app: Flask, back: int) -> None:
    spring = draft(organisation())
    days = (OPENS, *PLANNED.reminders, OVER, SEEN)
    for day in days:
        look(day, 9)
    before, opened_on = mailings(), column(spring, "opened_on")
    for day in days:
        look(day - dt.timedelta(days=back), 9)
        look(day, 9)
    assert mailings() == before
    assert (column(spring, "state"), column(spring, "opened_on")) == (State.RELEASED, opened_on)
    assert {one.attempts for one in rows() if one.kind in MAILINGS} == {1}


def test_a_team_whose_leader_decides_gets_no_mail(app: Flask) -> None:
    spring = draft(organisation())
    with writing() as session:
        session.get_one(Round, spring).team_sees = TeamSees.IF_SHARED
    for day in (OPENS, OVER, SEEN):
        look(day, 9)
    assert [name.split()[0] for name in mailings()] == ["invite", "announce"]


def test_leaders_who_get_their_results_one_after_the_other_are_told_in_turn(app: Flask) -> None:
    owner = organisation()
    factories.make_team(owner, "Eve", 3)
    spring = draft(owner, replace(PLANNED, release_at_closing=False))
    look(OPENS)
    look(OVER, 9)
    assert [name.split()[0] for name in mailings()] == ["invite"]
    told = []
    for days, leader in enumerate(("Northwind", "Eve"), 1):
        day = OVER + days * ONE_DAY
        with writing() as session:
            found = session.get_one(Round, spring)
            releasing.release(found, factories.address(leader), today=day)
        look(day, 7)
        told.append(mailings()[f"announce {factories.public_id(spring)}"])
        for hour in (8, 9, 23):
            look(day, hour)
        assert job(JobKind.ANNOUNCE, spring).due_at == told[-1]  # type: ignore[union-attr]
    look(OVER + 3 * ONE_DAY, 9)
    assert told == [at(OVER + ONE_DAY, 8), at(OVER + 2 * ONE_DAY, 8)]
    assert mailings()[f"announce {factories.public_id(spring)}"] == told[-1]


def test_results_of_long_ago_are_told_to_nobody(app: Flask) -> None:
    """Whoever installs this version has rounds that were released before there was a calendar."""
    spring = draft(organisation())
    look(OPENS)
    assert closing.close(spring, keys(), today=OVER)
    look(SEEN + 8 * ONE_DAY)
    assert column(spring, "state") == State.RELEASED
    assert [name.split()[0] for name in mailings()] == ["invite"]


class KilledError(BaseException):
    """What a process does not survive."""


def kill_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Let the process die right after its transaction number `steps`."""
    left = iter(range(steps, 0, -1))

    @contextmanager
    def dying() -> Iterator[Session]:
        with writing() as session:
            yield session
        if next(left, None) == 1:
            raise KilledError

    for kind in (JobKind.RESEAL, JobKind.TIDY):
        monkeypatch.delitem(schedule.PERIODS, kind)
    for module in (calendar, leasing, schedule, closing):
        monkeypatch.setattr(module, "writing", dying)


def test_a_kill_between_any_two_steps_neither_loses_nor_repeats_anything(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = 0
    for steps in range(1, 60):
        spring = draft(organisation(f"Org {steps}"), replace(PLANNED, repeat_weeks=8))
        killed = 0
        for day in (OPENS, PLANNED.reminders[0], OVER, SEEN):
            with monkeypatch.context() as dying:
                if not killed:
                    kill_after(dying, steps)
                try:
                    look(day, 9)
                except KilledError:
                    killed = 1
                    look(day, 10)  # the lease of whoever died is over by now
        kills += killed
        assert column(spring, "state") == State.RELEASED
        asked = {name for name in mailings() if name in expected(spring)}
        assert asked == set(expected(spring)) - {f"remind {factories.public_id(spring)}-2"}
        assert len(drafts(spring)) == 1
        assert not keys().exists(factories.public_id(spring))
        if not killed:
            break
    assert kills > 10


def drafts(round_id: int) -> list[str]:
    """Return the names of the drafts in a round's organisation."""
    with writing() as session:
        owner = session.get_one(Round, round_id).organisation_id
        query = select(Round).where(Round.organisation_id == owner, Round.state == State.DRAFT)
        return [found.name for found in session.scalars(query)]


def test_two_workers_at_once_do_everything_once(app: Flask) -> None:
    spring = draft(organisation(), replace(PLANNED, repeat_weeks=8))
    for day in (OPENS, *PLANNED.reminders, OVER, SEEN):

        def worker(day: dt.date = day) -> None:
            with app.app_context():
                look(day, 9, alone=False)

        threads = [threading.Thread(target=worker) for _worker in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        look(day, 10)
    assert column(spring, "state") == State.RELEASED
    assert set(mailings()) == set(expected(spring))
    assert {one.attempts for one in rows() if one.kind in MAILINGS} == {1}
    assert len(drafts(spring)) == 1


def set_up(owner: int, hindrance: str) -> None:
    """Put something in the way of opening."""
    with writing() as session:
        if hindrance == "purpose":
            session.get_one(Organisation, owner).purpose_accepted_on = None
        elif hindrance == "roster":
            session.scalars(select(Team).where(Team.organisation_id == owner)).one().members = []


def clear(owner: int, hindrance: str) -> None:
    """Take it away again."""
    with writing() as session:
        if hindrance == "purpose":
            session.get_one(Organisation, owner).purpose_accepted_on = OPENS
        elif hindrance == "roster":
            team = session.scalars(select(Team).where(Team.organisation_id == owner)).one()
            people = select(Person).where(Person.id != team.leader_id)
            team.members = list(session.scalars(people))


@pytest.mark.parametrize(
    ("hindrance", "said"), [("purpose", "Nobody has accepted"), ("roster", "Nobody is on")]
)
def test_what_keeps_a_round_from_opening_is_said_once_and_tried_again_each_day(
    app: Flask, caplog: pytest.LogCaptureFixture, hindrance: str, said: str
) -> None:
    owner = organisation()
    spring = draft(owner)
    set_up(owner, hindrance)
    for hour in range(1, 24, 6):
        look(OPENS, hour)
    found = job(JobKind.OPEN, spring)
    assert found
    assert (found.fault or "").startswith(said)
    assert found.due_at == at(OPENS + ONE_DAY)
    look(OPENS + ONE_DAY)
    assert caplog.text.count(said) == 1
    clear(owner, hindrance)
    look(OPENS + ONE_DAY, 9)
    assert column(spring, "state") == State.DRAFT
    look(OPENS + 2 * ONE_DAY)
    assert column(spring, "opened_on") == OPENS + 2 * ONE_DAY
    found = job(JobKind.OPEN, spring)
    assert found
    assert (found.state, found.fault) == (JobState.DONE, None)


def test_a_draft_whose_hindrance_went_can_be_tried_at_once(app: Flask) -> None:
    owner = organisation()
    spring = draft(owner)
    set_up(owner, "purpose")
    look(OPENS, 1)
    clear(owner, "purpose")
    with writing() as session:
        calendar.try_again(session, owner, at(OPENS, 2))
    look(OPENS, 2)
    assert column(spring, "state") == State.OPEN


def test_a_round_opens_at_once_when_the_one_before_it_closes_that_minute(app: Flask) -> None:
    owner = organisation()
    spring = draft(owner)
    look(OPENS)
    summer = draft(owner, replace(PLANNED.later(60), opens_on=OVER), "Summer")
    look(OVER)
    assert column(spring, "state") == State.RELEASED
    assert (column(summer, "state"), column(summer, "opened_on")) == (State.OPEN, OVER)


def test_a_round_waits_for_another_one_that_stays_open_and_says_so(app: Flask) -> None:
    owner = organisation()
    draft(owner)
    look(OPENS)
    summer = draft(owner, replace(PLANNED.later(60), opens_on=OPENS + ONE_DAY), "Summer")
    look(OPENS + ONE_DAY)
    found = job(JobKind.OPEN, summer)
    assert found
    assert "“Spring” is still open" in (found.fault or "")
    look(OVER)
    assert column(summer, "state") == State.OPEN


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let the audit find something in every count; returns how often it was asked."""
    asked: list[int] = []

    def found(*_counted: object, **_thresholds: int) -> list[Any]:
        asked.append(1)

        class Finding:
            def in_words(self, _names: object) -> str:
                return "The group of Northwind's team is too small."

        return [Finding()]

    with monkeypatch.context() as context:
        context.setattr(auditor, "audit", found)
        yield asked


def test_a_round_that_is_held_is_counted_again_each_day_and_logged_once_without_its_groups(
    app: Flask, held: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    spring = draft(organisation())
    look(OPENS)
    for hour in range(0, 24, 6):
        look(OVER, hour)
    assert len(held) == 1
    look(OVER + ONE_DAY)
    assert len(held) == 2
    assert column(spring, "state") == State.CLOSING
    assert "too small" in column(spring, "held_for")
    assert caplog.text.count("held for checking") == 1
    assert "too small" not in caplog.text
    found = job(JobKind.CLOSE, spring)
    assert found
    assert "too small" not in (found.fault or "")


def test_a_round_whose_key_is_lost_waits_for_it(app: Flask) -> None:
    spring = draft(organisation())
    look(OPENS)
    (file,) = keys().path.glob("*.key")
    kept = file.read_bytes()
    file.unlink()
    assert not look(OVER)
    assert column(spring, "state") == State.CLOSING
    file.write_bytes(kept)
    assert look(OVER + ONE_DAY)
    assert column(spring, "state") == State.RELEASED


def test_a_destruction_that_something_hinders_is_tried_again_within_minutes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    spring = draft(organisation())
    look(OPENS)
    with monkeypatch.context() as busy:
        busy.setattr(closing, "erase_deleted", lambda: False)
        assert not do_what_is_due(at(OVER))
    assert (column(spring, "state"), column(spring, "destroyed")) == (State.CLOSED, False)
    assert do_what_is_due(at(OVER) + 60)
    assert column(spring, "state") == State.RELEASED


def test_moving_the_last_day_wins_over_a_closing_that_was_asked_for(app: Flask) -> None:
    spring = draft(organisation())
    look(OPENS)
    later = OVER + 3 * ONE_DAY
    with writing() as session:
        opened = session.get_one(Round, spring)
        schedule.enqueue(session, JobKind.CLOSE, opened.public_id, int(at(OVER)))
        dates.move_closing(session, opened, later, PLANNED.closes_on)
    look(later)
    assert column(spring, "state") == State.OPEN
    look(later + ONE_DAY)
    assert column(spring, "state") == State.RELEASED


def test_a_round_that_somebody_closes_by_hand_is_left_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    spring = draft(organisation())
    look(OPENS)
    close = closing.close

    def meanwhile(round_id: int, *arguments: Any, **today: Any) -> bool:  # noqa: ANN401
        assert close(round_id, *arguments, **today)
        return close(round_id, *arguments, **today)

    monkeypatch.setattr(closing, "close", meanwhile)
    assert look(OVER)
    assert column(spring, "state") == State.RELEASED


def test_a_draft_whose_day_was_moved_waits_for_the_new_one(app: Flask) -> None:
    spring = draft(organisation())
    with writing() as session:
        planned = session.get_one(Round, spring)
        schedule.enqueue(session, JobKind.OPEN, planned.public_id, int(at(OPENS)))
        dates.plan(planned, PLANNED.later(5), OPENS)
    look(OPENS)
    assert column(spring, "state") == State.DRAFT
    look(OPENS + 5 * ONE_DAY)
    assert column(spring, "state") == State.OPEN


def test_an_organisation_without_a_time_zone_hinders_no_other(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    bad = draft(organisation("Contoso", "Europe/Nowhere"))
    good = draft(organisation())
    assert not look(OPENS)
    assert column(good, "state") == State.OPEN
    assert column(bad, "state") == State.DRAFT
    assert caplog.text.count("no time zone named 'Europe/Nowhere'") == 1


def test_what_a_round_does_by_itself_leaves_no_more_than_dates(app: Flask) -> None:
    """The job table is the same whoever answered: nobody did, and everybody did."""
    silent, full = draft(organisation()), draft(organisation("Contoso"))
    look(OPENS)
    with pytest.MonkeyPatch.context() as travel:
        travel.setattr(dates, "today", lambda *_where: OPENS)
        for link in factories.draw_links(full)["Contoso"]:
            factories.answer_by_link(app.test_client(), link)
    for day in (*PLANNED.reminders, OVER, SEEN):
        look(day, 9)
    told = []
    for asked in (silent, full):
        subjects = {factories.public_id(asked), *factories.team_ids(asked).values()}
        jobs = [one for one in rows() if one.subject.partition("-")[0] in subjects]
        told.append(
            [(one.kind, one.state, one.due_at, one.attempts, one.done, one.total) for one in jobs]
        )
    assert told[0] == told[1]
    assert len(told[0]) == 7


def test_a_round_opened_by_hand_is_reminded_of_and_closed_by_itself(app: Flask) -> None:
    spring = draft(organisation(), replace(PLANNED, opens_on=None))
    look(OPENS + ONE_DAY)
    assert column(spring, "state") == State.DRAFT
    with writing() as session:
        opening.open_round(session, session.get_one(Round, spring), keys(), OPENS + ONE_DAY)
    for day in (*PLANNED.reminders, OVER):
        look(day)
    assert column(spring, "state") == State.RELEASED
    assert sum(name.startswith("remind") for name in mailings()) == 2
