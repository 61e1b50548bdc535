"""Fixtures of pages: people who answer, an administrator at work, a round to report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.web import orders
from tests.web.administration import FIRST, imported, sign_in

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
def empty(client: PageClient) -> int:
    """Make an organisation without people and sign its administrator in."""
    made = factories.make_organisation()
    sign_in(client, made)
    return made


@pytest.fixture
def northwind(client: PageClient, empty: int) -> int:
    """Import two leaders with their teams as well."""
    imported(client, *FIRST)
    return empty


@pytest.fixture
def reported(app: Flask) -> int:
    """Close a round of six leaders, whose results are of every kind; released to nobody yet."""
    return orders.close_six()
