"""Every encoding and shape of people file in text, and every fault of form."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveyapp.roster import reading
from surveyapp.roster.faults import RosterError
from surveyapp.roster.reading import Row, gather
from tests.roster.files import DANA, DANA_ROW, csv_text, faults_of, only_fault, read_rows, saved


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


@pytest.mark.parametrize(
    "header",
    [
        "Name,E-Mail-Adresse,E-Mail Führungskraft,Team,Sprache",
        "Nom,Courriel,E-mail du responsable,Équipe,Langue",
        "Nombre,Correo electrónico,E-mail del responsable,Equipo,Idioma",
    ],
)
def test_headers_may_be_german_french_or_spanish(tmp_path: Path, header: str) -> None:
    text = f"{header}\nCy,cy@demo.example,dana@demo.example,Workshop,de\n"
    expected = Row(2, "Cy", "cy@demo.example", "dana@demo.example", "Workshop", "de")
    assert read_rows(saved(tmp_path, text.encode())) == [expected]


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


@pytest.mark.parametrize("begins", [b"%PDF-1.7", b"\x89PNG\r\n", b"<html><table>", b"{\\rtf1"])
def test_what_is_no_table_is_called_that_and_nothing_else(tmp_path: Path, begins: bytes) -> None:
    path = tmp_path / "people.xls"
    path.write_bytes(begins + b"name,email,leader_email")
    with pytest.raises(RosterError, match="The file is no table") as caught:
        read_rows(path)
    assert len(caught.value.faults) == 1


def test_faults_are_looked_for_up_to_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, csv_text(*(["Dana,,r@demo.example,,,x"] * 5)))
    assert len(faults_of(path)) == 5
    monkeypatch.setattr(reading, "MAX_FAULTS", 2)
    *first, last = faults_of(path)
    assert [fault.row for fault in first] == [2, 3, 4]
    assert last.problem == "The file has more faults than are looked for"
