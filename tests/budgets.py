"""How large the house is, and how large it may become."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from surveyapp.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

TOP = Path(__file__).resolve().parent.parent
TESTS_PER_LINE = 1.6


@dataclass(frozen=True)
class Budget:
    """Something that is counted, and the most it may be."""

    what: str
    used: int
    most: int

    def __str__(self) -> str:
        """Write as one line of a table."""
        return f"{self.what:<34}{self.used:>7,} of {self.most:>7,}"


def measure(top: Path = TOP) -> list[Budget]:
    """Count everything that has a budget, below the folder of `pyproject.toml`."""
    package = sorted((top / "surveyapp").rglob("*.py"))
    package_lines = lines(package)
    static = top / "surveyapp" / "static"
    project = tomllib.loads((top / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        Budget("lines of Python in the package", package_lines, 37_000),
        Budget("files of Python in the package", len(package), 345),
        Budget("lines of templates", lines((top / "templates").rglob("*.*")), 3_750),
        Budget("lines of our own JavaScript", lines(static.glob("*.js")), 960),
        Budget("lines of CSS", lines(static.glob("*.css")), 400),
        Budget(
            "lines of tests",
            lines((top / "tests").rglob("*.py")),
            int(TESTS_PER_LINE * package_lines),
        ),
        Budget("direct runtime dependencies", len(project["dependencies"]), 25),
        Budget("settings", len(fields(Settings)), 15),
    ]


def lines(files: Iterable[Path]) -> int:
    """Count the lines of some files together."""
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
