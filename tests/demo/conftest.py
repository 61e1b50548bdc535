"""The demo, built once for all tests that look around in it."""

from __future__ import annotations

import fcntl
import pickle
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from surveyapp.demo.build import DemoSummary, build
from surveyapp.storage.database import writing
from surveyapp.web.pages import keys
from tests.demo.told import TODAY, Told
from tests.installation import installation, installed, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

    from surveyapp.config import Settings


class Built(NamedTuple):
    """The demo in a folder, and what its building said."""

    folder: Path
    summary: DemoSummary
    told: Told


@pytest.fixture(scope="session")
def built(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, migrated_database: Path
) -> Built:
    """Build the demo once, whichever of several processes comes first; each has its own copy."""
    own = tmp_path_factory.mktemp("demo")
    root = own if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    folder, said = root / "demo", root / "demo.pickle"
    with (root / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            folder.mkdir()
            with installation(settings_of(folder), migrated_database):
                told = Told()
                said.write_bytes(pickle.dumps((build(keys(), TODAY, told), told)))
    summary, told = pickle.loads(said.read_bytes())  # noqa: S301 (written above)
    return Built(shutil.copytree(folder, own / "copy"), summary, told)


def settings_of(folder: Path) -> Settings:
    return replace(settings_for(folder), demo=True)


@pytest.fixture(scope="package")
def app(built: Built) -> Iterator[Flask]:
    with installed(settings_of(built.folder)) as app:
        yield app


@pytest.fixture(scope="package")
def summary(app: Flask, built: Built) -> DemoSummary:
    return built.summary


@pytest.fixture(scope="package")
def told(built: Built) -> Told:
    return built.told


@pytest.fixture
def session(summary: DemoSummary) -> Iterator[Session]:
    with writing() as opened:
        yield opened
