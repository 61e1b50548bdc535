"""Attack 11: somebody reads every number in the figures, pictures and tables of every page.

They know two sets of answers that both give what is displayed, and want to know which it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.anonymity import disclosure
from surveyapp.core.uncertainty import generator
from surveyapp.storage.database import writing
from surveyapp.storage.models import Publication
from tests import factories, followups
from tests.attacks import weakened
from tests.attacks.dumps import suspects
from tests.installation import installation, page_client, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.installation import PageClient

TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
FIGURE = re.compile(
    r'<script type="application/json" id="([\w-]+)-figure">(.*?)</script>', re.DOTALL
)
PICTURE = re.compile(r'<svg class="picture.*?</svg>', re.DOTALL)
COARSE, FINE = 6, 12
"""People of a team whose result is displayed in tenths, and of one in twentieths."""


SEED = 1
"""Draws with which both sets of answers give the same region."""


@pytest.fixture(autouse=True)
def _same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing to chance: the draws depend on the round's key and on the team's random id."""
    monkeypatch.setattr(disclosure, "generator", lambda *_seeds: generator(SEED, ""))


def pages_of_two(folder: Path, database: Path, size: int) -> list[tuple[str, ...]]:
    """Let two installations differ in one answer of one person; return what both publish.

    First the publication, then every page of the result as it is seen.
    """
    seen = []
    for answer in ("4", "5"):
        (folder / answer).mkdir()
        with installation(settings_for(folder / answer), database) as app:
            seen.append(_pages(page_client(app), size, answer))
    return seen


def _pages(client: PageClient, size: int, answer: str) -> tuple[str, ...]:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", size)
    factories.make_leader_account(organisation, "Dana")
    factories.sign_in(client, factories.make_coach_account(organisation, "Dana"))
    round_id = factories.open_round(organisation)
    one, *others = suspects(factories.draw_codes(round_id)["Dana"])
    one.answer(S2=answer)
    for other in others:
        other.answer()
    factories.close_and_release(round_id)
    result, team = factories.public_id(round_id), factories.team_ids(round_id)["Dana"]
    with writing() as session:
        document = session.scalars(select(Publication.document)).one()
    paths: tuple[str, ...]
    paths = (f"leader/results/{result}", f"coach/results/{team}", f"coach/rounds/{result}")
    paths = (*paths, f"share/{followups.share(round_id)}")
    pages = [client.get(f"/{path}").text for path in paths]
    return document, *(_without_ids(page, result, team) for page in pages)


def _without_ids(page: str, *ids: str) -> str:
    for known in ids:
        page = page.replace(known, "")
    return TOKEN.sub("", page)


@pytest.mark.parametrize("size", [COARSE, FINE])
def test_what_gives_the_same_publication_gives_the_same_pages(
    tmp_path: Path, migrated_database: Path, size: int
) -> None:
    first, second = pages_of_two(tmp_path, migrated_database, size)
    assert first == second
    document, leader, coach, portfolio, team = first
    assert document
    for page in (leader, coach):
        assert {name for name, _figure in FIGURE.findall(page)} == {"map-triangle", "map-square"}
        assert len(PICTURE.findall(page)) > len("stpae")
    assert [name for name, _figure in FIGURE.findall(portfolio)] == ["portfolio"]
    assert {name for name, _figure in FIGURE.findall(team)} == {"map-triangle", "map-square"}


@pytest.mark.parametrize("size", [COARSE, FINE])
def test_the_attacker_sees_it_where_figures_are_drawn_from_exact_places(
    tmp_path: Path, migrated_database: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    weakened.draw_exact_places(monkeypatch)
    first, second = pages_of_two(tmp_path, migrated_database, size)
    assert first[0] == second[0]
    for one, other in zip(first[1:], second[1:], strict=True):
        for exact in (FIGURE, PICTURE):
            assert exact.findall(one) != exact.findall(other)
