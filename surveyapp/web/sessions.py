"""Sessions exist where people sign in, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

if TYPE_CHECKING:
    from flask import Flask, Request

SIGNED_IN_PATHS: Final = ("/account/", "/leader/", "/coach/", "/admin/")


class SignedInSessions(SecureCookieSessionInterface):
    """Opens the session's cookie on the signed-in pages alone.

    On every other page there is no session to read or write, whatever cookies a browser sends:
    an answer can not meet the account of somebody who is signed in on the same device.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session, or none, which Flask turns into one that refuses to be written."""
        if not request.path.startswith(SIGNED_IN_PATHS):
            return None
        return super().open_session(app, request)
