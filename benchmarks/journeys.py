"""What a visitor costs: whole journeys, and the weight of pages. Loopback only, bounded."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import secrets
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode, urlsplit

from benchmarks.serving import PASSWORD
from surveyapp.anonymity import base64url
from surveyapp.anonymity.blinding import blind, finalize, prepare
from surveyapp.core.questionnaire import ITEMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.serving import Served
    from surveyapp.anonymity.blinding import Blinded
    from surveyapp.demo.doors import Door

Row = dict[str, object]
REPEATS = 30
FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
JSON_HEADERS = {"Content-Type": "application/json"}
ANSWERS = {item.id: item.choices[2] for item in ITEMS}
OK, CREATED = 200, 201


class Visitor:
    """A browser reduced to one kept-open connection and its cookies."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        self._cookies: SimpleCookie = SimpleCookie()
        self.bytes = 0

    def send(
        self, path: str, form: dict[str, str] | None = None, *, as_json: bool = False
    ) -> tuple[int, str]:
        """Send a request and return status and text, following one redirect."""
        cookie = "; ".join(f"{n}={m.value}" for n, m in self._cookies.items())
        headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
        if form is None:
            self._connection.request("GET", path, headers=headers)
        else:
            body = json.dumps(form) if as_json else urlencode(form)
            kind = JSON_HEADERS if as_json else FORM_HEADERS
            self._connection.request("POST", path, body, headers | kind)
        reply = self._connection.getresponse()
        content = reply.read()
        for value in reply.headers.get_all("Set-Cookie") or ():
            self._cookies.load(value)
        is_packed = reply.headers["Content-Encoding"] == "gzip"
        self.bytes = len(content if is_packed else gzip.compress(content))
        content = gzip.decompress(content) if is_packed else content
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


class Journey(Protocol):
    """One person's way from the first page to the acknowledgement."""

    what: str

    def walk(self, visitor: Visitor) -> bool:
        """Send its requests; whether the ballot was acknowledged."""


@dataclass(frozen=True)
class SlipJourney:
    """By printed slip: page, form, answers."""

    code: str
    what = "slip"

    def walk(self, visitor: Visitor) -> bool:
        """Send its requests; whether the ballot was acknowledged."""
        visitor.send("/slip")
        status, page = visitor.send("/slip", {"slip": self.code})
        carried = re.search(r'name="change_code" value="(\w+)"', page)
        if status != OK or not carried:
            return False
        form = ANSWERS | {"slip": self.code, "change_code": carried[1]}
        return visitor.send("/slip/answers", form)[0] == OK


@dataclass
class BlindJourney:
    """By mailed link: page, key, ticket, ballot. The paper is blinded before the clock runs."""

    door: Door
    message: bytes = field(default_factory=lambda: prepare(secrets.token_bytes(32)))
    signature: bytes = b""
    what = "blind"

    @cached_property
    def paper(self) -> Blinded:
        """The blinded ballot paper."""
        return blind(self.door.public_key, self.message)

    def walk(self, visitor: Visitor) -> bool:
        """Send its requests; whether the ballot was acknowledged."""
        return all(step(visitor) for step in (self.page, self.key, self.ticket, self.ballot))

    @property
    def _path(self) -> str:
        return self.door.link.partition("#")[0]

    def page(self, visitor: Visitor) -> bool:
        """Load the questionnaire."""
        return visitor.send(self._path)[0] == OK

    def key(self, visitor: Visitor) -> bool:
        """Fetch the team's key."""
        return visitor.send(f"{self._path}/key")[0] == OK

    def ticket(self, visitor: Visitor) -> bool:
        """Have the paper stamped."""
        token = self.door.link.partition("#")[2].partition(".")[0]
        sent = {"token": token, "blinded": base64url.encode(self.paper.value)}
        status, reply = visitor.send(f"{self._path}/ticket", sent, as_json=True)
        if status == OK:
            stamp = base64url.decode(json.loads(reply)["signature"])
            self.signature = finalize(self.door.public_key, self.message, stamp, self.paper.inverse)
        return status == OK

    def ballot(self, visitor: Visitor) -> bool:
        """Send the answers."""
        form = ANSWERS | {
            "message": base64url.encode(self.message),
            "signature": base64url.encode(self.signature),
        }
        return visitor.send(f"{self._path}/ballot", form)[0] == CREATED


def measure_steps(address: str, pid: int, journeys: Sequence[BlindJourney]) -> list[Row]:
    """Send each kind of request for everybody before the next kind; server CPU of each."""
    visitor = Visitor(address)
    for journey in journeys:
        journey.paper  # noqa: B018  (blinded now, not while the clock runs)
    rows: list[Row] = []
    for what in ("page", "key", "ticket", "ballot"):
        before = _cpu_ms(pid)
        assert all(getattr(journey, what)(visitor) for journey in journeys), what
        rows.append({"what": what, "cpu_ms": round((_cpu_ms(pid) - before) / len(journeys), 2)})
    return rows


def measure_journeys(
    address: str, pid: int, journeys: Sequence[Journey], what: str, spread: str
) -> list[Row]:
    """Walk a third of the journeys each at 1, 8 and 32 at once."""
    third = len(journeys) // 3
    rows = []
    for place, at_once in enumerate((1, 8, 32)):
        share = journeys[place * third : (place + 1) * third]
        for journey in share:
            getattr(journey, "paper", None)  # blinded now, not while the clock runs
        before, start = _cpu_ms(pid), time.perf_counter()
        with ThreadPoolExecutor(at_once) as crowd:
            took = list(crowd.map(lambda journey: _walk(address, journey), share))
        seconds = time.perf_counter() - start
        good = sorted(ms for ms in took if ms is not None)
        rows.append(
            {
                "what": what,
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
        _page("answer", answer, served.link.partition("#")[0], None),
        _page("leader", leader, f"{result[0]}?reveal=1", None),
        _page("coach", coach, "/coach/", None),
    ]


def _page(what: str, visitor: Visitor, path: str, form: dict[str, str] | None) -> Row:
    took = []
    for _repeat in range(REPEATS):
        start = time.perf_counter()
        status, page = visitor.send(path, form)
        took.append((time.perf_counter() - start) * 1000)
        assert status == OK, page
    weight = visitor.bytes
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    for file in files:
        visitor.send(file)
        weight += visitor.bytes
    middle = round(statistics.median(took), 1)
    return {"what": what, "requests": 1 + len(files), "bytes": weight, "server_ms": middle}


def _walk(address: str, journey: Journey) -> float | None:
    """Walk one whole journey; return its milliseconds, or None if it failed."""
    start = time.perf_counter()
    arrived = journey.walk(Visitor(address))
    return (time.perf_counter() - start) * 1000 if arrived else None


def _cpu_ms(pid: int) -> float:
    """Sum the CPU time of a process and its children, from /proc."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for process in (str(pid), *children):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")
