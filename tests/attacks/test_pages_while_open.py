"""Attack 7: somebody reloads every page they may open, before and after somebody answers.

They may have any role or none, hold a used slip, an unused one and the words that change an
answer, and compare every byte but the random codes that each page draws anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import pytest
from sqlalchemy import select

from surveyapp.anonymity.change_code import from_words
from surveyapp.storage.database import writing
from surveyapp.storage.models import RoundTeam, State
from surveyapp.web.access import PERMISSIONS
from tests import factories
from tests.attacks import weakened
from tests.installation import installation, settings_for
from tests.permissions.doors import Kind
from tests.permissions.world import HOME, World
from tests.test_permissions import things_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

VISITORS = ("anonymous", "nobody", "dana", "coach", "admin", "everything")
Pages: TypeAlias = "dict[tuple[str, str], tuple[str, str, str]]"
"""By who looks at what: status, headers and body."""

DRAWN_ANEW = re.compile(r'(name="(?:csrf_token|change_code)"[^>]* value=")[^"]+|(session=)[^;]+')
CLOCK = re.compile(r"^(Date|Expires): .+", re.MULTILINE)


class Reloader:
    """Somebody with every role and without any; holds two slips and twelve words of Dana's team."""

    def __init__(self, world: World) -> None:
        """Answer once with one of the slips."""
        self.world = world
        (self.team_id,) = (
            thing.values["team_id"]
            for thing in world.things
            if (thing.kind, thing.organisation, thing.state) == (Kind.TEAM, HOME, State.OPEN)
            and "Dana" in thing.leaders
        )
        with writing() as session:
            query = select(RoundTeam.round_id).where(RoundTeam.public_id == self.team_id)
            round_id = session.scalars(query).one()
        self.anonymous = world.clients["anonymous"]
        self.used, self.unused, *self.others = factories.draw_codes(round_id)["Dana"]
        self.words = factories.answer_by_slip(self.anonymous, self.used)

    def pages(self) -> Pages:
        """Load everything."""
        forms = {
            ("unused slip", "/slip"): {"slip": self.unused},
            ("used slip", "/slip"): {"slip": self.used},
            ("used slip, sent", "/slip/answers"): {
                "slip": self.used,
                "change_code": "0" * 32,
                **factories.answers(),
            },
            ("words", f"/answer/{self.team_id}/change"): {"words": self.words},
        }
        seen = {
            name: self._seen(self.anonymous.post(name[1], data=form))
            for name, form in forms.items()
        }
        for endpoint in PERMISSIONS:
            for thing in things_of(self.world, endpoint):
                if thing and thing.organisation not in {"", HOME}:
                    continue
                address = self.world.address(endpoint, thing.values if thing else {})
                for visitor in VISITORS:
                    reply = self.world.clients[visitor].get(address)
                    seen[visitor, address] = self._seen(reply)
        return seen

    def _seen(self, reply: TestResponse) -> tuple[str, str, str]:
        body = reply.get_data().decode("latin-1")
        headers = CLOCK.sub("", DRAWN_ANEW.sub(r"\1\2", str(reply.headers)))
        return reply.status, headers, DRAWN_ANEW.sub(r"\1\2", body)

    def changed_by_an_answer(self) -> set[tuple[str, str]]:
        """Return the pages that differ after somebody answers, or changes answers."""
        self.pages()  # a session's first page sets its cookie
        before = self.pages()
        factories.answer_by_slip(self.anonymous, self.others.pop())
        between = self.pages()
        form = {"change_code": from_words(self.words).hex(), **factories.answers(1)}
        assert (
            self.anonymous.post(f"/answer/{self.team_id}/change/answers", data=form).status_code
            == 200
        )
        after = self.pages()
        return {page for page in before if not before[page] == between[page] == after[page]}


@pytest.fixture(scope="module")
def reloader(
    tmp_path_factory: pytest.TempPathFactory, migrated_database: Path
) -> Iterator[Reloader]:
    settings = settings_for(tmp_path_factory.mktemp("reloaded"))
    with installation(settings, migrated_database) as app:
        yield Reloader(World(app))


def test_no_page_of_anybody_changes_with_an_answer(reloader: Reloader) -> None:
    assert reloader.changed_by_an_answer() == set()
    assert {page[0] for page in reloader.pages()} > set(VISITORS)


def test_the_attacker_sees_a_live_counter_on_any_page(
    reloader: Reloader, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.count_on_every_page(monkeypatch, reloader.world.app)
    pages = {
        name for name, (_status, _headers, body) in reloader.pages().items() if "</main>" in body
    }
    assert reloader.changed_by_an_answer() == pages
