"""No text of a report stays in English where another language is spoken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from babel.dates import format_date
from flask import current_app

from surveyapp.charts.results import result_charts
from surveyapp.reports.group import group_of
from surveyapp.reports.group_report import group_report
from surveyapp.reports.leader_report import leader_report
from surveyapp.reports.making import in_language
from surveyapp.reports.sheets import sheets
from surveyapp.storage.models import Paper
from tests.pseudo_language import LOCALE, speaking, untranslated_of
from tests.publications import COMMENTS, EARLIER, FINE, PUBLICATIONS, changed
from tests.reports.results import SURVEY, result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVERY = PUBLICATIONS | changed("bbbbbbbbbbbb")
OURS = {"id", "kind", "svg", "mark", "zone", "paper", "colour", "language", "zone_name"}
"""Keys of what nobody reads as text."""
NAMED = {
    "Dana Okafor",
    "Spring",
    "Autumn",
    "Northwind",
    *(COMMENTS["C1"] if isinstance(COMMENTS["C1"], tuple) else ()),
}


@pytest.fixture(autouse=True)
def _another_language(tmp_path: Path) -> Iterator[None]:
    with speaking(current_app, tmp_path / "translations"), in_language(LOCALE):
        yield


def texts(found: Any, key: str = "") -> Iterator[str]:  # noqa: ANN401  (what JSON can hold)
    if isinstance(found, dict):
        for name, value in found.items():
            yield from texts(value, name)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from texts(value, key)
    elif isinstance(found, str) and key == "svg":
        yield " ".join(re.findall(">([^<]+)<", found))  # a text may have several lines
    elif isinstance(found, str) and key not in OURS:
        yield found


def english(found: Any) -> list[str]:  # noqa: ANN401  (what JSON can hold)
    """Return texts that stand outside of the pseudo-language's brackets and are no names."""
    day = format_date(SURVEY.closed_on, "long", locale=LOCALE)
    return list(untranslated_of(texts(found), {*NAMED, day}))


@pytest.mark.parametrize("name", EVERY)
def test_a_leaders_report_is_translated(name: str) -> None:
    about = result(EVERY[name], own=True, earlier=EARLIER)
    report = leader_report(about, result_charts(about.reading))
    assert english(report.texts(Paper.A4)) == []


def test_the_report_about_all_leaders_is_translated() -> None:
    kinds = ["micro-leading"] * 7 + ["hands-off"] * 6 + ["fine", "two camps"]
    about = [result(PUBLICATIONS[kind], id_=str(place)) for place, kind in enumerate(kinds)]
    assert english(group_report(group_of(about, FINE)).texts(Paper.A4)) == []


@pytest.mark.parametrize("name", EVERY)
def test_sheets_are_translated(name: str) -> None:
    about = result(EVERY[name], own=True, earlier=EARLIER)
    for sheet in sheets([about]):
        assert english([sheet.title, [column.title for column in sheet.columns], sheet.rows]) == []
