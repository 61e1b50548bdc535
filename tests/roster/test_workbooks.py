"""Every shape of workbook, and every fault of form in one."""

import datetime as dt
import io
import random
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from surveyapp.roster import workbooks
from surveyapp.roster.faults import RosterError
from surveyapp.roster.reading import Row
from tests.roster.files import (
    DANA,
    DANA_ROW,
    HEADER,
    csv_text,
    faults_of,
    only_fault,
    read_rows,
    rezipped,
    saved,
    workbook,
)


def test_a_workbook_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    cells = DANA.split(",")
    path = workbook(tmp_path, [HEADER, cells]).rename(tmp_path / "people.csv")
    assert read_rows(path) == [DANA_ROW]
    assert read_rows(saved(tmp_path, csv_text(DANA), "people.xlsx")) == [DANA_ROW]


def test_numbers_and_booleans_in_a_workbook_become_text(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEADER, [], ["Dana", "", "r@demo.example", 7, True], [1.5]])
    rows = read_rows(path)
    assert rows[0] == Row(3, "Dana", "", "r@demo.example", "7", "TRUE")
    assert (rows[1].number, rows[1].name) == (4, "1.5")


def test_the_table_may_start_anywhere_on_a_later_sheet(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [["Instructions"], ["fill in the second sheet"]],
        [],
        [[], [], ["", *HEADER], [], ["", *DANA.split(",")]],
    )
    (row,) = read_rows(path)
    assert (row.number, row.name, row.language) == (5, "Dana Weiß", "de")


def test_a_workbook_without_the_columns_is_judged_by_its_first_filled_sheet(
    tmp_path: Path,
) -> None:
    faults = faults_of(workbook(tmp_path, [], [["name", "mail", "leader_email"]], [["other"]]))
    assert [fault.value for fault in faults] == ["mail", ""]


@pytest.mark.parametrize(
    "value",
    [dt.date(2024, 3, 1), dt.time(3, 4), dt.datetime(2024, 3, 1, 5)],  # noqa: DTZ001 - workbooks know no time zone
)
def test_dates_in_a_workbook_are_faults(tmp_path: Path, value: object) -> None:
    fault = only_fault(workbook(tmp_path, [HEADER, ["Dana", "", "r@demo.example", value]]))
    assert (fault.row, fault.column, fault.problem) == (2, "team", "Looks like a date")
    assert fault.value == str(value)
    assert "format the column as text" in fault.mend


def test_a_failed_formula_is_a_fault_and_never_a_missing_address(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, ["Dana", "", "r@demo.example"])
    sheet.write_formula(1, 1, "=VLOOKUP(A2,Z:Z,1)", None, "#N/A")
    book.close()
    fault = only_fault(path)
    assert (fault.row, fault.column, fault.value) == (2, "email", "#N/A")


def test_a_workbook_that_unpacks_too_large_is_refused_unopened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path, [HEADER])
    with zipfile.ZipFile(path) as source:
        size = sum(info.file_size for info in source.infolist())
    monkeypatch.setattr(workbooks, "MAX_GROWTH", 0)
    monkeypatch.setattr(workbooks, "MAX_UNZIPPED_BYTES", size)
    assert read_rows(path) == []
    monkeypatch.setattr(workbooks, "MAX_UNZIPPED_BYTES", size - 1)
    assert only_fault(path).problem.startswith("The workbook unpacks to over")


def test_a_workbook_may_unpack_to_so_many_times_its_own_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path, [HEADER])
    monkeypatch.setattr(workbooks, "MAX_UNZIPPED_BYTES", 0)
    assert read_rows(path) == []
    monkeypatch.setattr(workbooks, "MAX_GROWTH", 1)
    assert only_fault(path).problem.startswith("The workbook unpacks to over")


def test_a_small_workbook_of_endless_rows_is_refused_before_it_is_unpacked_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path, [HEADER])
    rows = b"<row/>" * workbooks.MAX_ELEMENTS
    rezipped(path, "xl/worksheets/sheet1.xml", b"</sheetData>", rows + b"</sheetData>")
    unpacked = []
    write = zipfile.ZipFile.writestr

    def count(target: zipfile.ZipFile, name: str, part: bytes) -> None:
        unpacked.append(len(part))
        write(target, name, part)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", count)
    assert only_fault(path).problem == "The workbook has too many cells"
    assert sum(unpacked) < 100_000


def test_a_text_that_many_cells_share_is_refused_before_it_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path, [HEADER, ["Dana", "", "r@demo.example", "Night"]])
    longest, shared = len("r@demo.example"), 5 + 3
    monkeypatch.setattr(workbooks, "MAX_SHARED_CHARACTERS", longest * shared)
    assert len(read_rows(path)) == 1
    monkeypatch.setattr(workbooks, "MAX_SHARED_CHARACTERS", longest * shared - 1)
    assert only_fault(path).problem == "The workbook has too long texts"


def test_the_elements_of_all_parts_are_counted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path, [HEADER])
    with zipfile.ZipFile(path) as source:
        texts = [source.read(one) for one in source.namelist() if one.endswith((".xml", ".rels"))]
    elements = sum(len(re.findall(rb"<\w", text)) for text in texts)
    monkeypatch.setattr(workbooks, "MAX_ELEMENTS", elements)
    assert read_rows(path) == []
    monkeypatch.setattr(workbooks, "MAX_ELEMENTS", elements - 1)
    assert only_fault(path).problem == "The workbook has too many cells"


@pytest.mark.parametrize("place", [b'r="XFD1048576"', b"r='xfd1048576'"])
def test_a_cell_far_outside_the_table_is_refused_before_its_area_is_allocated(
    tmp_path: Path, place: bytes
) -> None:
    path = workbook(tmp_path, [HEADER, ["", "", "", "", "de"]])
    rezipped(path, "xl/worksheets/sheet1.xml", b'r="E2"', place)
    assert only_fault(path).problem == "The workbook has cells far outside the table"


def test_formatted_but_blank_cells_far_outside_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()
    assert read_rows(path) == []


@pytest.mark.parametrize("placed", [True, False])
def test_the_area_of_a_sheet_is_measured_exactly_with_and_without_cell_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, placed: bool
) -> None:
    cells = ["Dana", "d@demo.example", "", "Night", "de", *[""] * 22, "AB3"]
    path = workbook(tmp_path, [HEADER, [], [cell or " " for cell in cells]])
    if not placed:
        rezipped(path, "xl/worksheets/sheet1.xml", rb' r="[A-Z]*(1|3)"', b"")
    number = 3 if placed else 2
    monkeypatch.setattr(workbooks, "MAX_GRID_CELLS", 28 * number)
    assert [(fault.row, fault.value) for fault in faults_of(path)] == [(number, "AB3")]
    monkeypatch.setattr(workbooks, "MAX_GRID_CELLS", 28 * number - 1)
    assert only_fault(path).problem == "The workbook has cells far outside the table"


def test_a_locked_or_old_workbook_is_a_fault_with_its_mend(tmp_path: Path) -> None:
    fault = only_fault(saved(tmp_path, bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512))
    assert fault.mend == "save it as .xlsx without a password"


def test_a_zip_that_is_no_workbook_is_a_fault(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("holiday.xml", "<a/>")
    assert only_fault(saved(tmp_path, content.getvalue())).problem == "The workbook is damaged"


def test_a_workbook_cut_or_overwritten_anywhere_is_a_fault_or_read(tmp_path: Path) -> None:
    data = workbook(tmp_path, [HEADER, DANA.split(",")]).read_bytes()
    chance = random.Random(7)
    for _ in range(300):
        damaged = bytearray(
            data[: chance.randrange(4, len(data))] if chance.random() < 0.3 else data
        )
        for _ in range(chance.randrange(1, 6)):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        try:
            read_rows(saved(tmp_path, bytes(damaged)))
        except RosterError as error:
            assert error.faults  # noqa: PT017 - either outcome is right
