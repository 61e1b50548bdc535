"""Fixtures of pages that people answer on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.web import orders

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient


@pytest.fixture
def links(client: PageClient) -> dict[str, list[str]]:
    """Open a round of two teams with mail; returns the links by leader."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 10, mail=True)
    factories.make_team(organisation, "Eve", 5, mail=True)
    return factories.draw_links(factories.open_round(organisation))


@pytest.fixture
def reported(app: Flask) -> int:
    """Close a round of six leaders, whose results are of every kind; released to nobody yet."""
    return orders.close_six()
