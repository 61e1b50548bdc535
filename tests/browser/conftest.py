"""Fixtures of every test that needs a real browser and the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from benchmarks.shots import CHROMIUM
from tests.browser.site import Site, build, served
from tests.browser.visitor import visiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.visitor import Watch

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[Site]:
    """Serve an installation with a closed and an open round."""
    folder = tmp_path_factory.mktemp("site")
    cast, app = build(folder, migrated_database)
    with served(folder) as address:
        yield Site(address, cast, app)


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    """Run one browser for a module's tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[tuple[Page, Watch]]:
    """Visit by desktop; any fault of a page fails the test."""
    with visiting(browser, site.address, viewport=DESKTOP) as (page, watch):
        yield page, watch
    assert watch.faults() == []


@pytest.fixture
def page(visit: tuple[Page, Watch]) -> Page:
    """Open a page."""
    return visit[0]


@pytest.fixture
def watch(visit: tuple[Page, Watch]) -> Watch:
    """Return what is written down about the page."""
    return visit[1]


@pytest.fixture
def plain_page(site: Site, browser: Browser) -> Iterator[Page]:
    """Open a page that runs no script."""
    options = {"viewport": DESKTOP, "java_script_enabled": False}
    with visiting(browser, site.address, **options) as (page, watch):
        yield page
    assert watch.faults() == []


@pytest.fixture
def touch_page(site: Site, browser: Browser) -> Iterator[Page]:
    """Open a page on a phone, where a finger points."""
    options = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
    with visiting(browser, site.address, **options) as (page, watch):
        yield page
    assert watch.faults() == []
