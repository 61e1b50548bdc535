import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveyapp.cli.ratings import OWN_DATA, score
from surveyapp.ratings.answers_file import COLUMNS, AnswersFileError

# Raw answers that put a person at (s, m) = (.75, .25), where shares are (.143, .214, .643).
CLOSE_AND_CONTROLLING = "4,4,4,2, 2,2,4, 2,2,4,4, 5,5,1, 3,3, 1"
BETWEEN = ",".join(["3"] * 16 + ["0"])
TRUST_WITHOUT_PURPOSE = "5,5,5,1, 5,5,1, 2,2,4,4, 3,3,3, 3,3, 0"
CLOSENESS_ALONE = f"5,5,5,1{',' * 13}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rows = [
        f"anna,8,{CLOSE_AND_CONTROLLING}",
        f"anna,8,{CLOSE_AND_CONTROLLING}",
        f"ben,4,{BETWEEN}",
        f"carla,2,{TRUST_WITHOUT_PURPOSE}",
        f"dora,1,{CLOSENESS_ALONE}",
    ]
    file = tmp_path / "answers.csv"
    file.write_text("\n".join([",".join(COLUMNS), *rows]))
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(score, [str(argument) for argument in arguments])


def test_json_gives_each_leader_with_scores_in_full_precision(path: Path) -> None:
    result = run(path, "--json")
    assert result.exit_code == 0
    anna, ben, _, dora = json.loads(result.stdout)
    assert list(anna) == ["leader", "n", "invited", "positioned", "scales", "shares", "zone"]
    assert (anna["leader"], anna["n"], anna["invited"], anna["positioned"]) == ("anna", 2, 8, 2)
    fit = pytest.approx(1 / 3, abs=1e-15)
    expected = {"s": 0.75, "t": 0.25, "p": 0.25, "e": 1.0, "a": 0.5, "m": 0.25, "b": fit}
    assert anna["scales"] == expected
    assert anna["shares"] == pytest.approx(
        {"hands_off": 1 / 7, "micro_leading": 1.5 / 7, "micro_managing": 4.5 / 7}, abs=1e-15
    )
    assert anna["zone"] == "micro_managing"
    assert (ben["shares"]["hands_off"], ben["zone"]) == (pytest.approx(1 / 3), None)
    assert (dora["n"], dora["positioned"], dora["shares"], dora["zone"]) == (1, 0, None, None)
    assert (dora["scales"]["s"], dora["scales"]["m"]) == (1.0, None)


def test_the_text_says_the_position_in_words_and_aligns_the_numbers(path: Path) -> None:
    lines = run(path).stdout.splitlines()
    assert lines[:5] == [
        "Leader  Answers  Position        Hands-off  Micro-leading  Micro-managing",
        "anna    2 of 8   micro-managing       0.14           0.21            0.64",
        "ben     1 of 4   between zones        0.33           0.33            0.33",
        "carla   1 of 2   micro-leading        0.00           0.62            0.38",
        "dora    1 of 1   no position             -              -               -",
    ]
    assert lines[6:8] == [
        "Leader  Closeness  Trust  Purpose  Experience  Agreed  Meant   Fit",
        "anna         0.75   0.25     0.25        1.00    0.50   0.25  0.33",
    ]
    assert lines[12:] == ["carla: trust and purpose point in different ways."]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_it_says_on_stderr_that_nothing_is_suppressed(path: Path, options: list[str]) -> None:
    result = run(path, *options)
    assert result.stderr.strip() == OWN_DATA
    assert "applies no suppression" in OWN_DATA
    assert OWN_DATA not in result.stdout


def test_a_faulty_file_raises_all_its_faults_and_prints_no_scores(path: Path) -> None:
    path.write_text(path.read_text().replace("ben,4,3,3", "ben,4,9,x"))
    result = run(path)
    assert isinstance(result.exception, AnswersFileError)
    assert [(fault.row, fault.column) for fault in result.exception.faults] == [
        (4, "S1"),
        (4, "S2"),
    ]
    assert result.stdout == ""


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path) -> None:
    for wrong in (tmp_path / "nothing.csv", tmp_path):
        result = run(wrong)
        assert result.exit_code == 2
        assert str(wrong) in result.stderr
