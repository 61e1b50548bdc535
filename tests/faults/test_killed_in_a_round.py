"""Whatever is killed while people answer: each acknowledged ballot is kept, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.faults.crowd import Crowd
from tests.faults.site import VICTIMS, running_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.site import Site

TEAMS = ("Dana", "Bo")
MEMBERS = 12


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Run every process on one kind of database."""
    with running_site(tmp_path_factory.mktemp(request.param), request.param) as site:
        yield site


@pytest.mark.parametrize(
    ("site", "kill"),
    VICTIMS,
    indirect=["site"],
    ids=[f"{engine}-{kill.__name__}" for engine, kill in VICTIMS],
)
def test_no_acknowledged_ballot_is_lost_or_doubled(
    site: Site, kill: Callable[[Site], None], record_property: Callable[[str, object], None]
) -> None:
    organisation = factories.make_organisation(kill.__name__)
    for leader in TEAMS:
        factories.make_team(organisation, leader, MEMBERS, mail=True)
    crowd = Crowd.of(factories.open_round(organisation))
    with crowd.answering(site.address):
        for share in (0.2, 0.5):
            crowd.wait_for(share)
            kill(site)
    tally = crowd.tally()
    record_property("ballots", str(tally))
    assert (tally.lost, tally.double) == (0, 0)
    assert tally.acknowledged == tally.stored == len(TEAMS) * MEMBERS
