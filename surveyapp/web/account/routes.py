"""The pages of Flask-Security that there are; its own blueprint would bring all that it knows."""

from __future__ import annotations

from typing import Final

from flask import Blueprint
from flask_security import views
from flask_security.recovery_codes import mf_recovery
from flask_security.webauthn import (
    webauthn_register,
    webauthn_register_response,
    webauthn_signin,
    webauthn_signin_response,
    webauthn_verify,
    webauthn_verify_response,
)

READ_WRITE, WRITE = ("GET", "POST"), ("POST",)
ROUTES: Final = (
    ("/login", "login", views.login, READ_WRITE),
    ("/logout", "logout", views.logout, WRITE),
    ("/verify", "verify", views.verify, READ_WRITE),
    ("/code", "two_factor_token_validation", views.two_factor_token_validation, READ_WRITE),
    ("/recovery-code", "mf_recovery", mf_recovery, READ_WRITE),
    # Flask-Security wants to know where help is: at the same place.
    ("/recovery-code", "two_factor_rescue", mf_recovery, READ_WRITE),
    ("/passkeys", "wan_register", webauthn_register, READ_WRITE),
    ("/passkeys/<signed_token:token>", "wan_register_response", webauthn_register_response, WRITE),
    ("/passkey", "wan_signin", webauthn_signin, READ_WRITE),
    ("/passkey/<signed_token:token>", "wan_signin_response", webauthn_signin_response, WRITE),
    ("/verify/passkey", "wan_verify", webauthn_verify, READ_WRITE),
    (
        "/verify/passkey/<signed_token:token>",
        "wan_verify_response",
        webauthn_verify_response,
        WRITE,
    ),
)
"""Below /account: address, name, view, methods."""


def security_routes() -> Blueprint:
    """Return a blueprint named as Flask-Security looks for it."""
    made = Blueprint("security", __name__, url_prefix="/account")
    for address, name, view, methods in ROUTES:
        made.add_url_rule(address, name, view, methods=list(methods))
    return made
