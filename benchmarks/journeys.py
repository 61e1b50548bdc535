"""What a visitor costs: whole slip journeys, and the weight of pages. Loopback only, bounded."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from benchmarks.serving import PASSWORD
from surveyapp.core.questionnaire import ITEMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.serving import Served

Row = dict[str, object]
REPEATS = 30
FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """A browser reduced to one kept-open connection and its cookies."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        self._cookies: SimpleCookie = SimpleCookie()
        self.bytes = 0

    def send(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Send a request and return status and text, following one redirect."""
        headers = {"Cookie": "; ".join(f"{n}={m.value}" for n, m in self._cookies.items())}
        if form is None:
            self._connection.request("GET", path, headers=headers)
        else:
            body = urlencode(form)
            self._connection.request("POST", path, body, headers | FORM_HEADERS)
        reply = self._connection.getresponse()
        content = reply.read()
        for value in reply.headers.get_all("Set-Cookie") or ():
            self._cookies.load(value)
        self.bytes = len(gzip.compress(content))
        if reply.status in {301, 302}:
            return self.send(urlsplit(reply.headers["Location"]).path)
        return reply.status, content.decode()

    def sign_in(self, email: str) -> None:
        """Sign in to the demo."""
        _status, page = self.send("/account/login")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        form = {"email": email, "password": PASSWORD, "csrf_token": token[1]}
        self.send("/account/login", form)


def measure_journeys(address: str, pid: int, codes: Sequence[str], spread: str) -> list[Row]:
    """Answer with a third of the codes each at 1, 8 and 32 at once."""
    third = len(codes) // 3
    rows = []
    for place, at_once in enumerate((1, 8, 32)):
        share = codes[place * third : (place + 1) * third]
        before, start = _cpu_ms(pid), time.perf_counter()
        with ThreadPoolExecutor(at_once) as crowd:
            took = list(crowd.map(lambda code: _answer(address, code), share))
        seconds = time.perf_counter() - start
        good = sorted(ms for ms in took if ms is not None)
        rows.append(
            {
                "what": "slip",
                "spread": spread,
                "at_once": at_once,
                "per_second": round(len(good) / seconds, 1),
                "cpu_ms": round((_cpu_ms(pid) - before) / max(1, len(good)), 1),
                "p50_ms": round(statistics.median(good), 1),
                "p95_ms": round(good[int(0.95 * (len(good) - 1))], 1),
                "failed": len(share) - len(good),
                "acknowledged": len(good),
            }
        )
    return rows


def measure_pages(served: Served) -> list[Row]:
    """Weigh the pages of the demo (gzip, as a proxy in front sends them) and time the server."""
    answer, leader, coach = (Visitor(served.address) for _ in range(3))
    leader.sign_in("leader@demo.example")
    coach.sign_in("coach@demo.example")
    _status, results = leader.send("/leader/")
    result = re.search(r"/leader/results/\w+", results)
    assert result
    return [
        _page("answer", answer, "/slip", {"slip": served.slip}),
        _page("leader", leader, result[0], None),
        _page("coach", coach, "/coach/", None),
    ]


def _page(what: str, visitor: Visitor, path: str, form: dict[str, str] | None) -> Row:
    took = []
    for _repeat in range(REPEATS):
        start = time.perf_counter()
        status, page = visitor.send(path, form)
        took.append((time.perf_counter() - start) * 1000)
        assert status == 200, page  # noqa: PLR2004  (an HTTP status)
    weight = visitor.bytes
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    for file in files:
        visitor.send(file)
        weight += visitor.bytes
    middle = round(statistics.median(took), 1)
    return {"what": what, "requests": 1 + len(files), "bytes": weight, "server_ms": middle}


def _answer(address: str, code: str) -> float | None:
    """Walk one whole journey; return its milliseconds, or None if it failed."""
    start = time.perf_counter()
    visitor = Visitor(address)
    visitor.send("/slip")
    status, page = visitor.send("/slip", {"slip": code})
    carried = re.search(r'name="change_code" value="(\w+)"', page)
    if status != 200 or not carried:  # noqa: PLR2004  (an HTTP status)
        return None
    form = {item.id: item.choices[2] for item in ITEMS}
    sent, _page = visitor.send("/slip/answers", form | {"slip": code, "change_code": carried[1]})
    return (time.perf_counter() - start) * 1000 if sent == 200 else None  # noqa: PLR2004


def _cpu_ms(pid: int) -> float:
    """Sum the CPU time of a process and its children, from /proc."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for process in (str(pid), *children):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")
