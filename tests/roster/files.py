"""People files to be read: in any bytes, as text, as a workbook, and their faults."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from surveyapp.roster.faults import Fault, RosterError
from surveyapp.roster.reading import Row, gather

HEADER = ("name", "email", "leader_email", "team", "language")
DANA = "Dana Weiß,dana@demo.example,rae@demo.example,Night shift,de"
DANA_ROW = Row(2, "Dana Weiß", "dana@demo.example", "rae@demo.example", "Night shift", "de")


def saved(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def csv_text(*lines: str) -> str:
    return "\r\n".join([",".join(HEADER), *lines]) + "\r\n"


def workbook(folder: Path, *sheets: Sequence[Sequence[object]]) -> Path:
    path = folder / "people.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    for cells in sheets:
        sheet = book.add_worksheet()
        for number, row in enumerate(cells):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def rezipped(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Write the workbook again with one part changed."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[part], changes = re.subn(old, new, parts[part])
    assert changes
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def read_rows(path: Path) -> list[Row]:
    rows, faults = gather(path)
    if faults:
        raise RosterError(faults)
    return rows


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(RosterError) as caught:
        read_rows(path)
    return caught.value.faults


def only_fault(path: Path) -> Fault:
    (fault,) = faults_of(path)
    return fault
