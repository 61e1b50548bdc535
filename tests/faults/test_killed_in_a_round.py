"""Whatever is killed while people answer: each acknowledged ballot is kept, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.faults.crowd import Crowd, Tally
from tests.faults.site import VICTIMS, kill_the_web_server, running_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.site import Site
    from tests.postgresql import Server

TEAMS = ("Dana", "Bo")
MEMBERS = 12


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
def test_no_acknowledged_ballot_is_lost_or_doubled(
    request: pytest.FixtureRequest,
    engine: str,
    kill: Callable[[Site], None],
    record_property: Callable[[str, object], None],
) -> None:
    site: Site = request.getfixturevalue(f"{engine}_site")
    with site.app.app_context():
        tally = answer_while(site, kill)
    record_property("ballots", str(tally))
    assert (tally.lost, tally.double) == (0, 0)
    assert tally.acknowledged == tally.stored == len(TEAMS) * MEMBERS


def answer_while(site: Site, kill: Callable[[Site], None]) -> Tally:
    """Let everybody in a new organisation answer, and kill once or twice meanwhile."""
    organisation = factories.make_organisation(kill.__name__)
    for leader in TEAMS:
        factories.make_team(organisation, leader, MEMBERS, mail=True)
    crowd = Crowd.of(factories.open_round(organisation))
    with crowd.answering(site.address):
        for share in (0.2,) if kill is kill_the_web_server else (0.2, 0.5):
            crowd.wait_for(share)
            kill(site)
    return crowd.tally()
