"""Mails about results: to leaders once released, to teams on the promised day; and reminders."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from surveyapp.jobs.schedule import enqueue
from surveyapp.rounds import releasing
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Delivery,
    JobKind,
    Organisation,
    Round,
    RoundTeam,
    TeamSees,
)
from tests import factories
from tests.jobs.desk import NOON, do_what_is_due, mails, outbox, put, row
from tests.jobs.planned import at
from tests.jobs.test_mailing import join, text_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

DAY = 24 * 3600
ONE_DAY = dt.timedelta(days=1)
RELEASED_ON = dt.datetime.fromtimestamp(NOON, dt.UTC).date()


def closed_round(client: PageClient) -> int:
    """Count a round about Dana, of whom eight say something, and Bo, of whom two do."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 8, mail=True)
    factories.make_team(organisation, "Bo", 6, mail=True)
    join("Dana 1", "Bo")
    round_id = factories.open_round(organisation)
    links = factories.draw_links(round_id)
    for link in (*links["Dana"], *links["Bo"][:2]):
        factories.answer_by_link(client, link)
    factories.close_and_release(round_id, release=False)
    return round_id


def release(round_id: int, leader: str | None = None) -> None:
    with writing() as session:
        email = factories.address(leader) if leader else None
        releasing.release(session.get_one(Round, round_id), email, today=RELEASED_ON)


def announce(round_id: int, now: float = NOON) -> list[str]:
    """Announce what is released; returns to whom."""
    for mail in mails():
        mail.unlink()
    put(JobKind.ANNOUNCE, factories.public_id(round_id))
    assert do_what_is_due(now)
    return sorted(outbox())


def tell(round_id: int, leader: str, now: float) -> dict[str, bytes]:
    """Tell a team; returns the mails."""
    for mail in mails():
        mail.unlink()
    team = factories.team_ids(round_id)[leader]
    with writing() as session:
        enqueue(session, JobKind.RESULTS, team, int(now))
    assert do_what_is_due(now)
    return outbox(f"results-{team}")


def test_each_leader_hears_once_that_the_result_is_there_and_nothing_of_it(
    app: Flask, client: PageClient
) -> None:
    round_id = closed_round(client)
    assert announce(round_id) == []
    release(round_id, "Dana")
    assert announce(round_id) == [factories.address("Dana")]
    first = text_of(outbox()[factories.address("Dana")])
    release(round_id)
    assert announce(round_id) == [factories.address("Bo")]
    second = text_of(outbox()[factories.address("Bo")])
    assert announce(round_id) == []
    assert second.replace("Bo", "Dana") == first  # whether many answered or few
    for said in (
        "Your result of “Spring” is ready.",
        "http://127.0.0.1:8000/leader/",
        "Read it before you talk about it.",
        "from Tuesday, December 1, 2026 on, or earlier if you",
    ):
        assert said in first.replace("\n", " ") or said in first


def test_a_leader_whose_team_sees_it_only_if_they_share_is_told_so(
    app: Flask, client: PageClient
) -> None:
    round_id = closed_round(client)
    with writing() as session:
        session.execute(update(Round).values(team_sees=TeamSees.IF_SHARED))
    release(round_id)
    announce(round_id)
    assert "Your team sees its result only if you share it." in text_of(
        outbox()[factories.address("Dana")]
    )
    assert tell(round_id, "Dana", NOON + 9 * DAY) == {}


def test_a_team_is_told_on_the_promised_day_and_not_before(app: Flask, client: PageClient) -> None:
    round_id = closed_round(client)
    assert tell(round_id, "Dana", NOON + 9 * DAY) == {}
    release(round_id)
    told = tell(round_id, "Dana", NOON + 7 * DAY)
    assert set(told) == {factories.address(f"Dana {number}") for number in range(1, 9)}
    text = text_of(told[factories.address("Dana 2")])
    assert "The result of Dana’s team in “Spring” is ready." in text
    path = f"/results/{factories.team_ids(round_id)['Dana']}"
    assert f"\nhttp://127.0.0.1:8000{path}\n" in text
    assert client.get(path).status_code == 200
    assert tell(round_id, "Dana", NOON + 8 * DAY) == {}


def test_a_mail_that_comes_too_early_waits_since_the_organisation_moved_to_the_west(
    app: Flask, client: PageClient
) -> None:
    round_id = closed_round(client)
    release(round_id)
    with writing() as session:
        session.scalars(select(Organisation)).one().time_zone = "Pacific/Honolulu"
    team = factories.team_ids(round_id)["Dana"]
    job_id = put(JobKind.RESULTS, team, NOON + 6 * DAY)
    assert not do_what_is_due(NOON + 6 * DAY)
    waiting = row(job_id)
    assert waiting.fault == f"This team sees its result from {RELEASED_ON + 7 * ONE_DAY} on."
    assert waiting.due_at == at(RELEASED_ON + 7 * ONE_DAY, 8, "Pacific/Honolulu")
    assert outbox(f"results-{team}") == {}
    assert do_what_is_due(waiting.due_at)
    assert len(outbox(f"results-{team}")) == 8


def test_a_team_of_which_too_few_answered_is_told_so_and_who_is_in_two_gets_two(
    app: Flask, client: PageClient
) -> None:
    round_id = closed_round(client)
    release(round_id)
    in_both = factories.address("Dana 1")
    assert in_both in tell(round_id, "Dana", NOON + 7 * DAY)
    told = outbox(f"results-{factories.team_ids(round_id)['Bo']}")
    assert len(told) == 7
    text = text_of(told[in_both]).replace("\n", " ")
    assert "There is no result of Bo’s team alone in “Spring”. Not shown: fewer than 5" in text
    with writing() as session:
        teams = session.scalars(select(RoundTeam.public_id)).all()
        mailings = set(session.scalars(select(Delivery.mailing)))
    assert mailings == {"announcement"} | {f"results-{team}" for team in teams}


def test_a_reminder_goes_to_everybody_whoever_has_answered_with_links_that_work(
    app: Flask, client: PageClient
) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 6, mail=True)
    round_id = factories.open_round(organisation)
    public_id = factories.public_id(round_id)
    links = factories.draw_links(round_id)["Dana"]
    with writing() as session:
        closes_on = RELEASED_ON + dt.timedelta(days=3)
        opened = session.get_one(Round, round_id)
        opened.closes_on, opened.opened_on = closes_on, RELEASED_ON - dt.timedelta(days=1)
        opened.reminders = f"{RELEASED_ON},{RELEASED_ON + dt.timedelta(days=2)}"
        enqueue(session, JobKind.REMIND, f"{public_id}-1", NOON)
        enqueue(session, JobKind.REMIND, f"{public_id}-2", NOON + 2 * DAY)
    assert do_what_is_due()
    first = outbox()
    assert len(first) == 6
    found = "".join(text_of(mail) for mail in first.values())
    assert all(found.count(link) == 1 for link in links)
    assert found.count("3 days are left") == 6
    for mail in mails():
        mail.unlink()
    assert do_what_is_due(NOON + 2 * DAY)
    second = outbox()
    assert set(second) == set(first)
    assert "1 day is left" in text_of(second[factories.address("Dana 1")])
    assert b"reminder-1@" in first[factories.address("Dana 1")]
    assert b"reminder-2@" in second[factories.address("Dana 1")]
