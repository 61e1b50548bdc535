"""Everything here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.postgresql import app_on_each_engine

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["app_on_each_engine"]


@pytest.fixture
def organisation(app: Flask) -> int:
    """Let Dana lead five people who have mail."""
    made = factories.make_organisation()
    factories.make_team(made, "Dana", 5, mail=True)
    return made
