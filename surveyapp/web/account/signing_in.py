"""How Flask-Security is set up: what it does for us, and which parts of it are ours."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, Final, cast

from flask import redirect, request, url_for
from flask_login.utils import _user_context_processor
from flask_principal import Principal
from flask_security import (
    FSQLALiteUserDatastore,
    MfRecoveryCodesUtil,
    Security,
    Totp,
    WebauthnUtil,
    current_user,
)
from sqlalchemy.orm import object_session
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from surveyapp.storage.database import WRITING, db
from surveyapp.storage.models import Account, Passkey, Role
from surveyapp.web.account import brake, forms, sessions, single_sign_on, ways
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue
    from flask_security import UserMixin
    from werkzeug.wrappers import Response

    from surveyapp.config import Settings

NAME: Final = "How we are led"
"""What authenticator apps and browsers call us; a name, the same in every language."""
FRESH: Final = dt.timedelta(minutes=15)
"""How long after signing in the ways of signing in may be changed."""
RECOVERY_CODES: Final = 8
PASSWORD_HASH: Final = "argon2"  # noqa: S105  (the name of an algorithm)
SECOND_STEP: Final = "security.two_factor_token_validation"
WRITES: Final = {
    "security.verify",
    SECOND_STEP,
    "account.second_step",
    "account.recovery_codes",
    "security.mf_recovery",
    "security.wan_register",
    "security.wan_register_response",
    "security.wan_signin_response",
}
"""Views that read something and write it through Flask-Security's session."""


class OneTimeCodes(Totp):
    """Codes of an authenticator app, none of which works twice."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        """Return the last code's time step; no other try goes on beside this one."""
        _lock(user)
        return cast("Account", user).totp_counter

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:  # noqa: ANN401  (passlib's)
        """Keep the time step of a code that was taken."""
        cast("Account", user).totp_counter = tmatch.counter


class Passkeys(WebauthnUtil):
    """Keys of any kind that know by themselves whom they are for, and ask who holds them.

    Such a key is two factors: the device, and the finger, face or code that unlocks it.
    """

    def authenticator_selection(
        self, _user: UserMixin, _usage: str
    ) -> AuthenticatorSelectionCriteria:
        """Ask for such a key when one is made."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(
        self, _user: UserMixin | None, _usage: list[str]
    ) -> UserVerificationRequirement:
        """Ask who holds it whenever one is used."""
        return UserVerificationRequirement.REQUIRED


class RecoveryCodes(MfRecoveryCodesUtil):
    """Codes on paper: typed in any case, with spaces or without hyphens."""

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Return whether a code is one of those left; nobody uses it beside this one."""
        _lock(user)
        return super().check_recovery_code(user, code)


def init_app(app: Flask, settings: Settings) -> None:
    """Set up signing in; after the guard, so that Flask-Security's views run behind it."""
    app.config.from_mapping(_config(settings))
    brake.init_app(app, settings.broker_url)
    made = Security(
        app,
        FSQLALiteUserDatastore(db, Account, Role, Passkey),
        register_blueprint=False,
        login_form=forms.SignInForm,
        verify_form=forms.VerifyForm,
        two_factor_verify_code_form=forms.CodeForm,
        two_factor_rescue_form=forms.RescueForm,
        mf_recovery_form=forms.RecoveryForm,
        wan_register_form=forms.PasskeyForm,
        totp_cls=OneTimeCodes,
        webauthn_util_cls=Passkeys,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
    # Sign-in is a page with a session; no tokens that work in addresses and headers.
    made.want_json(lambda _request: False)
    made.reauthn_handler(_ask_again)
    made.login_context_processor(
        lambda: {"has_single_sign_on": "surveyapp_provider" in app.extensions}
    )
    vars(app)["login_manager"].request_loader(lambda _request: None)
    sessions.init_app(app)
    single_sign_on.init_app(app, settings)
    ways.init_app(app)
    app.before_request(_take_turns)
    _forget_visitors(app)


def _lock(account: UserMixin) -> None:
    """Let nobody use the same code beside this request."""
    if isinstance(account, Account) and (session := object_session(account)):
        # No more than these: PostgreSQL locks no rows of what Flask-Security joins to them.
        session.refresh(account, ["totp_counter", "mf_recovery_codes"], with_for_update=True)


def _ask_again(_within: dt.timedelta, _grace: dt.timedelta) -> Response:
    """Ask once more who it is, and go on where everything about signing in stands."""
    return redirect(url_for("security.verify", next=url_for("account.ways")))


def _take_turns() -> ResponseReturnValue | None:
    """Let one request at a time change something through Flask-Security's session."""
    if request.endpoint == SECOND_STEP and current_user.is_authenticated:
        return redirect(url_for("account.home"))  # Flask-Security would sign them out
    if request.method == "POST" and request.endpoint in WRITES:
        db.session.rollback()
        db.session.connection(execution_options=WRITING)
    return None


def _forget_visitors(app: Flask) -> None:
    """Load the session's user only where a page asks for it, never on the answering pages.

    Flask-Login would do so for each template, and Flask-Principal (whose permissions are not
    used here) before each request.
    """
    app.template_context_processors[None].remove(_user_context_processor)
    before = app.before_request_funcs[None]
    before[:] = [f for f in before if not isinstance(getattr(f, "__self__", None), Principal)]


def _key(settings: Settings, purpose: str) -> str:
    """Return a key for what is encrypted in the database, which the database does not hold."""
    derived = hashlib.blake2b(
        purpose.encode(), key=hashlib.sha256(settings.secret_key.encode()).digest(), digest_size=32
    )
    return base64.urlsafe_b64encode(derived.digest()).decode()


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SECURITY_POST_LOGIN_VIEW": "/account/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_LOGIN_USER_TEMPLATE": "account/login.html",
        "SECURITY_VERIFY_TEMPLATE": "account/verify.html",
        "SECURITY_PASSWORD_HASH": PASSWORD_HASH,
        # Argon2 salts by itself; a second salt of ours would be one more secret to lose.
        "SECURITY_PASSWORD_SINGLE_HASH": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        # Our templates say what happened, so none of Flask-Security's own sentences is shown.
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_FRESHNESS": FRESH,
        "SECURITY_FRESHNESS_GRACE_PERIOD": FRESH,
        "SECURITY_DATETIME_FACTORY": lambda: dt.datetime.combine(today(), dt.time()),
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": forms.CODE_SECONDS,
        "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "account/code.html",
        "SECURITY_TOTP_ISSUER": NAME,
        "SECURITY_TOTP_SECRETS": {"1": _key(settings, "one-time codes")},
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [_key(settings, "recovery codes").encode()],
        "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "account/recovery_code.html",
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": NAME,
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_WAN_ALLOW_AS_VERIFY": ["first"],
        "SECURITY_WAN_NAME_ALLOWED_CHARS": None,
        "SECURITY_WAN_REGISTER_TEMPLATE": "account/passkey_new.html",
        "SECURITY_WAN_POST_REGISTER_VIEW": "/account/ways",
        "SECURITY_WAN_SIGNIN_WITHIN": dt.timedelta(minutes=5),
        "SECURITY_WAN_VERIFY_TEMPLATE": "account/passkey.html",
        "SECURITY_WAN_SIGNIN_TEMPLATE": "account/passkey.html",
    }
