"""Reports are written in a language: tests of them need an application context."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_babel import Babel

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _in_an_application() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield
