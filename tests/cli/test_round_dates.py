"""Dates of rounds and the time zone, on the command line."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.commands import fail, run, succeed

if TYPE_CHECKING:
    from pathlib import Path

FIRST = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=5)


def day(number: int) -> str:
    """Return a day, counted from the opening."""
    return str(FIRST + dt.timedelta(days=number))


def found(name: str = "Spring") -> dict[str, Any]:
    rounds = json.loads(succeed("round", "list", "--json"))
    (one,) = (one for one in rounds if one["name"] == name)
    return dict(one)


def test_a_round_is_created_with_all_of_its_dates(installed: Path) -> None:
    said = succeed(
        *("round", "create", "Spring", "--opens", day(0), "--closes", day(13)),
        *("--remind", day(9), "--remind", day(4), "--release", day(20), "--every", "26"),
    )
    assert f"last day is {day(13)}, until midnight in UTC" in said
    assert f"opens by itself on {day(0)}" in said
    assert f"reminded on {day(4)}, {day(9)}" in said
    assert f"see their results on {day(20)}" in said
    assert "comes again every 26 weeks" in said
    assert found() | {"id": ""} == {
        "id": "",
        "name": "Spring",
        "state": "draft",
        "opens_on": day(0),
        "closes_on": day(13),
        "reminders": [day(4), day(9)],
        "release_on": None,
        "releases_on": day(20),
        "repeat_weeks": 26,
    }


def test_a_longer_round_reminds_by_itself_unless_nobody_is_to_be(installed: Path) -> None:
    succeed("round", "create", "Spring", "--opens", day(0), "--closes", day(20))
    assert len(found()["reminders"]) == 2
    succeed("round", "create", "Summer", "--closes", day(20), "--no-reminders")
    assert found("Summer")["reminders"] == []


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("--opens", "tomorrow"), 2, "is no date: write it as YYYY-MM-DD"),
        (("--release", "soon"), 2, "is no date"),
        (("--remind", day(3), "--no-reminders"), 2, "contradict"),
        (("--remind", day(30)), 1, "reaches nobody"),
        (("--every", "2"), 1, "Who is asked more often answers less"),
        (("--release", day(13)), 1, "is the first day"),
    ],
)
def test_dates_that_cannot_be_are_refused_with_the_mend(
    installed: Path, words: tuple[str, ...], code: int, complaint: str
) -> None:
    told = fail(
        *("round", "create", "Spring", "--opens", day(0), "--closes", day(13)), *words, code=code
    )
    assert complaint in told
    assert json.loads(succeed("round", "list", "--json")) == []


def test_rounds_that_would_overlap_are_warned_of(installed: Path) -> None:
    words = ("--opens", day(0), "--closes", day(28), "--every", "4")
    assert "rounds take turns" in run("round", "create", "Spring", *words).stderr


def test_a_draft_gets_other_dates(installed: Path) -> None:
    words = ("--opens", day(0), "--closes", day(20), "--every", "8")
    succeed("round", "create", "Spring", *words)
    succeed("round", "move", "Spring", "--closes", day(24), "--release", "on-closing")
    assert (found()["closes_on"], found()["release_on"]) == (day(24), "closing")
    assert (found()["opens_on"], found()["repeat_weeks"]) == (day(0), 8)
    succeed("round", "move", "Spring", "--every", "0", "--release", "by-hand", "--no-reminders")
    assert (found()["repeat_weeks"], found()["release_on"], found()["reminders"]) == (
        None,
        None,
        [],
    )


def test_the_last_day_of_an_open_round_moves_later_after_a_question(opened: Path) -> None:
    before = found()["closes_on"]
    assert "is not later" in fail("round", "move", "Spring", "--closes", before)
    refused = run("round", "move", "Spring", "--closes", day(40), typed="n\n")
    assert refused.exit_code == 1
    assert "cannot be moved back" in refused.output
    assert found()["closes_on"] == before
    succeed("round", "move", "Spring", "--closes", day(40), typed="y\n")
    assert found()["closes_on"] == day(40)
    told = fail("round", "move", "Spring", "--closes", day(50), "--every", "8")
    assert "nothing but --closes moves now" in told


def test_an_organisation_is_somewhere(folder: Path) -> None:
    init = ("init", "--admin", "admin@demo.example", "--time-zone")
    assert "no time zone named 'Berlin'" in fail(*init, "Berlin")
    assert not (folder / "instance" / "surveyapp.sqlite").exists()
    assert "begin and end in Europe/Berlin" in succeed(*init, "Europe/Berlin")
    assert "is in Europe/Berlin: it is" in succeed("time-zone")
    assert "is in Asia/Tokyo" in succeed("time-zone", "Asia/Tokyo")
    assert "no time zone named" in fail("time-zone", "Asia/Kyoto")
    assert "until midnight in Asia/Tokyo" in succeed(
        "round", "create", "Spring", "--closes", day(9)
    )


def test_a_worker_opens_a_round_whose_day_has_come_and_says_what_keeps_it(
    installed: Path,
) -> None:
    today = str(FIRST - dt.timedelta(days=5))
    succeed("roster", "import", "people.csv")
    succeed("round", "create", "Spring", "--opens", today, "--closes", day(9))
    told = run("worker", "--once")
    assert told.exit_code == 1
    assert "open waits until" in told.stderr
    assert "Nobody has accepted yet" in told.stderr
    assert found()["state"] == "draft"
