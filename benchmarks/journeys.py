"""Who answers, request by request: by mailed link, by printed slip, and on the floor."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode, urlsplit

from benchmarks.serving import PASSWORD
from surveyapp.anonymity import base64url
from surveyapp.anonymity.blinding import blind, finalize, prepare
from surveyapp.core.questionnaire import ITEMS

if TYPE_CHECKING:
    from surveyapp.anonymity.blinding import Blinded
    from surveyapp.demo.doors import Door

FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
JSON_HEADERS = {"Content-Type": "application/json"}
ANSWERS = {item.id: item.choices[2] for item in ITEMS}
OK, CREATED = 200, 201


class Visitor:
    """A browser reduced to one kept-open connection, its cookies and a stopwatch."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        self._cookies: dict[str, str] = {}
        self.requests: list[tuple[str, float]] = []
        """What each request was for, and its milliseconds."""
        self.bytes = 0
        """Of the last reply as it was sent."""

    def send(
        self,
        path: str,
        form: dict[str, str] | None = None,
        *,
        what: str = "",
        as_json: bool = False,
    ) -> tuple[int, str]:
        """Send a request and return status and text, following one redirect."""
        headers = {"Accept-Encoding": "gzip"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{n}={value}" for n, value in self._cookies.items())
        start = time.perf_counter()
        if form is None:
            self._connection.request("GET", path, headers=headers)
        else:
            body = json.dumps(form) if as_json else urlencode(form)
            kind = JSON_HEADERS if as_json else FORM_HEADERS
            self._connection.request("POST", path, body, headers | kind)
        try:
            reply = self._connection.getresponse()
        except http.client.RemoteDisconnected:  # it lay idle: browsers ask once more as well
            if form is not None or not self.requests:
                raise
            self._connection.close()
            self._connection.request("GET", path, headers=headers)
            reply = self._connection.getresponse()
        content = reply.read()
        self.requests.append((what or path, 1000 * (time.perf_counter() - start)))
        self.bytes = len(content)
        for cookie in reply.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if reply.status in {301, 302}:
            return self.send(urlsplit(reply.headers["Location"]).path, what=what)
        if reply.headers["Content-Encoding"] == "gzip":
            content = gzip.decompress(content)
        return reply.status, content.decode()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in, to the demo unless a password is said."""
        _status, page = self.send("/account/login")
        form = {"email": email, "password": password, "csrf_token": csrf_token(page)}
        self.send("/account/login", form)


def csrf_token(page: str) -> str:
    """Return the token in a page's form."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, page
    return token[1]


class Journey(Protocol):
    """One person's way from the first page to the acknowledgement."""

    what: str

    def get_ready(self) -> None:
        """Do what a person's own device does, before the clock runs."""

    def walk(self, visitor: Visitor) -> bool:
        """Send its requests; whether the ballot was acknowledged."""


@dataclass(frozen=True)
class FloorJourney:
    """On the floor: page, answers."""

    person: int
    what = "floor"

    def get_ready(self) -> None:
        """Nothing to do."""

    def walk(self, visitor: Visitor) -> bool:
        """Send its requests; whether the answer was acknowledged."""
        _status, page = visitor.send(f"/{self.person}", what="page")
        form = ANSWERS | {"csrf_token": csrf_token(page)}
        return visitor.send(f"/{self.person}", form, what="answers")[0] == CREATED


@dataclass(frozen=True)
class SlipJourney:
    """By printed slip: page, form, answers."""

    code: str
    what = "slip"

    def get_ready(self) -> None:
        """Nothing to do."""

    def walk(self, visitor: Visitor) -> bool:
        """Send its requests; whether the ballot was acknowledged."""
        visitor.send("/slip", what="slip page")
        status, page = visitor.send("/slip", {"slip": self.code}, what="slip")
        carried = re.search(r'name="change_code" value="(\w+)"', page)
        if status != OK or not carried:
            return False
        form = ANSWERS | {"slip": self.code, "change_code": carried[1]}
        return visitor.send("/slip/answers", form, what="answers")[0] == OK


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

    def get_ready(self) -> None:
        """Blind the paper."""
        self.paper  # noqa: B018  (kept from now on)

    def walk(self, visitor: Visitor) -> bool:
        """Send its requests; whether the ballot was acknowledged."""
        return all(step(visitor) for step in (self.page, self.key, self.ticket, self.ballot))

    @property
    def _path(self) -> str:
        return self.door.link.partition("#")[0]

    def page(self, visitor: Visitor) -> bool:
        """Load the questionnaire."""
        return visitor.send(self._path, what="page")[0] == OK

    def key(self, visitor: Visitor) -> bool:
        """Fetch the team's key."""
        return visitor.send(f"{self._path}/key", what="key")[0] == OK

    def ticket(self, visitor: Visitor) -> bool:
        """Have the paper stamped."""
        token = self.door.link.partition("#")[2].partition(".")[0]
        sent = {"token": token, "blinded": base64url.encode(self.paper.value)}
        status, reply = visitor.send(f"{self._path}/ticket", sent, what="ticket", as_json=True)
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
        return visitor.send(f"{self._path}/ballot", form, what="ballot")[0] == CREATED
