from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from surveyapp.rounds import closing, dates, opening
from surveyapp.rounds.answering import Answering, NotOpenError
from surveyapp.rounds.dates import Dates, DatesError
from surveyapp.rounds.reminders import reminders
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, Round, State
from surveyapp.web.pages import keys
from tests import factories

FIRST = dt.date(2027, 2, 1)
ONE_DAY = dt.timedelta(days=1)
GIVEN = Dates(
    FIRST + 13 * ONE_DAY,
    opens_on=FIRST,
    reminders=(FIRST + 5 * ONE_DAY, FIRST + 10 * ONE_DAY),
    repeat_weeks=8,
)


def draft(owner: int, given: Dates = GIVEN, name: str = "Spring") -> int:
    with writing() as session:
        made = opening.create_round(
            session, session.get_one(Organisation, owner), name, given.closes_on
        )
        dates.plan(made, given, FIRST)
        return made.id


def opened(owner: int, given: Dates = GIVEN) -> int:
    round_id = draft(owner, given)
    with writing() as session:
        opening.open_round(session, session.get_one(Round, round_id), keys(), FIRST)
    return round_id


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"opens_on": FIRST - ONE_DAY}, "opens on 2027-01-31, which is past"),
        ({"opens_on": None, "closes_on": FIRST - ONE_DAY}, "closes on 2027-01-31, which is past"),
        ({"closes_on": FIRST, "opens_on": FIRST + ONE_DAY}, "before it opens"),
        ({"reminders": (FIRST,)}, "reaches nobody"),
        ({"reminders": (FIRST + 14 * ONE_DAY,)}, "on 2027-02-14 at the latest"),
        ({"reminders": (FIRST + 2 * ONE_DAY, FIRST + 3 * ONE_DAY)}, "less than two days apart"),
        ({"reminders": (FIRST + 4 * ONE_DAY, FIRST + 2 * ONE_DAY)}, "less than two days apart"),
        ({"reminders": tuple(FIRST + 2 * n * ONE_DAY for n in (1, 2, 3, 4))}, "At most 3"),
        ({"releases_on": FIRST + 13 * ONE_DAY}, "2027-02-15 is the first day"),
        ({"releases_on": FIRST + 20 * ONE_DAY, "release_at_closing": True}, "choose one"),
        ({"repeat_weeks": 3}, "answers less"),
        ({"repeat_weeks": 105}, "4 to 104 weeks"),
        ({"repeat_weeks": -8}, "4 to 104 weeks"),
    ],
)
def test_dates_that_do_not_go_together_are_refused(changes: dict[str, Any], complaint: str) -> None:
    GIVEN.check(FIRST)
    with pytest.raises(DatesError, match=complaint):
        replace(GIVEN, **changes).check(FIRST)


def test_what_is_given_to_a_draft_is_read_again(organisation: int) -> None:
    for number, given in enumerate(
        (
            GIVEN,
            Dates(FIRST),
            replace(GIVEN, release_at_closing=True, reminders=(), repeat_weeks=None),
            replace(GIVEN, releases_on=FIRST + 14 * ONE_DAY),
        )
    ):
        round_id = draft(organisation, given, f"Round {number}")
        with writing() as session:
            assert Dates.of(session.get_one(Round, round_id)) == given


def test_a_round_that_is_open_gets_no_other_dates(organisation: int) -> None:
    round_id = opened(organisation)
    with writing() as session, pytest.raises(DatesError, match="only a draft"):
        dates.plan(session.get_one(Round, round_id), GIVEN.later(1), FIRST)


@pytest.mark.parametrize(
    ("state", "today", "days", "complaint"),
    [
        (State.OPEN, GIVEN.closes_on, 0, "is not later"),
        (State.OPEN, FIRST, -1, "is not later"),
        (State.OPEN, GIVEN.closes_on + ONE_DAY, 5, "its last day is over"),
        (State.DRAFT, FIRST, 5, "it is draft"),
        (State.CLOSING, FIRST, 5, "it is closing"),
        (State.CLOSED, FIRST, 5, "it is closed"),
        (State.RELEASED, FIRST, 5, "it is released"),
        (State.DISCARDED, FIRST, 5, "it is discarded"),
    ],
)
def test_a_last_day_moves_while_it_is_not_over_and_never_back(
    organisation: int, state: State, today: dt.date, days: int, complaint: str
) -> None:
    round_id = opened(organisation)
    with writing() as session:
        session.get_one(Round, round_id).state = state
    later = GIVEN.closes_on + days * ONE_DAY
    with writing() as session, pytest.raises(DatesError, match=complaint):
        dates.move_closing(session, session.get_one(Round, round_id), later, today)
    with writing() as session:
        assert session.get_one(Round, round_id).closes_on == GIVEN.closes_on


def test_a_later_last_day_takes_answers_and_moves_the_release_behind_it(organisation: int) -> None:
    given = replace(GIVEN, releases_on=GIVEN.closes_on + 2 * ONE_DAY)
    round_id = opened(organisation, given)
    (team,) = factories.team_ids(round_id).values()
    later = GIVEN.closes_on + 4 * ONE_DAY
    with writing() as session, pytest.raises(NotOpenError):
        Answering(session, keys(), later).open_team(team)
    with writing() as session:
        found = session.get_one(Round, round_id)
        dates.move_closing(session, found, later, GIVEN.closes_on)
        assert found.releases_on == later + ONE_DAY
        dates.move_closing(session, found, later + ONE_DAY, later)
    with writing() as session:
        Answering(session, keys(), later + ONE_DAY).open_team(team)
        with pytest.raises(NotOpenError):
            Answering(session, keys(), later + 2 * ONE_DAY).open_team(team)


def test_answers_are_taken_until_midnight_where_the_organisation_is(
    organisation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = opened(organisation)
    (team,) = factories.team_ids(round_id).values()
    with writing() as session:
        session.get_one(Organisation, organisation).time_zone = "America/Los_Angeles"
    midnight = dt.datetime(2027, 2, 15, 8, tzinfo=dt.UTC).timestamp()  # there
    for second, is_open in ((-1, True), (0, False)):
        monkeypatch.setattr("time.time", lambda second=second: midnight + second)
        with writing() as session:
            if is_open:
                Answering(session, keys()).open_team(team)
            else:
                with pytest.raises(NotOpenError):
                    Answering(session, keys()).open_team(team)


def test_a_time_zone_has_a_name_and_stays_while_a_round_is_open(organisation: int) -> None:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        for name in ("Berlin", "", "../Berlin", "Europe/", "Europe/Nowhere"):
            with pytest.raises(DatesError, match="no time zone named"):
                dates.choose_zone(session, owner, name)
        dates.choose_zone(session, owner, "Europe/Berlin")
    opened(organisation)
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        with pytest.raises(DatesError, match="“Spring” is open"):
            dates.choose_zone(session, owner, "UTC")
        assert owner.time_zone == "Europe/Berlin"


def close(round_id: int, today: dt.date) -> Round | None:
    """Count a round on a day; returns the draft that came of it."""
    assert closing.close(round_id, keys(), today=today)
    with writing() as session:
        found = session.query(Round).filter_by(state=State.DRAFT).one_or_none()
        if found:
            session.expunge(found)
        return found


def test_a_round_that_comes_again_leaves_a_draft_like_itself(organisation: int) -> None:
    given = replace(GIVEN, releases_on=GIVEN.closes_on + 3 * ONE_DAY)
    round_id = opened(organisation, given)
    with writing() as session:
        found = session.get_one(Round, round_id)
        found.team_sees, found.comment_threshold = "if_shared", 12
    made = None
    with pytest.MonkeyPatch.context() as unbound:  # thresholds are bound to the boxes
        unbound.setattr(closing, "publish", _counted)
        made = close(round_id, given.closes_on + ONE_DAY)
    assert made
    assert Dates.of(made) == given.later(56)
    assert made.name == "Spring, 2027-03-29"
    assert (made.threshold, made.comment_threshold, made.team_sees) == (5, 12, "if_shared")


def _counted(_session: object, counted: Round, *_others: object) -> None:
    counted.state = State.CLOSED


def test_a_draft_follows_in_time_to_be_changed_even_if_counting_took_long(
    organisation: int,
) -> None:
    made = close(opened(organisation), FIRST + 54 * ONE_DAY)
    assert made
    assert made.opens_on == FIRST + 112 * ONE_DAY


def test_the_next_names_carry_their_own_date_alone(organisation: int) -> None:
    made = close(opened(organisation), GIVEN.closes_on + ONE_DAY)
    assert made
    assert made.name == "Spring, 2027-03-29"
    draft(organisation, name="Spring, 2027-05-24")
    with writing() as session:
        session.query(Round).filter_by(name="Spring, 2027-05-24").one().state = State.DISCARDED
        opening.open_round(session, session.get_one(Round, made.id), keys(), FIRST + 56 * ONE_DAY)
    again = close(made.id, FIRST + 70 * ONE_DAY)
    assert again
    assert again.name == "Spring, 2027-05-24 (2)"


def test_a_round_opened_by_hand_after_a_reminder_comes_again_without_it(organisation: int) -> None:
    round_id = draft(organisation, replace(GIVEN, opens_on=None, reminders=GIVEN.reminders))
    with writing() as session:
        late = FIRST + 7 * ONE_DAY
        opening.open_round(session, session.get_one(Round, round_id), keys(), late)
    made = close(round_id, GIVEN.closes_on + ONE_DAY)
    assert made
    assert made.opens_on == late + 56 * ONE_DAY
    assert reminders(made) == (GIVEN.reminders[1] + 56 * ONE_DAY,)


def test_a_round_that_does_not_come_again_leaves_nothing(organisation: int) -> None:
    round_id = opened(organisation, replace(GIVEN, repeat_weeks=None))
    assert close(round_id, GIVEN.closes_on + ONE_DAY) is None


def test_a_next_round_that_would_open_too_early_is_warned_of() -> None:
    assert not GIVEN.overlaps_next
    assert replace(GIVEN, closes_on=FIRST + 28 * ONE_DAY, repeat_weeks=4).overlaps_next
    assert not replace(GIVEN, closes_on=FIRST + 27 * ONE_DAY, repeat_weeks=4).overlaps_next
    assert not Dates(FIRST, repeat_weeks=4).overlaps_next


def test_no_date_is_more_than_two_years_after_what_it_follows() -> None:
    far, too_far = dates.FARTHEST, dates.FARTHEST + ONE_DAY
    last = FIRST + 2 * far
    Dates(last, opens_on=FIRST + far, releases_on=last + far).check(FIRST)
    for given in (
        Dates(FIRST + too_far),
        Dates(FIRST + too_far, opens_on=FIRST + too_far),
        Dates(FIRST, releases_on=FIRST + too_far),
        Dates(dt.date.max, opens_on=dt.date.max, releases_on=dt.date.max, repeat_weeks=4),
    ):
        with pytest.raises(DatesError):
            given.check(FIRST)
