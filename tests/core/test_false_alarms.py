"""False alarms of fit and own view: nominally one in ten, and at most twelve in a hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from benchmarks.false_alarms import fit_rows, own_rows
from surveyapp.core import fit, selfview

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.coverage import Row

MOST: Final = 0.12


def worst(rows: list[Row]) -> float:
    """Return the false alarms of all crowds together, in the tier in which there are more."""
    return max(
        float(np.mean([float(str(row["false_alarms"])) for row in rows if row["tier"] == tier]))
        for tier in ("coarse", "fine")
    )


@pytest.mark.parametrize(
    ("rows", "module", "name", "weakened"),
    [
        (fit_rows, fit, "SURE", 0.0),
        (own_rows, selfview, "mean_half_width", lambda *_: 0.0),
    ],
)
def test_false_alarms_are_few_and_many_where_errors_of_answers_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
    rows: Callable[[int], list[Row]],
    module: object,
    name: str,
    weakened: object,
) -> None:
    assert 0 < worst(rows(6)) <= MOST
    monkeypatch.setattr(module, name, weakened)
    assert worst(rows(6)) > MOST
