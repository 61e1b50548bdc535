"""Reports of many leaders, from the demo's results: seconds and memory of all processes."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.serving import BUILD, build_demo
from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.reports import results
from surveyapp.reports.bundle import write_zip
from surveyapp.reports.making import Format, Wanted, leader_pdf, made, steps
from surveyapp.storage.database import writing
from surveyapp.storage.models import Paper, Round, State
from surveyapp.storage.reports import reported_teams

if TYPE_CHECKING:
    from surveyapp.reports.results import LeaderResult

LEADERS, QUICK_LEADERS = (100, 1_000), (25,)
SAMPLE_SECONDS = 0.2
TRIALS = 20
Row = dict[str, object]


def measure_reports(*, quick: bool = False) -> list[Row]:
    """Make PDF and workbook of so many leaders; a row each."""
    environment, _printed = build_demo()
    return [_measured(leaders, environment) for leaders in (QUICK_LEADERS if quick else LEADERS)]


def _measured(leaders: int, environment: dict[str, str]) -> Row:
    command = [sys.executable, "-m", "benchmarks.reports", str(leaders)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as going:
        peak = 0
        while going.poll() is None:
            peak = max(peak, _memory_kib(going.pid))
            time.sleep(SAMPLE_SECONDS)
        said = going.communicate()[0]
    row: Row = json.loads(said)
    print(f"  reports, {leaders} teams: {row['seconds']} s; one PDF, warm: {row.pop('one_ms')} ms")
    return row | {"peak_mib": peak // 1024}


def _memory_kib(pid: int) -> int:
    """Sum up the memory of a process and of all below it, what they share counted once."""
    try:
        shared_out = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        below = {
            int(child)
            for task in tasks
            for child in (task / "children").read_text(encoding="ascii").split()
        }
    except (OSError, ProcessLookupError):  # gone in this very moment
        return 0
    own = next(line for line in shared_out.splitlines() if line.startswith("Pss:"))
    return int(own.split()[1]) + sum(map(_memory_kib, below))


def _demo_results() -> list[LeaderResult]:
    """Return every result of the demo's newest counted round."""
    with writing() as session:
        query = select(Round).where(Round.state == State.RELEASED).order_by(Round.id.desc())
        newest = session.scalars(query).first()
        if newest is None:
            message = "the demo has no released round"
            raise RuntimeError(message)
        return [results.for_report(session, team) for team in reported_teams(session, newest)]


def main(leaders: int) -> None:
    """Make them in this process and those that it starts; print the figures as JSON."""
    with create_app(read_settings()).app_context():
        found = _demo_results()
        many = [
            replace(result, leader=f"{result.leader} {place}", id=str(place))
            for place, result in zip(range(leaders), itertools.cycle(found), strict=False)
        ]
        wanted = Wanted(frozenset({Format.PDF, Format.XLSX}), Paper.A4)
        start = time.perf_counter()
        write_zip(BUILD / "reports.zip", many[0].survey, made(steps(many, wanted)))
        seconds = round(time.perf_counter() - start, 1)
        times = []
        for result in found[:TRIALS]:
            start = time.perf_counter()
            leader_pdf(result, Paper.A4)
            times.append(1000 * (time.perf_counter() - start))
    row = {"what": "reports", "teams": leaders, "seconds": seconds, "one_ms": round(max(times[1:]))}
    print(json.dumps(row))


if __name__ == "__main__":
    main(int(sys.argv[1]))
