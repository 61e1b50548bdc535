"""What `make bench` compares with, and how it judges."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.floor import create_floor, stored_answers
from benchmarks.journeys import ANSWERS
from benchmarks.load import cpu_ms
from benchmarks.reach import reach
from benchmarks.work import growth

if TYPE_CHECKING:
    from pathlib import Path


def test_the_floor_keeps_what_was_answered_and_refuses_what_was_forged_or_left_out(
    tmp_path: Path,
) -> None:
    app = create_floor(tmp_path)
    visitor = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/7").text)
    assert token
    form = ANSWERS | {"csrf_token": token[1]}
    assert visitor.post("/7", data=ANSWERS).status_code == 400
    assert visitor.post("/7", data=form | {"S1": "9"}).status_code == 422
    assert visitor.post("/7", data=form).status_code == 201
    assert stored_answers(tmp_path) == 1
    app.extensions["floor_engine"].dispose()


def test_growth_is_told_from_the_two_largest_sizes_and_not_from_what_takes_no_time() -> None:
    rows: list[dict[str, object]] = [
        {"what": what, "teams": teams, "seconds": seconds}
        for what, teams, seconds in (
            ("close", 10_000, 40.0),
            ("close", 1_000, 4.0),
            ("close", 100, 3.9),
            ("audit", 100, 1.0),
            ("audit", 1_000, 100.0),
            ("score", 100, 0.01),
            ("score", 1_000, 1.0),
        )
    ]
    assert growth(rows) == {"close": 1.0, "audit": 2.0}


def test_a_lost_ballot_and_a_slow_request_break_what_is_promised() -> None:
    def kept(**changed: Any) -> dict[object, object]:  # noqa: ANN401  (values of a row)
        row = {"spread": "many", "at_once": 8, "per_second": 99.0, "cpu_ms": 9.0}
        counts = {"failed": 0, "acknowledged": 5, "stored": 5}
        rows = [
            {"what": what} | row | counts | {"at_once": at_once}
            for what in ("floor", "blind")
            for at_once in (1, 8)
        ]
        request = {"request": "ticket", "at_once": 8, "p95_ms": 39.0}
        rows[-1] |= {name: value for name, value in changed.items() if name in rows[-1]}
        request |= {name: value for name, value in changed.items() if name in request}
        judged = reach({"journeys": rows, "requests": [request]})
        return {row["promise"]: row["kept"] for row in judged}

    assert all(kept().values())
    assert list(kept(stored=4).values()).count(False) == 1
    assert list(kept(p95_ms=41.0).values()).count(False) == 1
    assert list(kept(cpu_ms=12.0).values()).count(False) == 1


def test_a_servers_time_counts_what_its_processes_use() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "while True: pass"], stdout=subprocess.DEVNULL
    ) as busy:
        try:
            while cpu_ms(busy.pid) < 50:
                pass
        finally:
            busy.kill()
