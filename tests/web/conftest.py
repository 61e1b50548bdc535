"""Fixtures of pages that people answer on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import factories

if TYPE_CHECKING:
    from tests.installation import PageClient


@pytest.fixture
def links(client: PageClient) -> dict[str, list[str]]:
    """Open a round of two teams with mail; returns the links by leader."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 10, mail=True)
    factories.make_team(organisation, "Eve", 5, mail=True)
    return factories.draw_links(factories.open_round(organisation))
