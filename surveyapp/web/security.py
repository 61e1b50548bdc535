"""Headers of every response: nothing is loaded from elsewhere, no inline script or style runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request

from surveyapp.web.pages import settings
from surveyapp.web.sessions import SIGNED_IN_PATHS

if TYPE_CHECKING:
    from flask import Flask, Response

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; "  # a chart is downloaded as a picture through both
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS_POLICY: Final = "camera=(), geolocation=(), microphone=(), browsing-topics=()"
STATIC_SECONDS: Final = 3600
HSTS: Final = "max-age=31536000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Add the headers to every response."""
    app.after_request(_add_headers)


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
    if request.endpoint == "static":
        headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
    else:
        headers["Cache-Control"] = "no-store"
    if settings().is_https:
        headers["Strict-Transport-Security"] = HSTS
    return response
