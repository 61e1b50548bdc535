"""The house stays one that one person can understand; the numbers are printed after each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.config import Settings
from tests.budgets import TOP, Budget, lines, measure

if TYPE_CHECKING:
    from pathlib import Path

FILE_LINES = 300
VAGUE = {"common", "helper", "helpers", "misc", "tools", "util", "utils"}
READ = ("surveyapp", "templates", "tests")
BUILT = "plotly"
"""The folder of the charts' script, which is built and not ours to read."""


def files(top: Path) -> list[Path]:
    return [
        file
        for folder in READ
        for file in sorted((top / folder).rglob("*"))
        if file.suffix in {".py", ".html", ".js"} and BUILT not in file.parts
    ]


def long_files(top: Path) -> list[str]:
    return [str(file.relative_to(top)) for file in files(top) if lines([file]) > FILE_LINES]


def vague_names(top: Path) -> set[str]:
    parts = {part for file in files(top) for part in file.relative_to(top).with_suffix("").parts}
    return {part for part in parts if part.strip("_").lower() in VAGUE}


@pytest.mark.parametrize("budget", measure(), ids=lambda budget: budget.what)
def test_every_budget_is_kept(budget: Budget) -> None:
    assert 0 < budget.used <= budget.most


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    assert long_files(TOP) == []


def test_no_module_is_named_after_nothing() -> None:
    assert vague_names(TOP) == set()


def test_what_breaks_a_budget_is_counted(tmp_path: Path) -> None:
    small = {budget.what: budget.used for budget in measure(a_house(tmp_path, size=1))}
    large = {budget.what: budget.used for budget in measure(a_house(tmp_path, size=20))}
    settings = small.pop("settings"), large.pop("settings")
    assert settings[0] == settings[1] == len(Settings.__dataclass_fields__)
    assert {what: large[what] / used for what, used in small.items()} == dict.fromkeys(small, 20)


def test_long_files_and_vague_names_are_found(tmp_path: Path) -> None:
    a_house(tmp_path, size=1)
    (tmp_path / "templates" / "_helpers.html").write_text("\n" * FILE_LINES)
    (tmp_path / "tests" / "test_long.py").write_text("\n" * (FILE_LINES + 1))
    (tmp_path / "surveyapp" / "static" / BUILT).mkdir()
    (tmp_path / "surveyapp" / "static" / BUILT / "tools.js").write_text("\n" * 9000)
    assert long_files(tmp_path) == ["tests/test_long.py"]
    assert vague_names(tmp_path) == {"_helpers"}


def a_house(top: Path, size: int) -> Path:
    """Build a tree with `size` of everything: files of one line, or lines of one file."""
    for folder in ("surveyapp/static", "templates", "tests"):
        (top / folder).mkdir(parents=True, exist_ok=True)
    (top / "pyproject.toml").write_text(f"[project]\ndependencies = {['x'] * size}\n")
    for number in range(size):
        (top / "surveyapp" / f"part{number}.py").write_text("\n")
    for file in ("templates/a.html", "surveyapp/static/a.js", "surveyapp/static/a.css"):
        (top / file).write_text("\n" * size)
    (top / "tests" / "test_a.py").write_text("\n" * size)
    return top
