"""Slowing down whoever guesses, so that nobody can lock somebody else out.

Failures are counted for the account together with the network they come from. A browser in which
this account has signed in before carries a cookie that says so, and is counted by itself: what
others fail at, anywhere, does not touch it (OWASP's "device cookies"). Counts lie in the memory of
each process, or in the broker's Redis, where all machines count together; nobody is named there.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from surveyapp.web.pages import settings
from surveyapp.web.security import is_this_machine

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

WINDOW_MINUTES: Final = 15
FAILURES: Final = parse(f"10 per {WINDOW_MINUTES} minutes")
"""For an account: from one network, or from one browser that it knows."""
FAILURES_EVERYWHERE: Final = parse("300 per hour")
"""For an account, from all browsers that it does not know: coming from many networks, or saying so,
lets nobody guess faster. Known browsers, passkeys and mailed links are not held back."""
FAILURES_OF_ADDRESS: Final = parse(f"100 per {WINDOW_MINUTES} minutes")
"""From one address, of all accounts together."""
MAILS: Final = parse(f"5 per {WINDOW_MINUTES} minutes")
"""To one account; what was sent before still works."""
REDIS_SECONDS: Final = 2
"""How long somebody who signs in waits for a Redis that does not answer."""
COOKIE_SECONDS: Final = 180 * 24 * 3600
NETWORK_BITS: Final = {4: 24, 6: 48}
"""How much of an address names its network."""


def init_app(app: Flask, broker_url: str = "") -> None:
    """Start to count."""
    shared = own = MovingWindowRateLimiter(MemoryStorage())
    if broker_url:
        redis = storage_from_string(
            broker_url,
            wrap_exceptions=True,
            socket_connect_timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
        )
        shared = MovingWindowRateLimiter(redis)
    app.extensions["surveyapp_brake"] = shared, own


@dataclass(frozen=True)
class Brake:
    """The counts that one try belongs to."""

    keys: tuple[str, ...]
    address: str

    @property
    def is_known(self) -> bool:
        """Whether it is tried in a browser that the account knows."""
        return "known" in self.keys

    def holds(self) -> bool:
        """Return whether there were too many failures."""
        address = "address", _digest(self.address)
        return not _counter(
            lambda counter: (
                counter.test(FAILURES, *self.keys)
                and counter.test(FAILURES_OF_ADDRESS, *address)
                and (
                    self.is_known or counter.test(FAILURES_EVERYWHERE, *self.keys[:2], "everywhere")
                )
            )
        )

    def count(self) -> None:
        """Count a failure."""
        _counter(lambda counter: counter.hit(FAILURES, *self.keys))
        if not self.is_known:
            address = "address", _digest(self.address)
            _counter(lambda counter: counter.hit(FAILURES_EVERYWHERE, *self.keys[:2], "everywhere"))
            _counter(lambda counter: counter.hit(FAILURES_OF_ADDRESS, *address))


def brake(what: str, email: str, *, everywhere: bool = False) -> Brake:
    """Return the brake on guessing something of the account with this address, known or not.

    `everywhere` counts together what comes from all networks: for codes, which are short enough
    to be guessed from many, and which nobody is asked for who does not know the password.
    """
    account = _digest(email)
    if device := _device(account):
        return Brake((what, account, "known", device), "known " + device)
    place = "" if everywhere else _digest(network(_address()))
    return Brake((what, account, place), _address())


def may_mail(email: str) -> bool:
    """Return whether one mail more may go to an account; counts it."""
    return _counter(lambda counter: counter.hit(MAILS, "mail", _digest(email)))


def remember_device(email: str) -> None:
    """Give the browser in which somebody signed in the cookie that says so."""
    account = _digest(email)
    signed = _signer().dumps([account, _device(account) or secrets.token_urlsafe(16)])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            _cookie(),
            signed,
            max_age=COOKIE_SECONDS,
            path="/account/",
            secure=settings().is_https,
            httponly=True,
            samesite="Lax",
        )
        return response


def _cookie() -> str:
    """Name the cookie; no other site of ours can set it over plain http."""
    return "__Secure-known" if settings().is_https else "known"


def network(address: str) -> str:
    """Return the network of an address: its first 24 bits, 48 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, NETWORK_BITS[found.version]), strict=False))


def _address() -> str:
    """Return where a request comes from.

    A proxy on this very machine is asked who came to it. Anybody else may write that header.
    """
    peer = request.remote_addr or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded if forwarded and is_this_machine(peer) else peer


def _device(account: str) -> str:
    try:
        named, device = _signer().loads(request.cookies.get(_cookie(), ""))
    except BadSignature:
        return ""
    return str(device) if named == account else ""


def _digest(address: str) -> str:
    """Stand for an address, of mail or of a network, without the means to try which one it is."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, address.strip().lower().encode(), hashlib.sha256).hexdigest()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="known device")


def _counter(ask: Callable[[MovingWindowRateLimiter], bool]) -> bool:
    """Ask what counts for all; while it is away each process counts by itself."""
    shared, own = current_app.extensions["surveyapp_brake"]
    try:
        return ask(shared)
    except StorageError:
        return ask(own)
