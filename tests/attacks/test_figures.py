"""Attack 11: somebody reads every number in the figures of every page.

They know two sets of answers that both give what is displayed, and want to know which it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sqlalchemy import select, update

from surveyapp.anonymity import disclosure
from surveyapp.storage.database import writing
from surveyapp.storage.models import Publication, Round, State
from tests import factories
from tests.attacks import weakened
from tests.attacks.dumps import suspects
from tests.installation import page_client

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

FIGURE = re.compile(
    r'<script type="application/json" id="([\w-]+)-figure">(.*?)</script>', re.DOTALL
)
COARSE, FINE = 6, 12
"""People of a team whose result is displayed in tenths, and of one in twentieths."""


def figures_of_two(client: PageClient, size: int) -> list[list[tuple[str, str]]]:
    """Let two rounds differ in one answer of one person; return the figures of both."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", size)
    factories.make_leader_account(organisation, "Dana")
    factories.sign_in(client, factories.make_coach_account(organisation, "Dana"))
    seen = []
    for name, answer in (("Spring", "4"), ("Autumn", "5")):
        seen.append(figures_of_round(client, organisation, name, answer))
        with writing() as session:  # as if the first round had not been: none is compared with it
            session.execute(update(Round).values(state=State.DISCARDED))
    return seen


def figures_of_round(
    client: PageClient, organisation: int, name: str, answer: str
) -> list[tuple[str, str]]:
    """Count a round in which one person gives this answer; return every figure of its result."""
    round_id = factories.open_round(organisation, name)
    one, *others = suspects(factories.draw_codes(round_id)["Dana"])
    one.answer(S2=answer)
    for other in others:
        other.answer()
    factories.close_and_release(round_id)
    result, team = factories.public_id(round_id), factories.team_ids(round_id)["Dana"]
    pages = (f"leader/results/{result}", f"coach/results/{team}", f"coach/rounds/{result}")
    return [found for page in pages for found in FIGURE.findall(client.get(f"/{page}").text)]


@pytest.fixture(autouse=True)
def same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw alike in both rounds, as chance may: another seed could show another region."""
    monkeypatch.setattr(disclosure, "generator", lambda *_: np.random.default_rng(1))


@pytest.mark.parametrize("size", [COARSE, FINE])
def test_what_gives_the_same_publication_gives_the_same_figures(
    sqlite_app: Flask, size: int
) -> None:
    first, second = figures_of_two(page_client(sqlite_app), size)
    assert first == second
    assert {name for name, _figure in first} == {"map-triangle", "map-square", "portfolio"}
    with writing() as session:
        first_said, second_said = session.scalars(select(Publication.document))
    assert first_said == second_said


@pytest.mark.parametrize("size", [COARSE, FINE])
def test_the_attacker_sees_it_where_figures_are_drawn_from_exact_places(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    weakened.draw_exact_places(monkeypatch)
    first, second = figures_of_two(page_client(sqlite_app), size)
    assert not set(first) & set(second)
