"""What the building of the demo is told, and what it says of its progress."""

from __future__ import annotations

import datetime as dt

TODAY = dt.date(2026, 11, 24)


class Told:
    """What the building said of its progress."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int]] = []

    def __call__(self, label: str, done: int, total: int) -> None:
        self.steps.append((label, done, total))
