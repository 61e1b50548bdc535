"""Fixtures of commands: an empty folder, an installation in it, and an open round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import PEOPLE, open_spring, succeed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawn_keys: None) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SURVEYAPP_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("SURVEYAPP_BASE_URL", "https://survey.demo.example/")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def installed(folder: Path) -> Path:
    succeed("init", "--admin", "Admin@demo.example", "--organisation", "Northwind")
    return folder


@pytest.fixture
def opened(installed: Path) -> Path:
    open_spring()
    return installed
