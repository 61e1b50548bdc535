"""Closed rounds whose results a test chooses, as a coach finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import factories
from tests.page_checks import parse, text_of
from tests.publications import publish

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from surveyapp.core.publication import Publication


def closed_round(
    organisation: int, results: Mapping[str, Publication] | None = None, name: str = "Spring"
) -> int:
    """Close a round that nobody answered, and publish these results instead, by leader."""
    round_id = factories.open_round(organisation, name)
    factories.close_and_release(round_id, release=False)
    for leader, publication in (results or {}).items():
        publish(factories.team_ids(round_id)[leader], publication)
    return round_id


def listed(page: str) -> dict[str, str]:
    """Return the rows of a coach's list in their order: leader -> all words of the row."""
    return {text_of(next(row.iter("a"))): text_of(row) for row in rows(page)}


def rows(page: str) -> list[Element]:
    """Return the rows of a coach's list."""
    lists = [found for found in parse(page).iter("ul") if found.get("class") == "leaders"]
    return [row for found in lists for row in found]
