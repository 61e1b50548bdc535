"""Attack 18: somebody who can write to the database, without any key, changes what was frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import select

from surveyapp.anonymity.box import BoxError
from surveyapp.anonymity.tickets import new_ticket_key
from surveyapp.rounds import boxes, closing
from surveyapp.storage.database import writing
from surveyapp.storage.models import Box, BoxKind, Publication, Round, TeamSees
from surveyapp.web.pages import keys
from tests import factories, followups

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.installation import PageClient

PEOPLE = 5
OWN_KEY: Final = new_ticket_key(bytes(32), b"")


def change(**facts: object) -> None:
    """Write into the round's or the team's row, as no door of the product does."""
    with writing() as session:
        asked = session.get_one(Round, 1)
        for name, value in facts.items():
            row = asked if hasattr(asked, name) else asked.teams[0]
            setattr(row, name, value)


def blob(kind: BoxKind, put_back: bytes | None = None) -> bytes:
    with writing() as session:
        row = session.scalars(select(Box).where(Box.kind == kind)).one()
        row.blob = put_back or row.blob
        return row.blob


def lower_the_threshold(client: PageClient, links: list[str]) -> None:
    """Three answer in a round that promised five."""
    for link in links[:3]:
        factories.answer_by_link(client, link)
    change(threshold=3)


def put_back_an_older_box(client: PageClient, links: list[str]) -> None:
    """Keep the first one's ballot alone, and let forged ones pass for those of the others."""
    factories.answer_by_link(client, links[0])
    with_one_ballot = blob(BoxKind.BALLOTS)
    for link in links[1:]:
        factories.answer_by_link(client, link)
    blob(BoxKind.BALLOTS, with_one_ballot)


def stamp_papers_with_a_key_of_ones_own(client: PageClient, links: list[str]) -> None:
    """Take a ballot whose paper the attacker stamped."""
    for link in links:
        factories.answer_by_link(client, link)
    change(public_key=OWN_KEY.public)


def show_another_agreement(client: PageClient, links: list[str]) -> None:
    """Let it look as if people had been asked about what nobody agreed on."""
    for link in links:
        factories.answer_by_link(client, link)
    change(agreement=followups.AGREED.to_json())


def show_the_result_to_others_than_promised(client: PageClient, links: list[str]) -> None:
    """Promise one thing while people answer, and keep another."""
    for link in links:
        factories.answer_by_link(client, link)
    change(team_sees=TeamSees.IF_SHARED)


ATTACKS = (
    lower_the_threshold,
    put_back_an_older_box,
    stamp_papers_with_a_key_of_ones_own,
    show_another_agreement,
    show_the_result_to_others_than_promised,
)


@pytest.fixture
def links(client: PageClient) -> list[str]:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", PEOPLE, mail=True)
    return factories.draw_links(factories.open_round(organisation))["Dana"]


def published() -> int:
    with writing() as session:
        return len(session.scalars(select(Publication)).all())


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_changed_does_not_open_and_nothing_is_published(
    client: PageClient,
    links: list[str],
    attack: Callable[[PageClient, list[str]], None],
) -> None:
    attack(client, links)
    with pytest.raises(BoxError, match="does not open"):
        closing.close(1, keys())
    assert published() == 0


@pytest.mark.parametrize("attack", ATTACKS)
def test_boxes_that_are_bound_to_nothing_would_be_published(
    client: PageClient,
    links: list[str],
    attack: Callable[[PageClient, list[str]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(boxes, "_context", lambda *_bound: b"surveyapp box")
    with writing() as session:
        opened = session.get_one(Round, 1)
        round_key = keys().read(opened.public_id)
        boxes.reseal(session, opened.teams[0], round_key, boxes.Boxes({}, {}))
    attack(client, links)
    closing.close(1, keys())
    assert published() == 1
