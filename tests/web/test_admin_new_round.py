"""The dates of a round that is made in the browser: opening, reminders, release, coming again."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from surveyapp.rounds import dates
from surveyapp.rounds.reminders import reminders, spread
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round
from surveyapp.web.pages import today
from tests.factories import send
from tests.web.administration import NEW_ROUND, drafted, logged, only_round, store, text

if TYPE_CHECKING:
    from tests.installation import PageClient

DAY = dt.timedelta(days=1)


def day(days: int) -> str:
    return str(today() + days * DAY)


pytestmark = pytest.mark.usefixtures("northwind")
FAR = "This is more than two years ahead: please choose a nearer day."


def test_every_date_is_kept(client: PageClient) -> None:
    drafted(
        client,
        opens_on=day(3),
        closes_on=day(24),
        remind="y",
        release="day",
        releases_on=day(30),
        repeat_weeks="12",
    )
    first, last = today() + 3 * DAY, today() + 24 * DAY
    reminders = spread(first, last)
    assert len(reminders) == 2
    assert dates.Dates.of(only_round()) == dates.Dates(
        last, first, reminders, today() + 30 * DAY, repeat_weeks=12
    )


@pytest.mark.parametrize(
    ("release", "expected"),
    [("", (None, False)), ("closing", (None, True)), ("day", (11, False))],
)
def test_results_are_released_by_hand_at_closing_or_on_the_first_day_after(
    client: PageClient, release: str, expected: tuple[int | None, bool]
) -> None:
    drafted(client, release=release, releases_on=day(11))
    made = dates.Dates.of(only_round())
    days, at_closing = expected
    assert made.release_at_closing is at_closing
    assert made.releases_on == (days and today() + days * DAY)


def test_a_round_without_dates_waits_for_somebody_and_reminds_nobody(client: PageClient) -> None:
    reply = send(client, "/admin/rounds/new", **NEW_ROUND)
    assert reply.location.endswith("/open")
    assert dates.Dates.of(only_round()) == dates.Dates(today() + 10 * DAY)


def test_a_round_that_opens_by_itself_leads_to_its_page_with_its_dates(client: PageClient) -> None:
    reply = send(client, "/admin/rounds/new", **NEW_ROUND, opens_on=day(1), repeat_weeks="4")
    assert not reply.location.endswith("/open")
    shown = text(client.get(reply.location).text)
    assert "opens by itself" in shown
    assert "the next round opens" in shown


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"opens_on": day(-1)}, "This day has passed."),
        ({"opens_on": day(11)}, "This is before the day on which the round opens."),
        ({"opens_on": "soon"}, "Please choose a day."),
        ({"release": "day"}, "Please choose a day after the last day."),
        ({"release": "day", "releases_on": day(10)}, "Please choose a day after the last day."),
        ({"release": "day", "releases_on": "soon"}, "Please choose a day after the last day."),
        ({"releases_on": "soon"}, "Please choose a day."),
        ({"release": "now"}, "Please choose one of these."),
        ({"repeat_weeks": "3"}, "At least 4, and at most 104."),
        ({"repeat_weeks": "105"}, "At least 4, and at most 104."),
        ({"repeat_weeks": "often"}, "Please write a number."),
        ({"closes_on": "9999-12-31"}, FAR),
        ({"closes_on": "0001-01-01", "remind": "y"}, "This day has passed."),
        ({"closes_on": day(732)}, FAR),
        ({"opens_on": day(732), "closes_on": day(733)}, FAR),
        ({"opens_on": "9999-12-31", "closes_on": "9999-12-31", "repeat_weeks": "4"}, FAR),
        ({"release": "day", "releases_on": "9999-12-31"}, FAR),
        ({"opens_on": day(0), "repeat_weeks": "9" * 30}, "At least 4, and at most 104."),
        (
            {"opens_on": day(0), "closes_on": day(28), "repeat_weeks": "4"},
            "The next round would open before this one is over.",
        ),
    ],
)
def test_dates_that_do_not_go_together_are_refused_and_stay_in_the_form(
    client: PageClient, northwind: int, fields: dict[str, str], problem: str
) -> None:
    before = logged(northwind)
    reply = send(client, "/admin/rounds/new", **(NEW_ROUND | fields))
    assert reply.status_code == 422
    assert problem in text(reply.text)
    for name in {"opens_on", "closes_on", "releases_on", "repeat_weeks"} & set(fields):
        assert re.search(rf'name="{name}"[^>]* value="{fields[name]}"', reply.text)
    with writing() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 0
    assert logged(northwind) == before


def test_changing_a_draft_keeps_the_reminders_that_were_chosen_for_it(client: PageClient) -> None:
    fields = NEW_ROUND | {"opens_on": day(3), "closes_on": day(30), "remind": "y"}
    here = drafted(client, **fields)
    chosen = today() + 5 * DAY, today() + 9 * DAY, today() + 20 * DAY
    store(reminders=",".join(map(str, chosen)))
    assert send(client, f"{here}/change", **(fields | {"name": "Other"})).location == here
    assert reminders(only_round()) == chosen
    send(client, f"{here}/change", **(fields | {"closes_on": day(40)}))
    assert reminders(only_round()) == spread(today() + 3 * DAY, today() + 40 * DAY)
    del fields["remind"]
    send(client, f"{here}/change", **fields)
    assert reminders(only_round()) == ()
    send(client, f"{here}/change", **fields, remind="y")
    assert reminders(only_round()) == spread(today() + 3 * DAY, today() + 30 * DAY)


def test_chosen_reminders_that_are_over_by_now_give_way_to_the_usual_ones(
    client: PageClient,
) -> None:
    here = drafted(client, closes_on=day(30), remind="y")
    store(reminders=day(0))
    fields = NEW_ROUND | {"closes_on": day(30), "remind": "y"}
    assert send(client, f"{here}/change", **fields).location == here
    assert reminders(only_round()) == spread(today(), today() + 30 * DAY)
