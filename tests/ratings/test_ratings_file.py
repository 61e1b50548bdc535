from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveyapp.core.errors import DomainError
from surveyapp.ratings.ratings_file import Ratings, RatingsFileError, read_ratings

HEADER = "team,A,B,note"
MEND = "write a whole number from 1 to 5 or nothing; more options: --options."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ratings.csv"


def read(path: Path, *lines: str, header: str = HEADER, options: int = 5) -> dict[str, Ratings]:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return read_ratings(path, "team", ["A", "B"], options)


def faults_in(path: Path, *lines: str, header: str = HEADER) -> list[str]:
    with pytest.raises(RatingsFileError) as caught:
        read(path, *lines, header=header)
    assert isinstance(caught.value, DomainError)
    return str(caught.value).splitlines()


def test_ratings_are_gathered_by_group_in_the_order_of_appearance(path: Path) -> None:
    groups = read(path, "zoe,1,2,", "anna,5,4,x", "zoe,3,3,")
    assert list(groups) == ["zoe", "anna"]
    assert groups["zoe"].tolist() == [[1, 2], [3, 3]]
    assert groups["anna"].tolist() == [[5, 4]]


def test_blank_cells_are_missing_and_rows_without_a_rating_are_skipped(path: Path) -> None:
    groups = read(path, "anna,,4,", "anna, ,,came late", ",,,", "ben,,,", ",,,no group either")
    assert list(groups) == ["anna"]
    assert np.isnan(groups["anna"]).tolist() == [[True, False]]
    assert groups["anna"][0, 1] == 4


def test_items_come_in_the_order_asked_for_whatever_the_file_says(path: Path) -> None:
    path.write_text("B,who,A,team\n2,x,1,t\n", encoding="utf-8")
    assert read_ratings(path, "team", ["A", "B"], 5)["t"].tolist() == [[1, 2]]
    assert read_ratings(path, "team", ["B", "A"], 5)["t"].tolist() == [[2, 1]]


def test_the_options_bound_the_ratings(path: Path) -> None:
    assert read(path, "t,10,1,", options=10)["t"].tolist() == [[10, 1]]
    with pytest.raises(RatingsFileError, match=r"'10' is out of range; write .* from 1 to 9 "):
        read(path, "t,10,1,", options=9)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("t,6,1,", f"row 2, column A: '6' is out of range; {MEND}"),
        ("t,1,0,", f"row 2, column B: '0' is out of range; {MEND}"),
        ("t,1,2.5,", f"row 2, column B: '2.5' is not a whole number; {MEND}"),
        ("t,NA,1,", f"row 2, column A: 'NA' is not a whole number; {MEND}"),
        (
            " ,1,1,",
            "row 2, column team: the cell is blank; say which group the ratings belong to.",
        ),
        ("t,1,1", "row 2: 3 cells under 4 column names; give every column one cell."),
    ],
)
def test_a_wrong_cell_is_named_by_row_column_value_and_mend(
    path: Path, row: str, fault: str
) -> None:
    assert faults_in(path, row, "t,1,1,") == [fault]


def test_columns_that_are_missing_or_there_twice_are_named(path: Path) -> None:
    assert faults_in(path, "t,1,2,3", header="team,A,A,b") == [
        "row 1, column B: the column is missing; add it, or name another column.",
        "row 1, column A: the column is there 2 times; keep one of them.",
    ]
    assert faults_in(path, "1,2", header="A,B") == [
        "row 1, column team: the column is missing; add it, or name another column.",
    ]


def test_columns_that_are_not_asked_for_may_be_there_twice(path: Path) -> None:
    assert read(path, "t,1,2,x,y", header="team,A,B,note,note")["t"].tolist() == [[1, 2]]


def test_all_faults_come_at_once_in_the_order_of_rows(path: Path) -> None:
    rows = ["t,6,x,", "t,1", ",1,9,"]
    places = [fault.split(":")[0] for fault in faults_in(path, *rows, header="team,A,B,A2")]
    assert places == [
        "row 2, column A",
        "row 2, column B",
        "row 3",
        "row 4, column B",
        "row 4, column team",
    ]


def test_a_file_without_ratings_is_refused(path: Path) -> None:
    (only,) = faults_in(path)
    assert only.startswith("row 1: no answers below the column names; ")
    (only,) = faults_in(path, "anna,,,", "ben,,,late")
    assert only == "row 1: no ratings below the column names; fill some in."


def test_other_separators_than_commas_are_one_fault(path: Path) -> None:
    (only,) = faults_in(path, "t;1;2;", header=HEADER.replace(",", ";"))
    assert only.startswith("row 1: the columns are not separated by commas; ")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("xyz"), *[st.none() | st.integers(1, 5)] * 2).filter(
            lambda row: row[1:] != (None, None)
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_rating_that_is_written_is_read(
    path: Path, rows: list[tuple[str, int | None, int | None]]
) -> None:
    written = [",".join("" if cell is None else str(cell) for cell in (*row, None)) for row in rows]
    groups = read(path, *written)
    for name, ratings in groups.items():
        expected = [[a or np.nan, b or np.nan] for group, a, b in rows if group == name]
        assert np.array_equal(ratings, np.array(expected), equal_nan=True)
    assert sum(map(len, groups.values())) == len(rows)
