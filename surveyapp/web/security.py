"""What guards every request and response: our own address, limits, cookies and headers.

Where the site is comes from `base_url` alone. No header of a request, and so no client and no
proxy, changes the host, the scheme or the path that pages are made for.
"""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import request

from surveyapp.storage.database import db, forget_log, owes_forgetting
from surveyapp.web.pages import settings
from surveyapp.web.sessions import SIGNED_IN_PATHS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Flask, Response

    from surveyapp.config import Settings

LARGEST_FORM_BYTES: Final = 64 * 1024
MOST_FORM_PARTS: Final = 100
"""Of a form with a file; the others are limited by their size."""
LOOPBACK: Final = ("localhost", "127.0.0.1")
"""Hosts that are answered wherever the site is: by them the machine asks itself if it is well."""

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; "  # a chart is downloaded as a picture through both
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS_POLICY: Final = "camera=(), geolocation=(), microphone=(), browsing-topics=()"
STATIC_SECONDS: Final = 3600
HSTS: Final = "max-age=31536000"
"""For this host alone: what else its owner runs below it is not ours to decide."""


def is_this_machine(address: str) -> bool:
    """Whether an address that a request comes from is this very machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def config(settings: Settings) -> dict[str, object]:
    """Return what Flask, Flask-Login and Flask-WTF are to be told about addresses and cookies."""
    return {
        "TRUSTED_HOSTS": [urlsplit(settings.base_url).hostname, *LOOPBACK],
        "MAX_CONTENT_LENGTH": LARGEST_FORM_BYTES,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM_BYTES,
        "MAX_FORM_PARTS": MOST_FORM_PARTS,
        # Browsers take a cookie of such a name over TLS alone, from this very host.
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_https else "session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_https,
    }


def init_app(app: Flask) -> None:
    """Keep to our own scheme, and add the headers to every response."""
    inner = app.wsgi_app

    def at_our_scheme(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = urlsplit(app.config["SETTINGS"].base_url).scheme
        return inner(environ, start)

    app.wsgi_app = at_our_scheme  # type: ignore[assignment, method-assign]  # as Flask says to
    app.after_request(_add_headers)
    app.after_request(_forget_when_sent)


def _forget_when_sent(response: Response) -> Response:
    """Empty the database's log of what came, once the reply is on its way.

    Whichever reply: one that read while somebody answered may have been in the way.
    """
    engine = db.engine
    if owes_forgetting(engine):
        response.call_on_close(lambda: forget_log(engine))
    return response


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS_POLICY
    # Signed-in forms over TLS are checked by their referrer as well as by their token;
    # answering pages say nothing of where somebody comes from.
    signed_in = request.path.startswith(SIGNED_IN_PATHS)
    headers["Referrer-Policy"] = "same-origin" if signed_in else "no-referrer"
    if request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST:
        headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
    else:
        headers["Cache-Control"] = "no-store"
    if settings().is_https:
        headers["Strict-Transport-Security"] = HSTS
    return response
