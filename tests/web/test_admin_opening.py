"""A round's opening as its administrator sees it, until a worker has done it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import send
from tests.web.administration import (
    actions,
    drafted,
    only_round,
    open_what_was_asked,
    text,
)

if TYPE_CHECKING:
    from tests.installation import PageClient


@pytest.fixture
def here(client: PageClient, northwind: int) -> str:
    """Ask for the opening of a round; returns the address of its page."""
    draft = drafted(client)
    assert send(client, f"{draft}/open").location == draft
    assert "round opened" not in actions(northwind)
    return draft


def test_the_page_says_how_far_the_opening_is_until_the_round_is_open(
    client: PageClient, here: str
) -> None:
    assert client.get(f"{here}/opening").get_json() == {"done": 0, "total": 0, "working": True}
    page = client.get(here).text
    assert "The round is being opened" in text(page)
    assert f'data-progress="{here}/opening"' in page
    assert "progress.js" in page
    assert "Look again" in page
    assert only_round().state == "draft"
    open_what_was_asked()
    assert client.get(f"{here}/opening").get_json()["working"] is False
    assert "The round is being opened" not in text(client.get(here).text)
    assert only_round().state == "open"


@pytest.mark.parametrize("way", ["open", "change", "discard"])
def test_nobody_changes_a_round_that_is_being_opened(
    client: PageClient, here: str, way: str
) -> None:
    shown = client.get(f"{here}/{way}")
    assert (shown.status_code, shown.location) == (302, here)
    tried = send(client, f"{here}/{way}", carried="/admin/")
    assert (tried.status_code, tried.location) == (302, here)
    assert "Change it" not in text(client.get(here).text)
    assert only_round().state == "draft"
