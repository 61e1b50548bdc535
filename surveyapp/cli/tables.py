"""Figures as aligned text, for people who read a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def number(value: float | None) -> str:
    """Write a figure with two decimals, or a dash if there is none."""
    return "-" if value is None else f"{value:.2f}"


def table(rows: Sequence[Sequence[str]], *, numbers: Collection[int]) -> str:
    """Align the columns at `numbers` to the right and the others to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if index in numbers else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
