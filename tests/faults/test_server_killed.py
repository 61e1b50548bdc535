"""PostgreSQL is killed, or ends every connection, in the middle of closing and of mailing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from surveyapp.jobs import sending
from surveyapp.rounds import closing
from surveyapp.storage.database import db
from surveyapp.storage.models import JobKind
from surveyapp.web.pages import keys, today
from tests import factories
from tests.faults.answered import Kept, answered_round, counted_once, outcome
from tests.faults.posting import CountingPost
from tests.faults.site import disconnect, kill_server, new_database
from tests.faults.stopping import Steps, counted
from tests.installation import installed, page_client, settings_for
from tests.jobs.desk import NOON, do_what_is_due, put, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from tests.postgresql import Server

MINUTE = 60
CUTS = (kill_server, disconnect)


@pytest.fixture
def app(mortal_server: Server, tmp_path: Path) -> Iterator[Flask]:
    """Run an application on an empty database of that server."""
    with installed(settings_for(tmp_path, new_database(mortal_server))) as app:
        yield app


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("at", ["SELECT box", "INSERT INTO publication", "do_commit", "erase"])
def test_a_closing_whose_database_dies_ends_as_if_it_had_not(
    app: Flask,
    mortal_server: Server,
    cut: Callable[[Server], None],
    at: str,
    record_property: Callable[[str, object], None],
) -> None:
    round_id = answered_round()
    record_property(
        "ballots", counted_once(round_id, f"closed to the same values after {cut.__name__} at {at}")
    )
    before = Kept.now()
    with counted(Steps()) as whole:
        closing.close(round_id, keys(), today=today())
    expected = outcome(round_id)
    before.put_back()
    places = [place for place, step in enumerate(whole.done) if step.startswith(at)]
    place = places[1] if at == "do_commit" else places[0]  # the second one publishes
    died = Steps(place, lambda: cut(mortal_server))
    with counted(died), suppress(OperationalError):
        closing.close(round_id, keys(), today=today())
    db.engine.dispose()
    half = outcome(round_id)
    assert bool(half["told"]) != bool(half["left"][0])
    if not half["state"][1]:
        assert closing.close(round_id, keys(), today=today())
    assert outcome(round_id) == expected


@pytest.mark.parametrize("cut", CUTS)
def test_a_mailing_whose_database_dies_asks_nobody_twice_but_the_one_in_flight(
    app: Flask,
    mortal_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    cut: Callable[[Server], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    people = 30
    post = CountingPost(at=12, happens=lambda: cut(mortal_server))
    monkeypatch.setattr(sending, "open_post", post.open)
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", people, mail=True)
    job = put(JobKind.INVITE, factories.public_id(factories.open_round(organisation)))
    for minute in range(0, 20, 2):
        do_what_is_due(NOON + minute * MINUTE)
    assert row(job).state == "done"
    assert len(post.taken) == people
    assert post.twice() <= 1


def test_a_database_that_is_away_is_said_and_comes_back_without_a_restart(
    app: Flask, mortal_server: Server
) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 1, mail=True)
    (link,) = factories.draw_links(factories.open_round(organisation))["Dana"]
    email = factories.make_leader_account(organisation, "Dana")
    client = factories.signed_in(email)
    paths = (link.partition("#")[0], "/leader/")
    db.session.close()
    db.engine.dispose()

    def nobody_there(*_where: object, **_how: object) -> None:
        raise psycopg.OperationalError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db.engine.dialect, "connect", nobody_there)
        for path in paths:
            away = client.get(path)
            assert away.status_code == 503
            assert away.headers["Retry-After"]
            assert "in a minute" in away.text
        away = client.post(f"{paths[0]}/ticket", json={"token": "x", "blinded": "AAAA"})
        assert (away.status_code, "is not saved" in away.text) == (503, True)
    for path in paths:
        assert client.get(path).status_code == 200
    factories.answer_by_link(page_client(app), link)
