import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from surveyapp.cli.stats import OWN_DATA, stats
from surveyapp.core.agreement import agreement
from surveyapp.core.reliability import alpha, omega, one_way
from surveyapp.ratings.ratings_file import RatingsFileError

KEYS = [
    *("groups", "icc1", "icc2", "icc1_multilevel", "icc2_multilevel"),
    *("alpha", "omega", "mean_rwg_j"),
]

# Shrout and Fleiss (1979), Psychological Bulletin 86, table 2: targets and their four judgments.
SHROUT_FLEISS = {"1": "9258", "2": "6132", "3": "8468", "4": "7126", "5": "X569", "6": "6247"}

THREE_ITEMS = """team,A,B,C
north,4,4,5
north,5,4,4
north,4,3,4
north,5,5,5
south,1,2,
south,2,2,3
south,1,,
south,3,2,2
south,2,1,1
west,3,3,3
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "ratings.csv"
    file.write_text(THREE_ITEMS, encoding="utf-8")
    return file


def run(path: Path, *options: str, items: str = "A,B,C") -> Result:
    return CliRunner().invoke(stats, [str(path), "--group", "team", "--items", items, *options])


def described(path: Path, *options: str, items: str = "A,B,C") -> dict[str, Any]:
    result = run(path, "--json", *options, items=items)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_shrout_and_fleiss_come_out_to_six_digits(tmp_path: Path) -> None:
    file = tmp_path / "judges.csv"
    rows = [f"{target},{x}" for target, judged in SHROUT_FLEISS.items() for x in judged]
    file.write_text("\n".join(["team,x", *rows]).replace("X", "10"), encoding="utf-8")
    found = described(file, "--options", "10", items="x")
    assert list(found) == KEYS
    for key, expected in {"icc1": 0.165742, "icc2": 0.442797}.items():
        assert found[key] == pytest.approx(expected, abs=5e-7)
        assert found[f"{key}_multilevel"] == pytest.approx(expected, abs=5e-7)
    assert (found["alpha"], found["omega"]) == (None, None)
    # The first target by hand: s² = 10, uniform variance of ten options 8.25, mean distance 2.5.
    assert found["groups"]["1"] == {
        "n": 4,
        "rwg_j": 0,
        "r_star_wg_j": pytest.approx(1 - 10 / 8.25, abs=1e-12),
        "ad_m_j": 2.5,
    }


def test_json_describes_each_group_and_all_of_them(path: Path) -> None:
    found = described(path)
    north = np.array([[4.0, 4, 5], [5, 4, 4], [4, 3, 4], [5, 5, 5]])
    agreed = agreement(north, 5)
    assert agreed is not None
    assert found["groups"]["north"] == {
        "n": 4,
        "rwg_j": agreed.rwg_j,
        "r_star_wg_j": agreed.r_star_wg_j,
        "ad_m_j": agreed.ad_m_j,
    }
    # C has three ratings in the south; the west is one person.
    nothing = {"rwg_j": None, "r_star_wg_j": None, "ad_m_j": None}
    assert found["groups"]["south"] == {"n": 5} | nothing
    assert found["groups"]["west"] == {"n": 1} | nothing
    assert found["mean_rwg_j"] == agreed.rwg_j


def test_the_icc_is_that_of_the_mean_of_at_least_half_of_the_items(path: Path) -> None:
    found = described(path)
    # The third of the south rated one item of three.
    south = np.array([1.5, 7 / 3, 7 / 3, 4 / 3])
    groups = one_way([np.array([13, 13, 11, 15]) / 3, south, np.array([3.0])])
    assert groups is not None
    assert found["icc1"] == pytest.approx(groups.icc1(groups.n0), abs=1e-12)
    assert found["icc1_multilevel"] == pytest.approx(groups.icc1(groups.mean_size), abs=1e-12)
    assert found["icc1"] != found["icc1_multilevel"]
    assert found["icc2"] == found["icc2_multilevel"] == pytest.approx(groups.icc2, abs=1e-12)


def test_alpha_and_omega_are_those_of_the_complete_rows(path: Path) -> None:
    found = described(path)
    complete = [[4, 4, 5], [5, 4, 4], [4, 3, 4], [5, 5, 5], [2, 2, 3], [3, 2, 2], [2, 1, 1]]
    spread = np.cov(np.array([*complete, [3, 3, 3]]).T)
    assert found["alpha"] == pytest.approx(alpha(spread), abs=1e-12)
    assert found["omega"] == pytest.approx(omega(spread), abs=1e-9)


def test_the_text_explains_each_table_in_a_line_and_aligns_the_numbers(path: Path) -> None:
    agreed, table, reliable, figures = run(path).stdout.strip().split("\n\n")
    assert "1 is full agreement" in agreed
    assert "agreement up to 0.83" in agreed
    assert table.splitlines() == [
        "Group               Raters  rwg(J)  r*wg(J)    AD",
        "north                    4    0.91     0.78  0.50",
        "south                    5       -        -     -",
        "west                     1       -        -     -",
        "Mean of the groups            0.91",
    ]
    assert "ICC: of the mean" in reliable
    found = described(path)
    lines = figures.splitlines()
    keys = ["icc1", "icc1_multilevel", "icc2", "alpha", "omega"]
    assert [line[20:24] for line in lines] == [f"{found[key]:.2f}" for key in keys]
    assert lines[0].endswith("group size n0 = 2.67")
    assert lines[1].endswith("group size N/K = 3.00")
    assert len(agreed.splitlines()) == len(reliable.splitlines()) == 1


def test_what_is_not_defined_is_a_dash_and_null(path: Path) -> None:
    path.write_text("team,A,B,C\nwest,3,3,\n", encoding="utf-8")
    nothing = {"rwg_j": None, "r_star_wg_j": None, "ad_m_j": None}
    expected = {"groups": {"west": {"n": 1} | nothing}} | dict.fromkeys(KEYS[1:])
    assert described(path) == expected
    result = run(path)
    assert result.exit_code == 0
    assert "n0 = -" in result.stdout


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_it_says_on_stderr_that_nothing_is_suppressed(path: Path, options: list[str]) -> None:
    result = run(path, *options)
    assert result.stderr.strip() == OWN_DATA
    assert "applies no suppression" in OWN_DATA
    assert OWN_DATA not in result.stdout


def test_a_faulty_file_raises_all_its_faults_and_prints_no_figures(path: Path) -> None:
    path.write_text(THREE_ITEMS.replace("north,4,4", "north,9,x"), encoding="utf-8")
    result = run(path)
    assert isinstance(result.exception, RatingsFileError)
    assert [(fault.row, fault.column) for fault in result.exception.faults] == [(2, "A"), (2, "B")]
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("items", "options", "told"),
    [
        ("A,,B", [], "'A,,B' is no list of different columns"),
        ("A,B,A", [], "'A,B,A' is no list of different columns"),
        ("A,team", [], "'team' is given as --group and in --items"),
        ("A,B", ["--options", "1"], "1 is not in the range x>=2"),
    ],
)
def test_bad_usage_is_said_with_exit_code_two(
    path: Path, items: str, options: list[str], told: str
) -> None:
    result = run(path, *options, items=items)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


def test_a_file_that_is_not_there_and_options_left_out_are_bad_usage(tmp_path: Path) -> None:
    assert run(tmp_path / "nothing.csv").exit_code == 2
    assert CliRunner().invoke(stats, [str(tmp_path)]).exit_code == 2
