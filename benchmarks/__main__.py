"""`make bench`: a table on the screen, and build/bench.json for scripts."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING

from benchmarks.change import measure_change
from benchmarks.coverage import measure_coverage, summary
from benchmarks.crowd import measure_crowd
from benchmarks.disclosure import measure_disclosure
from benchmarks.enumeration import measure_enumerations
from benchmarks.false_alarms import measure_false_alarms
from benchmarks.mail import measure_mail
from benchmarks.pages import measure_pages
from benchmarks.reach import reach
from benchmarks.reports import measure_reports
from benchmarks.serving import BUILD
from benchmarks.tickets import measure_tickets
from benchmarks.work import growth, measure_work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Row = dict[str, object]
Document = dict[str, object]
QUICK_MAILS, MAILS = 300, 10_000


def main() -> None:
    """Measure what is asked for, show it, and keep it in build/bench.json."""
    asked = _asked()
    BUILD.mkdir(exist_ok=True)
    file = BUILD / "bench.json"
    document: Document = json.loads(file.read_text(encoding="utf-8")) if _is_part(asked) else {}
    start = time.monotonic()
    for name in asked.only or PARTS:
        says, measure = PARTS[name]
        print(f"\n[{time.monotonic() - start:4.0f} s] {name}: {says}", flush=True)
        found = measure(asked.quick)
        if name in {"work", "reports", "mail"}:  # rows of the same table, measured apart
            found["work"] = rows = _merged(document.get("work"), found["work"])
            found["growth"] = growth(rows)
        document |= found
        for title, shown in found.items():
            _table(title, shown)
    document["reach"] = reached = reach(document)
    _table("reach", reached)
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"\n{time.monotonic() - start:.0f} s; kept in {file}")


def _asked() -> argparse.Namespace:
    parts = "\n".join(f"  {name:<12}{says}" for name, (says, _measure) in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=f"Measure the product.\n\nParts, in their order:\n{parts}",
        epilog="The machine should have nothing else to do: only ratios and CPU times are steady.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=PARTS,
        metavar="NAME",
        help="this part alone (again for more); others keep their figures in build/bench.json",
    )
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, to see whether everything runs"
    )
    return parser.parse_args()


def _is_part(asked: argparse.Namespace) -> bool:
    return bool(asked.only) and (BUILD / "bench.json").exists()


PARTS: Mapping[str, tuple[str, Callable[[bool], Document]]] = {
    "tickets": ("one ticket, step by step", lambda _: {"tickets": measure_tickets()}),
    "crowd": (
        "people answer, on the floor and here",
        lambda quick: dict(measure_crowd(quick=quick)),
    ),
    "pages": ("pages of a large organisation", lambda quick: {"pages": measure_pages(quick=quick)}),
    "work": (
        "import, open, invite, reseal, close, audit, score",
        lambda quick: {"work": measure_work(quick=quick)},
    ),
    "reports": (
        "PDF and workbook of many leaders",
        lambda quick: {"work": measure_reports(quick=quick)},
    ),
    "mail": (
        "invitations to a real mail server; workers are killed",
        lambda quick: {"work": [measure_mail(QUICK_MAILS if quick else MAILS)]},
    ),
    "coverage": (
        "how often regions hold the true place",
        lambda _: {"coverage": list(summary(measure_coverage()))},
    ),
    "change": ("change between rounds", lambda _: {"change": measure_change()}),
    "alarms": ("false alarms", lambda _: {"false_alarms": measure_false_alarms()}),
    "disclosure": ("what may be shown", lambda _: {"disclosure": measure_disclosure()}),
    "sets": (
        "answer sets that make somebody certain",
        lambda _: {"answer_sets": measure_enumerations()},
    ),
}


def _merged(before: object, rows: object) -> list[Row]:
    """Put new rows of work in the place of those of the same kind and size."""
    old = before if isinstance(before, list) else []
    new = rows if isinstance(rows, list) else []
    measured = {(row["what"], row["teams"]) for row in new}
    return [*(row for row in old if (row["what"], row["teams"]) not in measured), *new]


def _table(title: str, rows: object) -> None:
    if isinstance(rows, dict):
        rows = [rows]
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    print(f"\n{title}")
    widths = [
        max(len(str(cell)) for cell in (name, *(row.get(name, "") for row in rows)))
        for name in names
    ]
    _line(names, widths)
    for row in rows:
        _line([str(row.get(name, "")) for name in names], widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> None:
    print("  " + "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)))


if __name__ == "__main__":
    main()
