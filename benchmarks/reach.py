"""What speed is promised, and whether what was measured keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Rows = list[dict[str, Any]]

FLOOR_RATIO = 1.2
LINEAR = 1.15
"""An exponent that noise may make of a linear one; a logarithm adds as much."""


def reach(document: Mapping[str, Any]) -> list[dict[str, object]]:
    """Compare what was measured with what is promised; a row per promise that was measured."""
    return [
        {"promise": says, "measured": measured, "most": most, "kept": measured <= most}
        for says, measured, most in (
            *_of_journeys(document.get("journeys", []), document.get("requests", [])),
            *_of_pages(document.get("pages", [])),
            *_of_work(document.get("work", [])),
            *((f"growth of {what}", found, LINEAR) for what, found in _growth(document)),
        )
    ]


def _of_journeys(journeys: Rows, requests: Rows) -> Iterator[tuple[str, float, float]]:
    many = {(row["what"], row["at_once"]): row for row in journeys if row["spread"] == "many"}
    if not many:
        return
    for at_once in (1, 8):
        floor, blind = many["floor", at_once]["cpu_ms"], many["blind", at_once]["cpu_ms"]
        says = f"server CPU of a blind journey, {at_once} at once (ms; floor {floor})"
        yield says, blind, max(10.0, FLOOR_RATIO * floor)
    yield "ms per blind journey, best rate", round(1000 / _best(journeys), 1), 1000 / 80
    for row in requests:
        if row["at_once"] == 8:  # noqa: PLR2004  (as promised)
            yield f"p95 of {row['request']} at 8 at once (ms)", row["p95_ms"], 40
    lost = [row["failed"] + abs(row["acknowledged"] - row["stored"]) for row in journeys]
    yield "journeys that failed or were lost", sum(lost), 0


def _best(journeys: Rows) -> float:
    return max(float(row["per_second"]) for row in journeys if row["what"] == "blind")


def _of_pages(pages: Rows) -> Iterator[tuple[str, float, float]]:
    for row in pages:
        if row["what"] == "leader":
            yield "result page of a round with 10,000 answers (ms)", row["server_ms"], 50


def _of_work(work: Rows) -> Iterator[tuple[str, float, float]]:
    for row in work:
        if (row["what"], row["teams"]) == ("close", 10_000):
            yield "closing 10,000 teams, 80,000 answers (s)", row["seconds"], 60
            yield "closing 10,000 teams, 80,000 answers (MiB)", row["peak_mib"], 1536
        if (row["what"], row["teams"]) == ("import", 10_000):
            yield "roster of 100,000 rows (s)", row["seconds"], 30


def _growth(document: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    yield from document.get("growth", {}).items()
