"""docs/science.md quotes numbers: they are those of the code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import surveyapp
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.coarse_region import coarse_radius
from surveyapp.core.position import square_shares
from surveyapp.core.publication import Participation

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(surveyapp.__file__).parent
TEXT = (PACKAGE.parent / "docs" / "science.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in row[1:-1].split("|")] for row in re.findall(r"\|.*\|", TEXT)]
CHOICES = [row for row in ROWS if len(row) == 5 and re.match(r"`\w+/\w+\.py`", row[2])]
BANDS = ("under_a_quarter", "under_half", "over_half", "over_three_quarters")


def numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in re.findall(r"-?\d[\d.]*(?:,\d{3})*", text)]


def flat(value: object) -> Iterator[float]:
    """Yield the numbers in a constant, in the order in which they are written."""
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist()
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, Iterable):
        for part in value:
            yield from flat(part)
    else:
        yield float(str(value))


def names(where: str) -> tuple[str, list[str]]:
    """Return the module's file and the constants that are named."""
    file, *constants = re.findall(r"`([^`]+)`", where)
    return file, constants


@pytest.mark.parametrize("row", CHOICES, ids=lambda row: row[2])
def test_each_design_choice_has_its_value_in_the_code(row: list[str]) -> None:
    _, value, where, _, _ = row
    file, constants = names(where)
    module = import_module(f"surveyapp.{file[:-3].replace('/', '.')}")
    if constants:
        expected = [x for name in constants for x in flat(getattr(module, name))]
    else:
        radii = [coarse_radius(word, band) for word in AgreementWord for band in Participation]
        expected = [min(radii), max(radii)]
    assert numbers(value) == pytest.approx(expected)


def test_every_module_that_makes_a_design_choice_stands_in_the_table() -> None:
    made = {
        f"{room}/{path.name}"
        for room in ("core", "anonymity")
        for path in (PACKAGE / room).glob("*.py")
        if "Design choice" in path.read_text(encoding="utf-8")
    }
    assert made - {names(row[2])[0] for row in CHOICES} == set()


def test_every_file_that_is_named_exists() -> None:
    for name in re.findall(r"`((?:\w+/)+\w+\.py)`", TEXT):
        assert (PACKAGE / name).exists() or (PACKAGE.parent / name).exists(), name
    for name in re.findall(r"-m (benchmarks\.\w+)", TEXT):
        assert (PACKAGE.parent / f"{name.replace('.', '/')}.py").exists(), name
    for constant in re.findall(r"`([A-Z_]{4,})`", TEXT):
        assert any(constant in names(row[2])[1] for row in CHOICES), constant


def test_places_are_those_of_the_code() -> None:
    header = ["s", "m", "hands-off", "micro-leading", "micro-managing"]
    start = ROWS.index(header) + 2
    for row in ROWS[start : start + 6]:
        s, m, *shares = map(float, row)
        assert shares == pytest.approx(square_shares(s, m).as_tuple(), abs=5e-4)


@pytest.mark.parametrize(
    "word", [word for word in AgreementWord if word is not AgreementWord.SPLIT]
)
def test_radii_are_those_of_the_code(word: AgreementWord) -> None:
    row = next(row for row in ROWS if row[0] == f"`{word}`")
    assert [float(radius) for radius in row[1:]] == [
        coarse_radius(word, Participation(band)) for band in BANDS
    ]
