"""What leads an administrator from an empty organisation to mails that went out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.jobs.schedule import enqueue
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Delivery,
    DeliveryState,
    Job,
    JobKind,
    JobState,
    Organisation,
    Round,
    State,
)
from surveyapp.web.pages import today
from tests import factories
from tests.factories import send
from tests.web.administration import (
    FIRST,
    NEW_ROUND,
    drafted,
    imported,
    logged,
    only_round,
    opened,
    store,
    text,
)

if TYPE_CHECKING:
    from tests.installation import PageClient

CONTACT = "the works council"
LATER = today() + dt.timedelta(days=20)


def _set_up(client: PageClient) -> None:
    form = {"name": "Northwind", "language": "en", "time_zone": "UTC", "contact": CONTACT}
    form |= {"threshold": "5", "comment_threshold": "10"}
    assert send(client, "/admin/organisation", **form).status_code == 302


def test_whoever_is_new_is_led_from_each_step_to_the_next(client: PageClient, empty: int) -> None:
    assert "Next: Set up the organisation" in text(client.get("/admin/").text)
    assert "Next:" not in text(client.get("/admin/organisation").text)
    _set_up(client)
    assert "Next: Import the people" in text(client.get("/admin/organisation").text)
    imported(client, *FIRST)
    assert "Next: Let coaches in" in text(client.get("/admin/people").text)
    overview = text(client.get("/admin/").text)
    assert "Import the people done" in overview
    assert "Let coaches in done" not in overview
    factories.make_coach_account(empty, leaders=["Ann", "Bo"])
    assert "Let coaches in done" in text(client.get("/admin/").text)
    drafted(client)
    assert "Next:" not in text(client.get("/admin/organisation").text)


@pytest.mark.usefixtures("northwind")
def test_a_draft_is_changed_and_begins_with_what_it_is(client: PageClient) -> None:
    here = drafted(client, release="day", releases_on=str(LATER), remind="y")
    page = client.get(f"{here}/change").text
    for kept in (f'value="{LATER}"', 'value="day" checked', 'value="y" checked', 'value="Spring"'):
        assert kept in page
    changed = NEW_ROUND | {
        "name": "Summer",
        "threshold": "6",
        "closes_on": str(LATER),
        "release": "",
    }
    assert send(client, f"{here}/change", **changed).location == here
    found = only_round()
    assert (found.name, found.threshold, found.closes_on) == ("Summer", 6, LATER)
    assert (found.releases_on, found.reminders) == (None, None)


@pytest.mark.usefixtures("northwind")
def test_a_draft_keeps_its_name_but_takes_no_other_rounds(client: PageClient) -> None:
    drafted(client)
    here = drafted(client, name="Summer")
    assert send(client, f"{here}/change", **(NEW_ROUND | {"name": "Summer"})).status_code == 302
    refused = send(client, f"{here}/change", **NEW_ROUND)
    assert refused.status_code == 422
    assert "There is a round of this name already." in text(refused.text)


@pytest.mark.usefixtures("northwind")
def test_what_opened_meanwhile_is_not_changed(client: PageClient) -> None:
    here = drafted(client)
    page = client.get(f"{here}/change").text
    store(state=State.OPEN)
    changed = {"csrf_token": factories.token(page), **NEW_ROUND, "name": "Summer"}
    assert client.post(f"{here}/change", data=changed).status_code == 404
    assert only_round().name == "Spring"


def test_before_opening_leaders_without_coach_and_a_missing_contact_are_named(
    client: PageClient, northwind: int
) -> None:
    here = drafted(client)
    page = text(client.get(f"{here}/open").text)
    assert "2 leaders have no coach yet" in page
    assert "Nobody is named yet." in page
    factories.make_coach_account(northwind, leaders=["Ann", "Bo"])
    assert "no coach yet" not in text(client.get(f"{here}/open").text)


@pytest.mark.usefixtures("northwind")
def test_results_that_no_coach_releases_need_no_coach(client: PageClient) -> None:
    here = drafted(client, release="closing")
    assert "no coach yet" not in text(client.get(f"{here}/open").text)


def test_a_round_that_opens_by_itself_says_what_it_waits_for(
    client: PageClient, northwind: int
) -> None:
    with writing() as session:
        session.get_one(Organisation, northwind).purpose_accepted_on = None
    here = drafted(client, opens_on=str(today() + dt.timedelta(days=1)))
    words = "It opens once you accept what results are for"
    assert words in text(client.get(here).text)
    send(client, "/admin/purpose", carried="/admin/", accepted="y")
    assert words not in text(client.get(here).text)


@pytest.mark.usefixtures("northwind")
def test_a_rounds_page_follows_its_invitations(client: PageClient) -> None:
    here = opened(client)
    assert "Invitations are going out" in text(client.get(here).text)
    with writing() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.INVITE)).one()
        job.state, job.done, job.total = JobState.RUNNING, 1, 3
    said = {"done": 1, "total": 3, "working": True}
    assert client.get(f"{here}/invitations").json == said
    with writing() as session:
        session.scalars(select(Job).where(Job.kind == JobKind.INVITE)).one().state = JobState.DONE
    assert client.get(f"{here}/invitations").json == {"done": 0, "total": 0, "working": False}
    assert "progress" not in client.get(here).text


def test_what_reached_nobody_is_sent_again(client: PageClient, northwind: int) -> None:
    here = opened(client)
    number = factories.person_id(northwind, "Bo")
    with writing() as session:
        found = session.scalars(select(Round)).one()
        failed = {"state": DeliveryState.REFUSED, "fault": "550 no", "mailing": "invitation"}
        session.add(Delivery(round_id=found.id, person_id=number, **failed))
        job = enqueue(session, JobKind.INVITE, found.public_id)
        job.state = JobState.DONE
    assert "Send these again" in text(client.get(here).text)
    assert send(client, f"{here}/invitations/again", carried=here).location == here
    with writing() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.INVITE)).one()
        assert job.state == JobState.WAITING
    assert logged(northwind)[-1] == ("mails sent again", "invitations that reached nobody")


def test_whoever_goes_back_to_what_is_over_is_told_where_to_go_on(
    client: PageClient, northwind: int
) -> None:
    here = drafted(client)
    store(state=State.CLOSED)
    reply = client.get(f"{here}/open")
    assert reply.status_code == 404
    assert "This is not possible any more" in reply.text
    assert f'href="{here}"' in reply.text


def test_mails_that_nobody_sends_are_said_so_before_opening(
    client: PageClient, northwind: int
) -> None:
    here = drafted(client)
    assert "nobody sends them yet" in client.get(f"{here}/open").text
