"""Every encoding and shape of people file, and every fault of form."""

import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveyapp.roster import reading
from surveyapp.roster.faults import LINES_SHOWN, Fault, RosterError
from surveyapp.roster.reading import Row, gather, read_rows

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


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(RosterError) as caught:
        read_rows(path)
    return caught.value.faults


def only_fault(path: Path) -> Fault:
    (fault,) = faults_of(path)
    return fault


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_any_usual_encoding_delimiter_and_line_end_is_read(
    tmp_path: Path, encoding: str, delimiter: str, line_end: str
) -> None:
    text = csv_text(DANA).replace(",", delimiter).replace("\r\n", line_end)
    assert read_rows(saved(tmp_path, text.encode(encoding))) == [DANA_ROW]


def test_big_endian_utf_16_is_read(tmp_path: Path) -> None:
    data = b"\xfe\xff" + csv_text(DANA).encode("utf-16-be")
    assert read_rows(saved(tmp_path, data)) == [DANA_ROW]


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfname\xff", b"\xff\xfen", b"name\x81"])
def test_bytes_of_no_encoding_are_a_fault(tmp_path: Path, data: bytes) -> None:
    assert only_fault(saved(tmp_path, data)).problem == "The file is not readable text"


def test_the_delimiter_is_taken_from_the_header_and_not_from_the_data(tmp_path: Path) -> None:
    text = 'name;email;leader_email\n"Weiß, D., E., F., G.";d@demo.example;\n'
    assert read_rows(saved(tmp_path, text))[0].name == "Weiß, D., E., F., G."


def test_a_space_before_a_quotation_mark_does_no_harm(tmp_path: Path) -> None:
    text = 'name, email, leader_email\n"Dana", "d@demo.example", "r@demo.example"\n'
    assert read_rows(saved(tmp_path, text)) == [Row(2, "Dana", "d@demo.example", "r@demo.example")]


def test_headers_may_differ_in_case_spaces_and_order(tmp_path: Path) -> None:
    text = "Leader E-Mail, EMAIL ,Name,\nr@demo.example,d@demo.example,Dana,\n"
    rows = read_rows(saved(tmp_path, text))
    assert rows == [Row(2, "Dana", "d@demo.example", "r@demo.example")]


def test_cells_are_stripped_and_composed(tmp_path: Path) -> None:
    text = csv_text("\u00a0 Rene\u0301 \u00a0, r@demo.example\ufeff ,,,")
    assert read_rows(saved(tmp_path, text)) == [Row(2, "Ren\u00e9", "r@demo.example", "")]


def test_quoted_line_breaks_and_blank_rows_keep_the_spreadsheets_row_numbers(
    tmp_path: Path,
) -> None:
    text = csv_text('"Dana\r\nWeiß",d@demo.example,,,', "", ",,,,", "Rae,r@demo.example,,,")
    rows = read_rows(saved(tmp_path, text))
    assert [(row.number, row.name) for row in rows] == [(2, "Dana\r\nWeiß"), (5, "Rae")]


def test_separators_of_blank_optional_cells_may_be_left_out(tmp_path: Path) -> None:
    assert len(read_rows(saved(tmp_path, csv_text("Dana,d@demo.example,")))) == 1
    fault = only_fault(saved(tmp_path, csv_text("Dana,d@demo.example")))
    assert (fault.row, fault.problem) == (2, "Row with too few cells")


def test_a_value_beyond_the_columns_is_a_fault_and_a_blank_there_is_none(tmp_path: Path) -> None:
    rows = csv_text(DANA + ",,", DANA + ",stray")
    fault = only_fault(saved(tmp_path, rows))
    assert (fault.row, fault.value, fault.problem) == (3, "stray", "Cell outside the columns")


@pytest.mark.parametrize("line", ['"Dana,d@demo.example,,,', '"Dana" Weiß,d@demo.example,,,'])
def test_quotation_marks_that_do_not_pair_name_their_row(tmp_path: Path, line: str) -> None:
    fault = only_fault(saved(tmp_path, csv_text(DANA, line, *[DANA] * 9)))
    assert (fault.row, fault.problem) == (3, "Quotation marks that do not pair")


def test_faults_before_a_broken_quotation_mark_are_named_too(tmp_path: Path) -> None:
    faults = faults_of(saved(tmp_path, csv_text("Da\0na,,,,", '"Dana,,,,')))
    assert [(fault.row, fault.column) for fault in faults] == [(2, "name"), (3, None)]


def test_nul_bytes_name_their_cell(tmp_path: Path) -> None:
    fault = only_fault(saved(tmp_path, csv_text(DANA, "Rae,r\0@demo.example,,,")))
    assert (fault.row, fault.column, fault.problem) == (3, "email", "Cell with NUL bytes")


def test_an_unknown_column_is_named_with_the_likely_and_the_known_ones(tmp_path: Path) -> None:
    text = "name,email,leader_email,langage\nDana,d@demo.example,,de\n"
    fault = only_fault(saved(tmp_path, text))
    assert (fault.row, fault.value, fault.problem) == (1, "langage", "Unknown column")
    assert fault.mend.startswith("did you mean language? the columns are name, email, leader")


def test_missing_and_doubled_columns_are_faults(tmp_path: Path) -> None:
    missing = faults_of(saved(tmp_path, "name,team\nDana,Night\n"))
    assert {fault.column for fault in missing} == {"email", "leader_email"}
    assert {fault.problem for fault in missing} == {"Column missing"}
    doubled = only_fault(saved(tmp_path, "name,email,E-Mail,leader_email\nDana,,,\n"))
    assert (doubled.column, doubled.problem) == ("email", "Column given twice")


def test_a_header_of_endless_columns_is_one_fault(tmp_path: Path) -> None:
    fault = only_fault(saved(tmp_path, "name,email,leader_email" + ",x" * 98))
    assert fault.problem == "The header has more than 100 columns"


@pytest.mark.parametrize("data", [b"", b"\n\n , \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_a_fault(tmp_path: Path, data: bytes) -> None:
    assert only_fault(saved(tmp_path, data)).problem == "The file is empty"


def test_a_header_alone_is_no_fault_of_form(tmp_path: Path) -> None:
    assert read_rows(saved(tmp_path, csv_text())) == []


def test_a_file_that_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path, Path("nul\0name")):
        assert only_fault(path).problem.startswith("The file cannot be opened: ")


def test_cells_up_to_the_limit_pass_and_longer_ones_do_not(tmp_path: Path) -> None:
    assert read_rows(saved(tmp_path, csv_text("x" * 320 + ",,,,")))
    fault = only_fault(saved(tmp_path, csv_text("x" * 321 + ",,,,")))
    assert (fault.row, fault.column, fault.problem) == (2, "name", "Cell too long")


def test_files_and_tables_beyond_the_bounds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, csv_text(*[DANA] * 4))
    monkeypatch.setattr(reading, "MAX_ROWS", 4)
    assert len(read_rows(path)) == 4
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    assert only_fault(path).problem == "The file has more than 3 rows"
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", path.stat().st_size)
    read_rows(saved(tmp_path, csv_text(*[DANA] * 3)))
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", path.stat().st_size - 1)
    assert only_fault(path).problem.startswith("The file is larger than")


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
    monkeypatch.setattr(reading, "MAX_UNZIPPED_BYTES", size)
    assert read_rows(path) == []
    monkeypatch.setattr(reading, "MAX_UNZIPPED_BYTES", size - 1)
    assert only_fault(path).problem.startswith("The workbook unpacks to over")


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
    monkeypatch.setattr(reading, "MAX_GRID_CELLS", 28 * number)
    assert [(fault.row, fault.value) for fault in faults_of(path)] == [(number, "AB3")]
    monkeypatch.setattr(reading, "MAX_GRID_CELLS", 28 * number - 1)
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


BYTES = st.binary(max_size=300) | st.text('nameil_dr,;\t"\n\0 ü@', max_size=200).map(str.encode)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(start=st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", csv_text().encode()]), data=BYTES)
def test_random_bytes_give_rows_or_named_faults(tmp_path: Path, start: bytes, data: bytes) -> None:
    path = saved(tmp_path, start + data)
    try:
        rows, faults = gather(path)
    except RosterError as error:
        assert str(error).endswith("\nNothing was changed.")  # noqa: PT017 - either is right
    else:
        assert all(fault.row for fault in faults)
        assert all(row.name == row.name.strip() for row in rows)


def test_the_text_of_the_error_groups_faults_and_cuts_values() -> None:
    bad = "Not an e-mail address"
    text = str(
        RosterError(
            [
                Fault(7, "leader_email", "dana@", bad, "write a full address"),
                Fault(8, "name", "x" * 61, "Cell too long", "shorten it"),
                Fault(9, "email", "\x1b[2J", bad, "write a full address"),
                Fault(None, None, "", "The file is empty", "fill it in"),
            ]
        )
    )
    assert text.splitlines() == [
        "Not an e-mail address (2 times)",
        "  row 7, leader_email: 'dana@'  -> write a full address",
        "  row 9, email: '\\x1b[2J'  -> write a full address",
        "Cell too long",
        "  row 8, name: '" + "x" * 59 + "…'  -> shorten it",
        "The file is empty",
        "  -> fill it in",
        "Nothing was changed.",
    ]


def test_one_problem_in_every_row_does_not_bury_the_others() -> None:
    many = [Fault(row, "email", "x", "Many", "mend") for row in range(2, LINES_SHOWN + 5)]
    lines = str(RosterError([*many, Fault(9, "name", "", "One", "mend")])).splitlines()
    assert f"Many ({LINES_SHOWN + 3} times)" in lines
    assert "  and 3 more like these" in lines
    assert len(lines) == 1 + LINES_SHOWN + 1 + 2 + 1
    assert "One" in lines
