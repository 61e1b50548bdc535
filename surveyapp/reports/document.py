"""A report as data for the template: a cover, parts, and the pieces that parts are made of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from flask_babel import get_locale
from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.lines import HEIGHT, Line
from surveyapp.charts.svg import svg
from surveyapp.reports.colours import DEFAULT, readable
from surveyapp.reports.typesetting import in_our_letters, pdf
from surveyapp.storage.models import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from surveyapp.charts.chart import Chart, Table
    from surveyapp.core.position import Zone
    from surveyapp.reports.results import Survey

Piece: TypeAlias = dict[str, Any]
"""What `templates/report/look.typ` calls a piece: its kind, and what that takes."""
POINTS_PER_MM: Final = 72 / 25.4
POINTS_PER_PIXEL: Final = 0.62
"""So that 13 pixels are letters of 8 points."""
LINE_WIDTH: Final = 260
"""Pixels of a line in a table."""
PAPERS: Final = {Paper.A4: "a4", Paper.LETTER: "us-letter"}


@dataclass(frozen=True)
class Part:
    """A part of a report, with one line to take from it."""

    id: str
    label: str
    takeaway: str
    pieces: Sequence[Piece]
    new_page: bool = False
    zone: Zone | None = None
    """The one that the takeaway names, in its colour."""


@dataclass(frozen=True)
class Cover:
    """The first page, or the head of a report that has but one."""

    title: str
    name: str
    facts: Sequence[tuple[str, str]]
    confidential: str


@dataclass(frozen=True)
class Report:
    """All that is printed."""

    title: str
    survey: Survey
    running: str
    """What stands at the head of each page."""
    cover: Cover
    parts: Sequence[Part]
    one_page: bool = False

    def pdf(self, paper: Paper) -> bytes:
        """Print it; the same report on the same paper gives the same bytes."""
        return pdf("report.typ", self.texts(paper))

    def texts(self, paper: Paper) -> dict[str, Any]:
        """Return what the template takes."""
        cover = self.cover
        under = " · ".join(said for _term, said in cover.facts)
        parts = [
            asdict(part)
            | {"first": place == 0, "new_page": part.new_page and place > 0}
            | {"zone_name": words.zone_name(part.zone) if part.zone else ""}
            for place, part in enumerate(self.parts)
        ]
        return {
            "title": self.title,
            "language": get_locale().language,
            "paper": PAPERS[paper],
            "colour": readable(self.survey.colour or DEFAULT),
            "organisation": self.survey.organisation,
            "running": self.running,
            "confidential": _("Confidential"),
            "page_of": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
            "cover": None if self.one_page else asdict(cover),
            "head": {"title": cover.title, "under": f"{cover.name} · {under}"},
            "parts": parts,
        }


def text(said: str, kind: str = "text") -> list[Piece]:
    """Say something, if there is something to say."""
    return [{"kind": kind, "text": said}] if said else []


def rows(kind: str, found: Iterable[object], **more: object) -> list[Piece]:
    """List something, if there is something to list."""
    listed = list(found)
    return [{"kind": kind, "rows": listed, **more}] if listed else []


def drawn(chart: Chart | None, width: int) -> list[Piece]:
    """Draw a chart so many millimetres wide, with its sentence for those who do not see it."""
    if chart is None:
        return []
    pixels = width * POINTS_PER_MM / POINTS_PER_PIXEL
    written = svg(chart.drawing, pixels, pixels * chart.height / chart.width, label="")
    return [{"kind": "chart", "svg": in_our_letters(written), "alt": chart.says, "width": width}]


def table(shown: Table | None) -> list[Piece]:
    """Show a table whose first column takes the room that the others leave."""
    return [{"kind": "table", **asdict(shown)}] if shown and shown.rows else []


def lines(chart: Chart | None, widths: Sequence[int]) -> list[Piece]:
    """Show a chart of lines as a table with a picture in each row, and its sentence below it.

    `widths` are those of the columns, to each other; the second one is the picture's.
    """
    if chart is None:
        return []
    shown = []
    says = any(line.says for line in chart.lines)
    for (title, *cells), line in zip_longest(chart.table.rows, chart.lines):
        beside = line or Line(title, "")
        shown.append(
            {
                "title": title,
                "note": beside.note,
                "strong": beside.strong,
                "svg": svg(line.drawing, LINE_WIDTH, HEIGHT, label="") if line else None,
                "ends": beside.ends,
                "says": beside.says,
                "cells": cells[:-1] if says else cells,
            }
        )
    name, *heads = chart.table.head
    in_words = heads.pop() if says else ""
    head = [name, in_words, *heads]
    return [
        {
            "kind": "lines",
            "head": head,
            "rows": shown,
            "widths": [width for width, _title in zip(widths, head, strict=True)],
            "tight": not any(line.strong for line in chart.lines),
        }
    ]


def pair(left: list[Piece], right: list[Piece], share: float) -> list[Piece]:
    """Put pieces beside each other; `share` is the width of those on the left, from 0 to 1."""
    return [{"kind": "pair", "left": left, "right": right, "share": share}]


def how(*said: str, beside: bool = False) -> list[Piece]:
    """Say how to read something, in small letters."""
    kept = [one for one in said if one]
    return rows("how", [_("How to read this"), *kept], beside=beside) if kept else []
