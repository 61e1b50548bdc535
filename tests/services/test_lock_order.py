"""Two at once on PostgreSQL: whoever changes a round locks its organisation first."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from surveyapp.jobs import calendar
from surveyapp.rounds import closing
from surveyapp.storage import audit
from surveyapp.storage.database import db, lock, writing
from surveyapp.storage.models import Action, Organisation, Person, Round
from surveyapp.web.pages import keys, today
from tests import factories
from tests.installation import page_client
from tests.web.administration import (
    FIRST,
    NEW_ROUND,
    drafted,
    imported,
    only_round,
    opened,
    person_id,
    sign_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.installation import PageClient

PATIENCE = 200
"""Times 50 ms until somebody waits for a lock."""


@pytest.fixture
def app(postgresql_app: Flask) -> Flask:
    """Run on PostgreSQL alone."""
    return postgresql_app


@pytest.fixture
def northwind(client: PageClient) -> int:
    made = factories.make_organisation()
    sign_in(client, made)
    imported(client, *FIRST)
    return made


def somebody_waits() -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with db.engine.connect() as connection:
        return bool(connection.exec_driver_sql(waiting).scalar())


def beside_one_who_has_the_organisation(
    app: Flask, organisation: int, act: Callable[[], object]
) -> None:
    """Act while another one holds the organisation and then wants the round as well.

    Who had locked the round by then would wait for the organisation, and one of both would fail.
    """

    def apart() -> None:
        with app.app_context():
            act()

    with ThreadPoolExecutor(1) as crowd:
        with writing() as session:
            lock(session, session.get_one(Organisation, organisation))
            acting = crowd.submit(apart)
            for _time in range(PATIENCE):
                if somebody_waits():
                    break
                sleep(0.05)
            else:
                pytest.fail("Nobody waits for the organisation.")
            session.scalars(select(Round.id).with_for_update(nowait=True)).one()
        acting.result()


@pytest.mark.parametrize("way", ["change", "discard", "open"])
def test_a_draft_is_changed_removed_and_opened_in_one_order(
    app: Flask, client: PageClient, northwind: int, way: str
) -> None:
    here = drafted(client)
    form = {"csrf_token": factories.token(client.get(f"{here}/{way}").text), "accepted": "y"}
    form |= NEW_ROUND | {"name": "Other"}
    replies = []

    def act() -> None:
        replies.append(client.post(f"{here}/{way}", data=form).status_code)

    beside_one_who_has_the_organisation(app, northwind, act)
    assert replies == [302]


@pytest.mark.parametrize(
    "way", ["last-day", "slips", "join", "close", "discard", "invitations/again"]
)
def test_an_open_round_is_moved_printed_joined_and_ended_in_one_order(
    app: Flask, client: PageClient, northwind: int, way: str
) -> None:
    here = opened(client)
    imported(client, *FIRST, "Flo,flo@demo.example,bo@demo.example,Workshop")
    later = str(today() + dt.timedelta(days=20))
    token = factories.token(client.get(here).text)
    form = {"csrf_token": token, "closes_on": later, "confirmed": "y"}
    replies = []

    def act() -> None:
        replies.append(client.post(f"{here}/{way}", data=form).status_code)

    beside_one_who_has_the_organisation(app, northwind, act)
    assert replies == [200 if way == "slips" else 302]


@pytest.mark.parametrize("by", ["command", "calendar"])
def test_a_round_is_closed_in_the_same_order(
    app: Flask, client: PageClient, northwind: int, by: str
) -> None:
    opened(client)
    found = only_round()
    if by == "command":
        beside_one_who_has_the_organisation(
            app, northwind, lambda: closing.close(found.id, keys(), today=today())
        )
        assert only_round().destroyed
    else:
        with writing() as session:
            closed = session.get_one(Round, found.id)
            closing.begin(session, closed)
        now = dt.datetime.combine(found.closes_on, dt.time(), dt.UTC).timestamp()
        beside_one_who_has_the_organisation(app, northwind, lambda: calendar.keep_dates(now))


def test_two_who_each_add_something_and_write_into_the_log_do_not_wait_for_each_other(
    app: Flask, northwind: int
) -> None:
    both = Barrier(2)

    def add(name: str) -> None:
        with app.app_context(), writing() as session:
            owner = session.get_one(Organisation, northwind)
            session.add(Person(organisation_id=northwind, name=name))
            session.flush()
            both.wait(60)
            audit.record(session, owner, audit.COMMAND, Action.ROSTER_IMPORTED)

    with ThreadPoolExecutor(2) as crowd:
        list(crowd.map(add, ("Gus", "Hal")))
    assert person_id("Gus") != person_id("Hal")


def test_of_two_rounds_of_one_name_that_are_made_at_once_one_is_made(
    app: Flask, northwind: int
) -> None:
    clients = [page_client(app) for _ in range(2)]
    forms = []
    for client, name in zip(clients, ("Rob", "Rudi"), strict=True):
        sign_in(client, northwind, name)
        page = client.get("/admin/rounds/new").text
        forms.append(NEW_ROUND | {"csrf_token": factories.token(page)})
    with ThreadPoolExecutor(2) as crowd, writing() as session:
        lock(session, session.get_one(Organisation, northwind))
        replies = [
            crowd.submit(client.post, "/admin/rounds/new", data=form)
            for client, form in zip(clients, forms, strict=True)
        ]
        sleep(1)
        session.rollback()
        assert sorted(reply.result().status_code for reply in replies) == [302, 422]
    with writing() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 1
