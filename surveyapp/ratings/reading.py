"""Reading a CSV file of ratings: its rows, and all that is wrong with it, told so it can be mended.

What the columns mean is the business of the modules beside this one.
"""

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from surveyapp.core.errors import DomainError

# int() alone would also take "1_0" and other scripts' digits, and refuse very long numbers.
_WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}")
_LONGEST_QUOTE: Final = 40

_Row: TypeAlias = tuple[int, list[str]]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the file: where (row 1 is the header), what, and how to mend it."""

    row: int
    column: str | None
    problem: str
    mend: str

    def __str__(self) -> str:
        """Return the fault as one line."""
        place = (
            f"row {self.row}" if self.column is None else f"row {self.row}, column {self.column}"
        )
        return f"{place}: {self.problem}; {self.mend}."


class FaultyFileError(DomainError):
    """A file has faults; the message lists all of them, one per line, in the order of rows."""

    def __init__(self, faults: Collection[Fault]) -> None:
        """Keep the faults, for callers that show them in their own way."""
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass
class Table:
    """What could be read of a file, and what is wrong with it."""

    header_row: int = 1
    header: list[str] = field(default_factory=list)
    """The names as they stand; empty if the columns could not be told apart."""
    missing: list[str] = field(default_factory=list)
    """The columns asked for that the file lacks; each is a fault."""
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Row number, as in a spreadsheet, and the cells by those columns that are there once."""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, column: str | None, problem: str, mend: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(row, column, problem, mend))

    def number(self, row: int, column: str, text: str, mend: str) -> int | None:
        """Return the whole number in a cell; None, with a fault noted, if there is none."""
        if _WHOLE_NUMBER.fullmatch(text):
            return int(text)
        self.fault(row, column, f"{quote(text)} is not a whole number", mend)
        return None

    def rating(self, row: int, column: str, text: str, values: range, mend: str) -> int | None:
        """Return one of `values` from a cell; None if it is blank, or if a fault is noted."""
        number = self.number(row, column, text, mend) if text else None
        if number is not None and number not in values:
            self.fault(row, column, f"{quote(text)} is out of range", mend)
        return number


def read_table(path: Path, columns: Collection[str], *, mend_missing: str) -> Table:
    """Return the rows of a file under `columns`, in any order; rows of blank cells are skipped.

    The file is UTF-8, with or without a byte order mark. Faults are noted, never raised; OSError if
    the file cannot be read.
    """
    table = Table()
    rows = _parse(path.read_bytes(), table)
    if rows:
        (table.header_row, header), *body = rows
        _read_header(table, [name.strip() for name in header], columns, mend_missing)
        _read_body(table, len(header), body, columns)
    if not table.faults and not table.rows:
        problem = "no answers below the column names" if rows else "the file is empty"
        mend = "start with a row of column names and add one row per answer"
        table.fault(1, None, problem, mend)
    return table


def quote(text: str) -> str:
    """Return a stranger's text so that it can stand in a fault."""
    # repr shows invisible characters; a whole pasted page would drown the other faults.
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


def _parse(content: bytes, table: Table) -> list[_Row]:
    """Return the rows that are not blank, numbered as in a spreadsheet."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        table.fault(row, None, "not readable as UTF-8", "save the file as CSV UTF-8")
        return []
    rows: list[_Row] = []
    row = 0
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append((row, cells))
    except csv.Error as error:
        table.fault(row + 1, None, f"not readable as CSV ({error})", "check its quotes")
    return rows


def _read_header(
    table: Table, header: list[str], columns: Collection[str], mend_missing: str
) -> None:
    if len(header) == 1 and re.search(r"[;\t]", header[0]):
        problem = "the columns are not separated by commas"
        mend = "save the file as CSV with commas between the columns"
        table.fault(table.header_row, None, problem, mend)
        return
    table.header = header
    table.missing = [column for column in columns if column not in header]
    for column in table.missing:
        table.fault(table.header_row, column, "the column is missing", mend_missing)
    for column in columns:
        if (times := header.count(column)) > 1:
            problem = f"the column is there {times} times"
            table.fault(table.header_row, column, problem, "keep one of them")


def _read_body(table: Table, width: int, body: list[_Row], columns: Collection[str]) -> None:
    # A column that is missing or there twice has its fault already; the others are still checked.
    place = {name: table.header.index(name) for name in columns if table.header.count(name) == 1}
    for row, cells in body:
        if len(cells) == width:
            table.rows.append((row, {name: cells[index].strip() for name, index in place.items()}))
        else:
            problem = f"{len(cells)} cells under {width} column names"
            table.fault(row, None, problem, "give every column one cell")
