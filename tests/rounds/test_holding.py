"""A count that would tell too much is held, whole, until the cause is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from surveyapp.anonymity import disclosure
from surveyapp.core.publication import Publication as Published
from surveyapp.core.publication import PublishedPosition, Withheld
from surveyapp.rounds import closing
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Box, Person, Publication, RoleName, Round, Span, State, Team
from surveyapp.web.pages import keys
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveyapp.anonymity.disclosure import RoundPublication
    from surveyapp.core.counted import CountedTeam
    from tests.installation import PageClient


@pytest.fixture
def round_id(client: PageClient) -> int:
    """Let a tree answer: Dana leads six people and the leaders Bo (six people) and Cy (three)."""
    organisation = factories.make_organisation()
    teams = {
        name: factories.make_team(organisation, name, size)
        for name, size in (("Dana", 6), ("Bo", 6), ("Cy", 3))
    }
    with writing() as session:
        top = session.get_one(Team, teams["Dana"])
        for name in ("Bo", "Cy"):
            below = session.get_one(Team, teams[name])
            below.parent_id = top.id
            top.members.append(session.get_one(Person, below.leader_id))
    made = factories.open_round(organisation)
    for link in factories.draw_links(made)["Dana"]:
        factories.answer_by_link(client, link)
    for codes in factories.draw_codes(made).values():
        for code in codes:
            factories.answer_by_slip(client, code)
    return made


def documents(span: Span) -> dict[str, Published]:
    with writing() as session:
        query = select(Publication).where(Publication.span == span)
        return {
            stored.round_team.leader_name: Published.from_json(stored.document)
            for stored in session.scalars(query)
        }


def test_a_tree_is_published_as_teams_and_as_totals_of_atoms(round_id: int) -> None:
    factories.close_and_release(round_id)
    teams, totals = documents(Span.TEAM), documents(Span.TOTAL)
    assert set(teams) == {"Dana", "Bo", "Cy"}
    assert isinstance(teams["Bo"].position, PublishedPosition)
    assert isinstance(teams["Cy"].position, Withheld)
    assert set(totals) == {"Dana"}
    assert isinstance(totals["Dana"].position, PublishedPosition)


def weaken(publish: Callable[..., RoundPublication]) -> Callable[..., RoundPublication]:
    """Return a disclosure that shows the smallest team as if it were large enough."""

    def everybody(teams: list[CountedTeam], **thresholds: int) -> RoundPublication:
        return publish(teams, **(thresholds | {"threshold": 1}))

    return everybody


def test_a_finding_holds_the_round_names_the_groups_and_destroys_nothing(
    round_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = db.session.scalar(select(func.count()).select_from(Box))
    db.session.rollback()
    with monkeypatch.context() as patch:
        patch.setattr(disclosure, "publish_round", weaken(disclosure.publish_round))
        with pytest.raises(closing.HeldError, match=r"held for checking.* The team of Cy"):
            closing.close(round_id, keys())
    with writing() as session:
        held = session.get_one(Round, round_id)
        assert held.state == State.CLOSING
        assert held.held_for
        assert "Cy" in held.held_for
        assert session.scalar(select(func.count()).select_from(Publication)) == 0
        assert session.scalar(select(func.count()).select_from(Box)) == boxes
    assert not keys().was_counted(factories.public_id(round_id))
    assert closing.close(round_id, keys())
    with writing() as session:
        assert session.get_one(Round, round_id).held_for is None


def test_the_administrator_is_told_that_a_round_is_held(
    client: PageClient, round_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosure, "publish_round", weaken(disclosure.publish_round))
    with pytest.raises(closing.HeldError):
        closing.close(round_id, keys())
    factories.sign_in(client, factories.make_account(1, "Ruth", RoleName.ADMIN))
    page = client.get("/admin/").text
    assert "held for checking: nothing was published" in page
    assert "Cy" not in page
