"""The load: people who come one after the other, many at once, or when they please.

Closed loop: so many at once, each followed by the next. Open loop: somebody comes at fixed times
whether or not the ones before are done, so that a slow server cannot slow its own crowd down.
Loopback only, bounded. What the server costs is the CPU of all its processes, from /proc.
"""

from __future__ import annotations

import os
import statistics
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.journeys import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.journeys import Journey

Row = dict[str, object]
AT_ONCE = (1, 8, 32)


@dataclass(frozen=True)
class Target:
    """A server under load."""

    address: str
    pid: int
    stored: Callable[[], int]
    """How many answers it holds."""


@dataclass(frozen=True)
class Walked:
    """One journey, done."""

    acknowledged: bool
    ms: float
    requests: tuple[tuple[str, float], ...]
    """What each request was for, and its milliseconds."""


def closed_loop(
    target: Target, journeys: Sequence[Journey], at_once: int, spread: str
) -> tuple[Row, list[Walked]]:
    """Walk all journeys, so many at once; a row of `journeys`, and each of them."""
    for journey in journeys:
        journey.get_ready()  # papers are blinded now, not while the clock runs
    held, before, start = target.stored(), cpu_ms(target.pid), time.perf_counter()
    with ThreadPoolExecutor(at_once) as crowd:
        walked = list(crowd.map(lambda journey: _walk(target.address, journey), journeys))
    seconds, spent = time.perf_counter() - start, cpu_ms(target.pid) - before
    good = [one.ms for one in walked if one.acknowledged]
    row: Row = {
        "what": journeys[0].what,
        "spread": spread,
        "at_once": at_once,
        "per_second": round(len(good) / seconds, 1),
        "cpu_ms": round(spent / max(1, len(good)), 2),
        **_middle_and_late(good),
        "failed": len(walked) - len(good),
        "acknowledged": len(good),
        "stored": target.stored() - held,
    }
    return row, walked


def open_loop(target: Target, journeys: Sequence[Journey], per_second: float) -> Row:
    """Let somebody come every so often; times count from when they wanted to come."""
    for journey in journeys:
        journey.get_ready()
    start = time.perf_counter()

    def come(place: int) -> Walked:
        due = start + place / per_second
        time.sleep(max(0.0, due - time.perf_counter()))
        walked = _walk(target.address, journeys[place])
        late = 1000 * (time.perf_counter() - due)
        return Walked(walked.acknowledged, late, walked.requests)

    with ThreadPoolExecutor(min(len(journeys), 4 * max(AT_ONCE))) as crowd:
        walked = list(crowd.map(come, range(len(journeys))))
    good = [one.ms for one in walked if one.acknowledged]
    row: Row = {"what": journeys[0].what, "asked_per_second": per_second}
    return row | _middle_and_late(good) | {"failed": len(walked) - len(good)}


def request_rows(walked: Iterable[Walked], at_once: int) -> list[Row]:
    """Return how long each kind of request took, in the order in which they come."""
    took = defaultdict(list)
    for one in walked:
        for what, ms in one.requests:
            took[what].append(ms)
    return [
        {"request": what, "at_once": at_once, **_middle_and_late(times)}
        for what, times in took.items()
    ]


def cpu_ms(pid: int) -> float:
    """Sum the CPU time, user and system, of a process and all below it, from /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    own = (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_ms(int(child)) for child in children)


def _middle_and_late(times: list[float]) -> Row:
    if not times:
        return {"p50_ms": None, "p95_ms": None}
    late = sorted(times)[int(0.95 * (len(times) - 1))]
    return {"p50_ms": round(statistics.median(times), 1), "p95_ms": round(late, 1)}


def _walk(address: str, journey: Journey) -> Walked:
    visitor = Visitor(address)
    start = time.perf_counter()
    try:
        acknowledged = journey.walk(visitor)
    except OSError:  # the server let go of the connection: a failure as any other
        acknowledged = False
    ms = 1000 * (time.perf_counter() - start)
    visitor.close()
    return Walked(acknowledged, ms, tuple(visitor.requests))
