from collections.abc import Mapping
from pathlib import Path

import pytest

from surveyapp.core.errors import DomainError
from surveyapp.ratings.answers_file import COLUMNS, AnswersFileError, read_answers

COMPLETE = {"leader": "anna", "invited": "3"} | dict.fromkeys(COLUMNS[2:-1], "4") | {"F1": "-3"}


def line(cells: Mapping[str, str] | None = None, **changed: str) -> str:
    return ",".join({**COMPLETE, **(cells or {}), **changed}.values())


def text_of(*lines: str, header: str = ",".join(COLUMNS)) -> str:
    return "\n".join([header, *lines]) + "\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.csv"


def faults_in(path: Path, content: str | bytes) -> list[str]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(AnswersFileError) as caught:
        read_answers(path)
    assert isinstance(caught.value, DomainError)
    lines = str(caught.value).splitlines()
    assert lines == [str(fault) for fault in caught.value.faults]
    return lines


def test_answers_are_gathered_by_leader_in_the_order_of_appearance(path: Path) -> None:
    path.write_text(text_of(line(leader="zoe"), line(S1="5"), line(leader="zoe", F1="0")))
    zoe, anna = read_answers(path)
    assert (zoe.leader, zoe.invited, [given["F1"] for given in zoe.answers]) == ("zoe", 3, [-3, 0])
    assert (anna.leader, anna.invited, [given["S1"] for given in anna.answers]) == ("anna", 3, [5])


def test_answers_are_kept_raw_and_blank_ones_are_missing(path: Path) -> None:
    path.write_text(text_of(line(S4r="1", T1="", P1=" ")))
    ((answers,),) = (leader.answers for leader in read_answers(path))
    assert list(answers) == list(COLUMNS[2:])
    assert (answers["S4r"], answers["T1"], answers["P1"], answers["A2r"]) == (1, None, None, 4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_and_windows_line_ends_make_no_difference(
    path: Path, encoding: str
) -> None:
    path.write_bytes(text_of(line(leader="Jürgen")).replace("\n", "\r\n").encode(encoding))
    assert [leader.leader for leader in read_answers(path)] == ["Jürgen"]


def test_the_order_of_columns_blank_rows_and_spaces_play_no_part(path: Path) -> None:
    turned = [" , ".join(reversed(row.split(","))) for row in (",".join(COLUMNS), line(S1="2"))]
    path.write_text(f"{turned[0]}\n\n{',' * 18}\n{turned[1]}\n")
    (anna,) = read_answers(path)
    assert (anna.leader, [given["S1"] for given in anna.answers]) == ("anna", [2])


def test_an_answer_with_every_item_blank_still_counts_as_an_answer(path: Path) -> None:
    path.write_text(text_of(line(dict.fromkeys(COLUMNS[2:], ""))))
    (anna,) = read_answers(path)
    assert len(anna.answers) == 1


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"S1": "6"}, "row 2, column S1: '6' is out of range; write a whole number from 1 to 5"),
        ({"S1": "0"}, "row 2, column S1: '0' is out of range; write a whole number from 1 to 5"),
        ({"F1": "4"}, "row 2, column F1: '4' is out of range; write a whole number from -3 to 3"),
        ({"F1": "-4"}, "row 2, column F1: '-4' is out of range; write a whole number from -3"),
        ({"P3r": "na"}, "row 2, column P3r: 'na' is not a whole number; write a whole number"),
        ({"A1": "3.5"}, "row 2, column A1: '3.5' is not a whole number; write a whole number"),
        ({"A1": "٣"}, "row 2, column A1: '٣' is not a whole number; write a whole number"),
        ({"A1": "9" * 5000}, f"row 2, column A1: '{'9' * 40}…' is not a whole number; write"),
        ({"invited": "1_0"}, "row 2, column invited: '1_0' is not a whole number; write how many"),
        ({"invited": ""}, "row 2, column invited: the cell is blank; write how many people"),
        ({"invited": "0"}, "row 2, column invited: '0' invited, but rows of answers for 'anna': 1"),
        ({"leader": " "}, "row 2, column leader: the cell is blank; say whom the answer is about"),
    ],
)
def test_a_wrong_cell_is_named_by_row_column_value_and_mend(
    path: Path, changed: dict[str, str], fault: str
) -> None:
    (only,) = faults_in(path, text_of(line(changed)))
    assert only.startswith(fault)


def test_more_answers_than_people_invited_are_refused(path: Path) -> None:
    assert faults_in(path, text_of(line(leader="zoe"), *[line(invited="2")] * 3)) == [
        (
            "row 3, column invited: '2' invited, but rows of answers for 'anna': 3; "
            "correct the number or remove the extra answers."
        )
    ]


def test_as_many_answers_as_people_invited_are_fine(path: Path) -> None:
    path.write_text(text_of(*[line()] * 3))
    assert [len(leader.answers) for leader in read_answers(path)] == [3]


def test_one_leader_cannot_have_two_numbers_of_people_invited(path: Path) -> None:
    rows = [line(), line(leader="zoe", invited="9"), line(invited="2"), line()]
    assert faults_in(path, text_of(*rows)) == [
        (
            "row 4, column invited: '2' differs from '3' in row 2; "
            "write the same number in every row of 'anna'."
        )
    ]


def test_an_unknown_column_is_named_with_the_columns_it_may_stand_for(path: Path) -> None:
    header = ",".join(COLUMNS).replace("S4r", "S4")
    assert faults_in(path, text_of(line(), header=header)) == [
        "row 1, column S4r: the column is missing; add it.",
        "row 1, column 'S4': unknown column; remove it or rename it to S4r.",
    ]


def test_a_column_without_a_name_is_named_by_its_place(path: Path) -> None:
    content = text_of(f"{line()},", header=",".join([*COLUMNS, ""]))
    assert faults_in(path, content) == ["row 1, column no. 20: unknown column; remove it."]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_must_be_there(path: Path, column: str) -> None:
    left = {name: cell for name, cell in COMPLETE.items() if name != column}
    assert faults_in(path, text_of(",".join(left.values()), header=",".join(left))) == [
        f"row 1, column {column}: the column is missing; add it."
    ]


def test_a_column_may_be_there_only_once(path: Path) -> None:
    content = text_of(f"{line(S1='x')},7", header=",".join([*COLUMNS, "S1"]))
    assert faults_in(path, content) == [
        "row 1, column S1: the column is there 2 times; keep one of them."
    ]


def test_a_row_with_too_many_or_too_few_cells_is_named(path: Path) -> None:
    assert faults_in(path, text_of(f"{line()},1", line(), "anna,3,4")) == [
        "row 2: 20 cells under 19 column names; give every column one cell.",
        "row 4: 3 cells under 19 column names; give every column one cell.",
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(path: Path, content: str) -> None:
    (only,) = faults_in(path, content)
    assert only.startswith("row 1: the file is empty; start with a row of column names")


def test_a_file_without_answers_is_refused(path: Path) -> None:
    (only,) = faults_in(path, text_of())
    assert only.startswith("row 1: no answers below the column names; start with")


def test_a_file_in_another_encoding_is_refused_at_the_first_wrong_row(path: Path) -> None:
    content = text_of(line(), line(leader="Jürgen")).encode("latin-1")
    assert faults_in(path, content) == ["row 3: not readable as UTF-8; save the file as CSV UTF-8."]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_than_commas_are_one_fault(path: Path, separator: str) -> None:
    assert faults_in(path, text_of(line()).replace(",", separator)) == [
        (
            "row 1: the columns are not separated by commas; "
            "save the file as CSV with commas between the columns."
        )
    ]


def test_a_quote_that_never_ends_is_refused_where_it_begins(path: Path) -> None:
    (only,) = faults_in(path, text_of(line(), line(leader='"zoe'), line()))
    assert only.startswith("row 3: not readable as CSV (")


def test_rows_are_counted_as_a_spreadsheet_does(path: Path) -> None:
    (only,) = faults_in(path, text_of("", line(leader='"an\nna"'), line(S1="x")))
    assert only.startswith("row 4, column S1: 'x'")


def test_all_faults_come_at_once_in_the_order_of_rows(path: Path) -> None:
    header = ",".join(COLUMNS).replace("T1", "T9")
    rows = [line(S1="x", S2="8"), line(leader="zoe", invited="0"), line(invited="4", F1="5"), "a,b"]
    places = [fault.split(":")[0] for fault in faults_in(path, text_of(*rows, header=header))]
    assert places == [
        "row 1, column T1",
        "row 1, column 'T9'",
        "row 2, column S1",
        "row 2, column S2",
        "row 3, column invited",
        "row 4, column F1",
        "row 4, column invited",
        "row 5",
    ]
