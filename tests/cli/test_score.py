import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from surveyapp.cli.score import OWN_DATA, score
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
        *[f"erik,6,{CLOSE_AND_CONTROLLING}"] * 5,
    ]
    file = tmp_path / "answers.csv"
    file.write_text("\n".join([",".join(COLUMNS), *rows]))
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(score, [str(argument) for argument in arguments])


def scored(path: Path, *options: str) -> list[dict[str, Any]]:
    result = run(path, "--json", *options)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_json_gives_each_leader_with_scores_in_full_precision(path: Path) -> None:
    anna, ben, _, dora, _ = scored(path)
    assert list(anna) == [
        *("leader", "n", "invited", "positioned", "scales", "shares", "zone"),
        *("zone_probability", "statement", "region", "agreement", "fit", "bounds"),
    ]
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


def test_json_says_how_sure_a_position_is(path: Path) -> None:
    anna, _, carla, dora, erik = scored(path)
    assert [one["statement"] for one in (anna, carla, dora, erik)] == [
        *("few_answered", "mostly", "no_position", "mostly"),
    ]
    assert sum(erik["zone_probability"].values()) == pytest.approx(1)
    assert erik["zone_probability"]["micro_managing"] > 0.95
    region = erik["region"]
    assert region["center"] == pytest.approx(list(erik["shares"].values()))
    (xx, xy), (yx, yy) = region["covariance"]
    assert xy == yx
    assert 0 < xy**2 < xx * yy
    assert region["quantile"] == pytest.approx(4.6, abs=0.6)
    assert dora["zone_probability"] is dora["region"] is None


def test_json_gives_agreement_from_four_ratings_on_and_where_the_means_must_lie(path: Path) -> None:
    anna, *_, erik = scored(path)
    assert erik["agreement"]["s"] == {"rwg_j": 1.0, "r_star_wg_j": 1.0, "ad_m": 0.0}
    assert set(erik["agreement"]) == set(anna["agreement"]) == set("stpe")
    assert set(anna["agreement"]["s"].values()) == {None}
    assert anna["bounds"]["s"] == [2 * 0.75 / 8, (2 * 0.75 + 6) / 8]


def test_json_gives_both_readings_of_fit(path: Path) -> None:
    *_, dora, erik = scored(path)
    assert erik["fit"] == {
        "people": "too_much",
        "rule": "too_much",
        "U": 0.0,
        "O": pytest.approx(1 / 3),
        "G": pytest.approx(0.75 - 0.3),
        "hands_off_kind": None,
    }
    assert set(dora["fit"].values()) == {None}


def test_the_same_seed_draws_the_same_and_another_does_not(path: Path) -> None:
    assert run(path).stdout == run(path, "--seed", "1").stdout
    first, second = (scored(path, "--seed", seed)[-1]["region"] for seed in ("1", "2"))
    assert first["center"] == second["center"]
    assert first["covariance"] != second["covariance"]


def test_each_leader_is_drawn_alike_whoever_else_is_scored(path: Path) -> None:
    *_, erik = scored(path)
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *(row for row in rows if row.startswith("erik"))]))
    assert scored(path) == [erik]


def test_the_text_says_the_position_in_words_and_aligns_the_numbers(path: Path) -> None:
    lines = run(path).stdout.splitlines()
    start = lines.index("erik: mostly micro-managing")
    assert lines[start + 1] == "5 of 6 answered, 5 with a position"
    assert lines[start + 3 : start + 5] == [
        "         Hands-off  Micro-leading  Micro-managing",
        "Pull          0.14           0.21            0.64",
    ]
    head, closeness = lines[start + 7 : start + 9]
    assert head.split() == [
        *("Mean", "90", "%", "range", "Bounds", "rwg(J)", "r*wg(J)", "AD"),
    ]
    assert closeness.split()[:2] == ["Closeness", "0.75"]
    assert closeness.endswith("1.00     1.00  0.00")
    assert lines[start + 16 : start + 18] == [
        "People's own word: too much (too little 0.00, too much 0.33).",
        "Rule of thumb: too much (+0.45).",
    ]
    for said in (
        "anna: fewer than half answered, no zone is named",
        "dora: no position",
        "Trust and purpose point in different ways.",
    ):
        assert said in lines


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
