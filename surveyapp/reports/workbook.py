"""The workbook and the CSV files: the same sheets, and nothing in them that is run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Final

import xlsxwriter

from surveyapp.reports.sheets import sheets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.reports.results import LeaderResult
    from surveyapp.reports.sheets import Cell, Sheet

MADE_ON: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The same for every workbook, so that the same results are the same bytes."""
SAFELY: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WRAPPED: Final = {"text_wrap": True, "valign": "top"}
PICTURE_SCALE: Final = 0.5
RUNS: Final = re.compile(
    r"^(?=\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])"
    r"|(?<=[;\t\r\n])(?=(?:[^\S\t\r\n]|\")*[=+\-@\uff1d\uff0b\uff0d\uff20])"
)
"""Where a cell begins that a spreadsheet would take for a formula (OWASP, CSV injection); the last
four letters are the first four at full width. In much of Europe a spreadsheet splits a file with
commas at semicolons and lines instead, so a cell can begin inside of ours."""
LONGEST_TITLE: Final = 31
"""Letters of a sheet's name, as Excel has it."""
BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""


def workbook(results: Sequence[LeaderResult], picture: tuple[bytes, str] | None) -> bytes:
    """Return a workbook of some leaders of one round; the same results give the same bytes.

    `picture` is the map as PNG, put below the positions, and what it shows.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, SAFELY) as book:
        survey = results[0].survey
        book.set_properties(
            {"title": f"{survey.organisation}, {survey.name}", "created": MADE_ON, "author": ""}
        )
        looks = {
            "head": book.add_format(WRAPPED | {"bold": True, "bottom": 1}),
            "number": book.add_format(WRAPPED | {"num_format": "0.00"}),
            "whole": book.add_format(WRAPPED | {"num_format": "0"}),
            "words": book.add_format(WRAPPED),
        }
        for sheet in sheets(results):
            page = book.add_worksheet(sheet.title[:LONGEST_TITLE])
            _fill(page, sheet, looks)
            if sheet.name == "positions" and picture:
                options = {
                    "image_data": io.BytesIO(picture[0]),
                    "description": picture[1],
                    "x_scale": PICTURE_SCALE,
                    "y_scale": PICTURE_SCALE,
                }
                page.insert_image(len(sheet.rows) + 2, 0, "map.png", options)
    return file.getvalue()


def _fill(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, looks: dict[str, object]) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.title, looks["head"])
    for line, row in enumerate(sheet.rows, 1):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(line, place, cell, looks["words"])
            elif cell is not None:
                look = looks["whole" if isinstance(cell, int) else "number"]
                page.write_number(line, place, cell, look)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)


def csv_files(results: Sequence[LeaderResult]) -> dict[str, bytes]:
    """Return the same sheets as CSV files, by name, as Excel and others open them."""
    return {f"{sheet.name}.csv": _csv(sheet) for sheet in sheets(results)}


def _csv(sheet: Sheet) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(column.title for column in sheet.columns)
    writer.writerows([safe(cell) for cell in row] for row in sheet.rows)
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def safe(cell: Cell) -> Cell:
    """Keep a spreadsheet from running what somebody wrote."""
    return RUNS.sub("'", cell) if isinstance(cell, str) else cell
