"""Running commands as people do, in this process."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from surveyapp.cli import main

if TYPE_CHECKING:
    from click.testing import Result

LAST_DAY = str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=300))
"""Of a round that stays open while a test runs."""
PEOPLE = """name,email,leader_email
Dana Okafor,dana@demo.example,
Bo,,dana@demo.example
Cy,,dana@demo.example
"""


def open_spring(people: str = PEOPLE) -> None:
    """Import people, and open a round of them for nine days."""
    closes = str(dt.datetime.now().astimezone().date() + dt.timedelta(days=9))
    Path("people.csv").write_text(people, encoding="utf-8")
    succeed("roster", "import", "people.csv")
    succeed("round", "create", "Spring", "--closes", closes)
    succeed("round", "open", "Spring")


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=typed)


def succeed(*words: str, typed: str | None = None) -> str:
    result = run(*words, typed=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def fail(*words: str, code: int = 1, typed: str | None = None) -> str:
    result = run(*words, typed=typed)
    assert result.exit_code == code, result.output
    assert not result.stdout
    assert "Traceback" not in result.stderr
    return result.stderr
