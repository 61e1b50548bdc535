"""Reports are written in a language: tests of them need an application context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import typst
from flask import Flask
from flask_babel import Babel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _in_an_application() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Record what Typst is given, call by call."""
    calls: list[dict[str, Any]] = []
    compile_ = typst.compile

    def spy(template: Path, **options: Any) -> bytes:  # noqa: ANN401
        calls.append({"template": template.read_bytes(), **options})
        document: bytes = compile_(template, **options)
        return document

    monkeypatch.setattr(typst, "compile", spy)
    return calls
