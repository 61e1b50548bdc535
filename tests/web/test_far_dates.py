"""Days at the end of the calendar: none is taken, and none that is stored ends a page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.rounds import closing, dates
from surveyapp.rounds.reminders import reminders
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round
from surveyapp.web.pages import keys, today
from tests.factories import send
from tests.web.administration import (
    NEW_ROUND,
    drafted,
    only_round,
    open_what_was_asked,
    opened,
    store,
    text,
)

if TYPE_CHECKING:
    from tests.installation import PageClient

LAST = dt.date.max
pytestmark = pytest.mark.usefixtures("northwind")


def test_a_last_day_moves_two_years_ahead_at_most(client: PageClient) -> None:
    here = opened(client)
    most = today() + dates.FARTHEST
    for day in (LAST, most + dates.ONE_DAY):
        reply = send(client, f"{here}/last-day", closes_on=str(day), confirmed="y")
        assert reply.status_code == 422
        assert "more than two years ahead" in text(reply.text)
    assert send(client, f"{here}/last-day", closes_on=str(most), confirmed="y").status_code == 302
    assert only_round().closes_on == most


def test_pages_hold_out_whatever_day_is_stored(client: PageClient) -> None:
    here = drafted(client, opens_on=str(today()), repeat_weeks="4", remind="y")
    store(opens_on=LAST, closes_on=LAST, reminders=str(LAST))
    for way in ("", "/change", "/open"):
        assert client.get(here + way).status_code == 200
    assert "is counted" in text(client.get("/admin/").text)
    fields = NEW_ROUND | {"opens_on": str(today()), "repeat_weeks": "4"}
    assert send(client, f"{here}/change", **fields).location == here
    assert only_round().closes_on == dt.date.fromisoformat(NEW_ROUND["closes_on"])


def test_an_open_round_without_end_is_shown_closed_and_followed_by_one_with_an_end(
    client: PageClient,
) -> None:
    here = drafted(client, opens_on=str(today()), repeat_weeks="104", release="closing")
    assert send(client, f"{here}/open", accepted="y").location == here
    open_what_was_asked()
    store(closes_on=LAST, releases_on=None, reminders=f"{today() + dates.ONE_DAY},{LAST}")
    for way in ("", "/last-day", "/close"):
        assert client.get(here + way).status_code == 200
    closing.close(only_round().id, keys())
    with writing() as session:
        first, following = session.scalars(select(Round).order_by(Round.id))
        assert first.destroyed
        opens_on = today() + dt.timedelta(weeks=104)
        assert following.opens_on == opens_on
        assert following.closes_on == opens_on + dates.FARTHEST
        assert reminders(following) == (opens_on + dates.ONE_DAY,)
    assert client.get("/admin/").status_code == 200


def test_a_round_that_was_opened_before_its_day_comes_again_after_the_day_it_was_opened(
    client: PageClient,
) -> None:
    first = today() + dt.timedelta(days=600)
    here = drafted(client, opens_on=str(first), closes_on=str(first), repeat_weeks="104")
    assert send(client, f"{here}/open", accepted="y").location == here
    open_what_was_asked()
    closing.close(only_round().id, keys())
    with writing() as session:
        following = session.scalars(select(Round).order_by(Round.id.desc()).limit(1)).one()
        assert following.opens_on == today() + dt.timedelta(weeks=104)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_log_is_looked_through_until_any_day(client: PageClient, day: str) -> None:
    for asked in ("since", "until"):
        assert client.get(f"/admin/log?{asked}={day}").status_code == 200
