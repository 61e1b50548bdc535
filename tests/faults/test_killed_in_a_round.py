"""Whatever is killed in mailing, answering and closing: nothing is lost, doubled or half done."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from surveyapp.jobs.counting import progress_file
from surveyapp.rounds import closing
from surveyapp.storage.database import writing
from surveyapp.storage.models import Box, JobKind, JobState, Publication, Round, RoundTeam, State
from surveyapp.web.pages import keys, settings
from tests import factories
from tests.cli.test_worker import until
from tests.faults.crowd import PATIENCE_SECONDS, Crowd, Tally
from tests.faults.site import VICTIMS, kill_the_web_server, kill_the_worker, running_site
from tests.faults.stopping import StoppedHereError
from tests.jobs.desk import put, row
from tests.jobs.planned import column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.site import Site
    from tests.postgresql import Server

TEAMS = ("Dana", "Bo")
MEMBERS = 12
SLOWLY_BACK = (kill_the_web_server, kill_the_worker)


@pytest.fixture(scope="module")
def sqlite_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run every process on SQLite."""
    with running_site(tmp_path_factory.mktemp("sqlite")) as site:
        yield site


@pytest.fixture(scope="module")
def postgresql_site(
    tmp_path_factory: pytest.TempPathFactory, mortal_server: Server
) -> Iterator[Site]:
    """Run every process on PostgreSQL."""
    with running_site(tmp_path_factory.mktemp("postgresql"), mortal_server) as site:
        yield site


@pytest.mark.parametrize(
    ("engine", "kill"), VICTIMS, ids=[f"{engine}-{kill.__name__}" for engine, kill in VICTIMS]
)
def test_whatever_is_killed_a_round_is_asked_answered_and_counted_once(
    request: pytest.FixtureRequest,
    engine: str,
    kill: Callable[[Site], None],
    record_property: Callable[[str, object], None],
) -> None:
    site: Site = request.getfixturevalue(f"{engine}_site")
    with site.app.app_context():
        organisation = factories.make_organisation(kill.__name__)
        for leader in TEAMS:
            factories.make_team(organisation, leader, MEMBERS, mail=True)
        round_id = factories.open_round(organisation)
        tally, mails = ask_while(site, kill, round_id)
        record_property("ballots", f"{tally}; mails {mails.total()} to {len(mails)} people")
        assert (tally.lost, tally.double) == (0, 0)
        assert tally.acknowledged == tally.stored == len(mails) == len(TEAMS) * MEMBERS
        assert mails.total() <= len(mails) + 1, "more than the one in flight"
        close_while(site, kill, round_id)


def ask_while(
    site: Site, kill: Callable[[Site], None], round_id: int
) -> tuple[Tally, Counter[str]]:
    """Let the worker invite everybody, and all answer, and kill in the middle of both.

    Returns what became of the answers, and how many mails each got.
    """
    crowd, before = Crowd.of(round_id), len(site.mail_server.taken)
    with ExitStack() as answering:
        with site.held():
            job = put(JobKind.INVITE, factories.public_id(round_id), int(time.time()))
            until(lambda: len(site.mail_server.taken) > before, PATIENCE_SECONDS)
            answering.enter_context(crowd.answering(site.address))
            crowd.wait_for(0.2)
            kill(site)
        if kill not in SLOWLY_BACK:  # once more, while boxes are sealed anew
            crowd.wait_for(0.5)
            kill(site)
    until(lambda: row(job).state == JobState.DONE, PATIENCE_SECONDS)
    return crowd.tally(), Counter(site.mail_server.to()[before:])


def close_while(site: Site, kill: Callable[[Site], None], round_id: int) -> None:
    """Let the worker close the round, and kill while it counts."""
    expected = told(round_id, counting=True)
    public_id = factories.public_id(round_id)
    with writing() as session:
        closing.begin(session, session.get_one(Round, round_id))
    with site.held():
        job = put(JobKind.CLOSE, public_id, int(time.time()))
        until(progress_file(settings(), public_id).exists, PATIENCE_SECONDS)
        kill(site)
    half = column(round_id, "state")
    assert half == State.CLOSING or told(round_id) == expected
    until(lambda: row(job).state == JobState.DONE, PATIENCE_SECONDS)
    assert (column(round_id, "state"), column(round_id, "destroyed")) == (State.CLOSED, True)
    assert told(round_id) == expected
    assert len(expected) >= len(TEAMS)
    assert not keys().exists(public_id)
    with writing() as session:
        boxes = select(func.count()).select_from(Box).join(RoundTeam)
        assert session.scalar(boxes.where(RoundTeam.round_id == round_id)) == 0


def told(round_id: int, *, counting: bool = False) -> list[str]:
    """Return what is published; with `counting`, what would be if it were closed now."""
    found: list[str] = []
    with suppress(StoppedHereError), writing() as session:
        asked = session.get_one(Round, round_id)
        if counting:
            closing.begin(session, asked)
            closing.publish(session, asked, keys())
        query = select(Publication.document).join(RoundTeam).where(RoundTeam.round_id == round_id)
        found += sorted(session.scalars(query))
        raise StoppedHereError  # and nothing of it is kept
    return found
