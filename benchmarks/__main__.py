"""`make bench`: a table on the screen, and build/bench.json for scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.change import measure_change
from benchmarks.coverage import measure_coverage, summary
from benchmarks.crowd import served_crowd
from benchmarks.disclosure import measure_disclosure
from benchmarks.enumeration import measure_enumerations
from benchmarks.false_alarms import measure_false_alarms
from benchmarks.journeys import BlindJourney, measure_journeys, measure_pages, measure_steps
from benchmarks.mail import measure_mail
from benchmarks.reports import measure_reports
from benchmarks.serving import BUILD, served_demo
from benchmarks.tickets import measure_tickets
from benchmarks.work import growth, measure_scoring, measure_work

if TYPE_CHECKING:
    from collections.abc import Sequence


def main() -> None:
    """Measure everything, show it, and keep it in build/bench.json."""
    BUILD.mkdir(exist_ok=True)
    work = measure_work()
    exponents = growth(work)
    work.append(measure_scoring())
    work += measure_reports()
    work.append(measure_mail())
    _table("work", work)
    coverage = list(summary(measure_coverage()))
    _table("how often regions hold the true place", coverage)
    _table("change between rounds", changes := measure_change())
    _table("false alarms of fit and own view", alarms := measure_false_alarms())
    with served_crowd() as (address, pid, crowd, stored):
        by_link = crowd["blind", "many"]
        people = [journey for journey in by_link[:120] if isinstance(journey, BlindJourney)]
        measure_steps(address, pid, people[:60])  # the first ones fill caches
        steps = measure_steps(address, pid, people[60:])
        crowd["blind", "many"] = by_link[120:]
        journeys = []
        for (what, spread), chosen in crowd.items():
            before = stored(what, spread)
            rows = measure_journeys(address, pid, chosen, what, spread)
            acknowledged = sum(int(str(row["acknowledged"])) for row in rows)
            arrived = stored(what, spread) - before
            print(f"  {what}, {spread}: {acknowledged} acknowledged, {arrived} stored")
            journeys += rows
    _table("journeys", journeys)
    _table("one person's requests by link", steps)
    with served_demo() as served:
        pages = measure_pages(served)
    _table("pages", pages)
    print("\ndisclosure")
    disclosure = measure_disclosure()
    print("\nanswer sets that make somebody certain")
    enumerated = measure_enumerations()
    _table("tickets", tickets := measure_tickets())
    document = {
        "journeys": journeys,
        "steps": steps,
        "pages": pages,
        "work": work,
        "growth": exponents,
        "coverage": coverage,
        "change": changes,
        "false_alarms": alarms,
        "disclosure": disclosure,
        "answer_sets": enumerated,
        "tickets": tickets,
    }
    print("growth", document["growth"])
    file = BUILD / "bench.json"
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"kept in {file}")


def _table(title: str, rows: Sequence[dict[str, object]]) -> None:
    print(f"\n{title}\n  " + "".join(f"{name:>13}" for name in rows[0]))
    for row in rows:
        print("  " + "".join(f"{value!s:>13}" for value in row.values()))


if __name__ == "__main__":
    main()
