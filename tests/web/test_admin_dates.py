"""What an administrator sees of a round's dates, and how the last day moves."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from babel.dates import format_date

from surveyapp.jobs import calendar
from surveyapp.rounds import dates, opening
from surveyapp.rounds.dates import Dates
from surveyapp.storage.database import writing
from surveyapp.storage.models import Job, JobKind, Organisation, RoleName, Round, State
from surveyapp.web.pages import keys, today
from tests import factories
from tests.factories import send
from tests.jobs.desk import put, row

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.installation import PageClient

ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def organisation(client: PageClient) -> int:
    made = factories.make_organisation()
    factories.make_team(made, "Dana", 3)
    factories.sign_in(client, factories.make_account(made, "Admin", RoleName.ADMIN))
    return made


def planned(organisation: int, given: Dates, *, is_open: bool = False) -> int:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        made = opening.create_round(session, owner, "Spring", given.closes_on)
        dates.plan(made, given, given.opens_on or today())
        if is_open:
            opening.open_round(session, made, keys(), given.opens_on or today())
        return made.id


def listed(client: PageClient) -> list[tuple[str, str]]:
    """Return the dates on the overview, with what they say."""
    page = client.get("/admin/").text
    entry = r'<time datetime="([-0-9]+)">[^<]*</time> <span>([^<]*)</span>'
    return re.findall(entry, page)


def test_a_draft_lists_what_will_happen_by_itself(client: PageClient, organisation: int) -> None:
    first = today() + ONE_DAY
    given = Dates(
        first + 13 * ONE_DAY,
        opens_on=first,
        reminders=(first + 7 * ONE_DAY,),
        releases_on=first + 20 * ONE_DAY,
        repeat_weeks=8,
    )
    planned(organisation, given)
    assert listed(client) == [
        (str(first), "opens by itself; emails go out at 8 o’clock"),
        (str(first + 7 * ONE_DAY), "everybody is reminded"),
        (str(first + 13 * ONE_DAY), "last day for answers, until midnight"),
        (str(first + 14 * ONE_DAY), "is counted; single answers are destroyed"),
        (str(first + 20 * ONE_DAY), "leaders see their results"),
        (
            str(first + 56 * ONE_DAY),
            "the next round opens; its draft is made when this one is counted",
        ),
    ]


def test_an_open_round_lists_what_happened_and_what_was_left_out(
    client: PageClient, organisation: int
) -> None:
    first = today() - 9 * ONE_DAY
    reminders = tuple(first + days * ONE_DAY for days in (2, 5, 8))
    given = Dates(today() + 4 * ONE_DAY, first, reminders, release_at_closing=True)
    round_id = planned(organisation, given, is_open=True)
    put(JobKind.REMIND, f"{factories.public_id(round_id)}-1")
    said = [what for _day, what in listed(client)]
    assert said == [
        "opened",
        "everybody was reminded",
        "reminder left out",
        "everybody is reminded",
        "last day for answers, until midnight",
        "is counted; single answers are destroyed",
        "leaders see their results as soon as it is counted",
    ]


def test_a_released_round_lists_when_leaders_and_teams_see_it(
    client: PageClient, organisation: int
) -> None:
    round_id = factories.open_round(organisation)
    factories.close_and_release(round_id)
    said = {what: day for day, what in listed(client)}
    assert said["leaders have their results"] == str(today())
    assert said["teams get to see their map"] == str(today() + 7 * ONE_DAY)


def test_a_round_of_which_nothing_is_to_come_lists_no_dates(
    client: PageClient, organisation: int
) -> None:
    round_id = factories.open_round(organisation)
    factories.close_and_release(round_id)
    with writing() as session:
        for team in session.get_one(Round, round_id).teams:
            team.released_on = today() - 8 * ONE_DAY
    assert listed(client) == []


def test_a_last_day_that_somebody_moved_meanwhile_stays_and_the_page_says_so(
    client: PageClient, organisation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = planned(organisation, Dates(today() + ONE_DAY), is_open=True)
    here = f"/admin/rounds/{factories.public_id(round_id)}"
    token = factories.token(client.get(f"{here}/last-day").text)
    real = dates.move_closing

    def moved_meanwhile(session: Session, opened: Round, *given: dt.date) -> None:
        opened.closes_on = today() + 9 * ONE_DAY
        real(session, opened, *given)

    monkeypatch.setattr(dates, "move_closing", moved_meanwhile)
    form = {"csrf_token": token, "closes_on": str(today() + 2 * ONE_DAY), "confirmed": "y"}
    assert client.post(f"{here}/last-day", data=form).location == here
    assert "The last day was not moved" in client.get(here).text


def test_accepting_the_purpose_opens_a_round_that_waited_for_it(
    client: PageClient, organisation: int
) -> None:
    with writing() as session:
        session.get_one(Organisation, organisation).purpose_accepted_on = None
    round_id = planned(organisation, Dates(today() + 9 * ONE_DAY, opens_on=today()))
    assert "accept what results are for, on the page of the" in client.get("/admin/").text
    job = put(JobKind.OPEN, factories.public_id(round_id), 2**40)
    assert send(client, "/admin/purpose", carried="/admin/", accepted="y").status_code == 302
    assert row(job).due_at < 2**40
    assert "a worker opens it within minutes" in client.get("/admin/").text


@pytest.mark.parametrize(
    ("hindrance", "said"),
    [
        ("roster", "nobody is on the roster"),
        ("other", "until another round is closed"),
        ("over", "its last day has passed"),
    ],
)
def test_what_keeps_a_round_from_opening_is_named(
    client: PageClient, organisation: int, hindrance: str, said: str
) -> None:
    if hindrance == "roster":
        organisation = factories.make_organisation("Contoso")
        client = factories.signed_in(factories.make_account(organisation, "Other", RoleName.ADMIN))
    elif hindrance == "other":
        factories.open_round(organisation, "Winter")
    round_id = planned(organisation, Dates(today() + 9 * ONE_DAY, opens_on=today()))
    if hindrance == "over":
        with writing() as session:
            session.get_one(Round, round_id).closes_on = today() - ONE_DAY
    assert said in client.get("/admin/").text


def test_a_round_that_cannot_be_counted_says_why(client: PageClient, organisation: int) -> None:
    round_id = factories.open_round(organisation)
    with writing() as session:
        session.get_one(Round, round_id).closes_on = today() - ONE_DAY
    assert "a worker counts it within minutes" in client.get("/admin/").text
    keys().destroy(factories.public_id(round_id))
    assert "its key is missing" in client.get("/admin/").text
    with writing() as session:
        held = session.get_one(Round, round_id)
        held.state, held.held_for = State.CLOSING, "Dana’s group"
    page = client.get("/admin/").text
    assert "held for checking" in page
    assert "Dana’s group" not in page


def last_day(round_id: int) -> dt.date:
    with writing() as session:
        return session.get_one(Round, round_id).closes_on


def test_the_last_day_moves_to_a_later_one_after_a_question(
    client: PageClient, organisation: int
) -> None:
    round_id = factories.open_round(organisation)
    path = f"/admin/rounds/{factories.public_id(round_id)}/last-day"
    before = last_day(round_id)
    later = before + 5 * ONE_DAY
    asked = send(client, path, closes_on=str(later))
    assert "This cannot be taken back" in asked.text
    assert last_day(round_id) == before
    assert send(client, path, closes_on=str(later), confirmed="y").status_code == 302
    assert last_day(round_id) == later
    assert "Answers are taken until the end of" in client.get("/admin/").text


@pytest.mark.parametrize("closes_on", ["", "soon", "yesterday", "the same"])
def test_the_last_day_never_moves_to_another_one(
    client: PageClient, organisation: int, closes_on: str
) -> None:
    round_id = factories.open_round(organisation)
    path = f"/admin/rounds/{factories.public_id(round_id)}/last-day"
    before = last_day(round_id)
    day = {"yesterday": str(today() - ONE_DAY), "the same": str(before)}.get(closes_on, closes_on)
    refused = send(client, path, closes_on=day, confirmed="y")
    assert refused.status_code == 422
    assert "Please choose a" in refused.text
    assert last_day(round_id) == before


def test_a_round_whose_last_day_is_over_gets_no_more_time(
    client: PageClient, organisation: int
) -> None:
    round_id = factories.open_round(organisation)
    path = f"/admin/rounds/{factories.public_id(round_id)}/last-day"
    with writing() as session:
        session.get_one(Round, round_id).closes_on = today() - ONE_DAY
    assert client.get(path, may_fail=True).status_code == 404
    assert "give people more time" not in client.get("/admin/").text


def test_days_are_those_of_the_organisation(
    client: PageClient, organisation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At eleven in the evening in UTC it is the next day in Auckland."""
    factories.open_round(organisation)
    evening = dt.datetime(2027, 2, 1, 23, tzinfo=dt.UTC).timestamp()
    with writing() as session, monkeypatch.context() as then:
        then.setattr("time.time", lambda: evening)
        owner = session.get_one(Organisation, organisation)
        assert dates.today(owner) == dt.date(2027, 2, 1)
        owner.time_zone = "Pacific/Auckland"
        assert dates.today(owner) == dt.date(2027, 2, 2)
        owner.time_zone = "America/Los_Angeles"
        assert dates.now(owner).hour == 15
    assert "midnight, Pacific Time" in client.get("/admin/").text


def test_the_promise_says_when_the_last_day_ends_and_who_is_reminded_when(
    client: PageClient, organisation: int
) -> None:
    given = Dates(today() + 13 * ONE_DAY, opens_on=today(), reminders=(today() + 7 * ONE_DAY,))
    round_id = planned(organisation, given, is_open=True)
    with writing() as session:
        session.get_one(Organisation, organisation).time_zone = "Europe/Berlin"
    path = f"/promise/{factories.public_id(round_id)}"
    page = client.get(path).text
    assert "until the end of that day, Central European Time" in page
    assert "One reminder goes to everybody, answered or not" in page
    both = [today() + days * ONE_DAY for days in (7, 9)]
    with writing() as session:
        session.get_one(Round, round_id).reminders = ",".join(map(str, both))
    first, second = (format_date(day, "medium", locale="en") for day in both)
    assert f"answered or not: on {first} and {second}." in client.get(path).text
    with writing() as session:
        session.get_one(Round, round_id).reminders = None
    assert "reminder" not in client.get(path).text


def test_the_answering_page_says_when_the_last_day_ends(
    client: PageClient, organisation: int
) -> None:
    round_id = factories.open_round(organisation)
    (team,) = factories.team_ids(round_id).values()
    assert ", UTC</p>" in client.get(f"/answer/{team}").text


def test_the_calendar_finds_nothing_to_do_on_an_ordinary_day(
    client: PageClient, organisation: int
) -> None:
    factories.open_round(organisation)
    calendar.keep_dates(dt.datetime.now(dt.UTC).timestamp())
    with writing() as session:
        assert session.query(Job).count() == 0
