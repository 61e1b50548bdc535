"""What every response of ours says in its headers, as a list of faults: empty for a good one.

Values are written out here, not read from the package: a change there has to show.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
CLOSED: Final = ("default-src", "frame-ancestors", "base-uri")
"""Parts of the content security policy that let nothing in."""
OURS: Final = ("script-src", "style-src", "connect-src", "form-action")
"""Parts that let in what is ours alone."""
SIGNED_IN: Final = ("/account/", "/leader/", "/coach/", "/admin/")
FAILED: Final = 400
YEAR: Final = 31_536_000
OF_SIGNING_IN: Final = "known"
"""The cookie by which a browser is known that somebody signed in with."""
TO_PROVIDER: Final = "/account/single-sign-on"
"""The one address that leads away, to where the organisation's people sign in."""


def header_faults(reply: TestResponse, *, is_https: bool) -> list[str]:
    """Return what is wrong with the headers of a response."""
    path = urlsplit(reply.request.path).path
    expected = dict(ALWAYS)
    expected["Referrer-Policy"] = "same-origin" if path.startswith(SIGNED_IN) else "no-referrer"
    if is_https:
        expected["Strict-Transport-Security"] = f"max-age={YEAR}"
    static = path.startswith("/static/") and reply.status_code < FAILED
    kept = reply.headers.get("Cache-Control", "")
    return [
        *(
            f"{name}: {reply.headers.get(name)}"
            for name, value in expected.items()
            if reply.headers.get(name) != value
        ),
        *([] if kept == ("public, max-age=3600" if static else "no-store") else [f"kept: {kept}"]),
        *_policy_faults(reply),
        *_cookie_faults(reply, is_https=is_https),
        *_address_faults(reply),
    ]


def _policy_faults(reply: TestResponse) -> Iterator[str]:
    policy = reply.headers.get("Content-Security-Policy", "")
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    expected = dict.fromkeys(CLOSED, "'none'") | dict.fromkeys(OURS, "'self'")
    expected["img-src"] = "'self' data: blob:"
    if parts != expected:
        yield f"content security policy: {policy or 'none'}"


def _cookie_faults(reply: TestResponse, *, is_https: bool) -> Iterator[str]:
    for line in reply.headers.getlist("Set-Cookie"):
        for name, cookie in SimpleCookie(line).items():
            flags = (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"])
            known = name.endswith(OF_SIGNING_IN)
            if flags != (True, "Lax", "/account/" if known else "/", ""):
                yield f"cookie: {line}"
            prefix = "__Secure-" if known else "__Host-"
            if is_https and not (cookie["secure"] and name.startswith(prefix)):
                yield f"cookie without TLS: {line}"


def _address_faults(reply: TestResponse) -> Iterator[str]:
    to = reply.headers.get("Location")
    if urlsplit(reply.request.path).path == TO_PROVIDER:
        return
    if to is not None and urlsplit(urljoin(reply.request.url, to)).netloc != reply.request.host:
        yield f"leads away: {to}"
