"""The forms of signing in."""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_security import LoginForm, MfRecoveryForm, TwoFactorVerifyCodeForm, WebAuthnRegisterForm
from flask_security import VerifyForm as SecurityVerifyForm
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, StringField, ValidationError

from surveyapp.web.account.brake import WINDOW_MINUTES, Brake, brake

if TYPE_CHECKING:
    from surveyapp.storage.models import Account

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
"""More is no safer, and hashing it takes our time."""
LONGEST_NAME = 40
CODE_SECONDS = 30
"""How long before its time and after it an app's code is taken."""


def _without_spaces(code: str | None) -> str:
    return "".join((code or "").split())


def _normalized(password: str | None) -> str:
    """Return a password as Flask-Security reads it, whichever way a keyboard writes letters."""
    return unicodedata.normalize("NFKD", password or "")


class Braked:
    """A form that somebody may guess at: refuses to look after too many failures."""

    held: str = ""
    """Why nothing was looked at."""

    @abstractmethod
    def brake(self) -> Brake:
        """Return what this try counts for."""

    def validate(self, **kwargs: Any) -> bool:  # noqa: ANN401  (as WTForms' own)
        """Check the form, unless there were too many failures; counts one more if it is wrong."""
        brake = self.brake()
        if brake.holds():
            self.held = _(
                "There were too many tries from here. Please wait %(minutes)s minutes.",
                minutes=WINDOW_MINUTES,
            )
            return False
        if super().validate(**kwargs):  # type: ignore[misc]  # of the form beside it
            return True
        brake.count()
        return False


class SignInForm(Braked, LoginForm):
    """Flask-Security's, without the cookie that keeps somebody signed in for a year."""

    remember = None  # type: ignore[assignment]  # how WTForms takes a field away

    def brake(self) -> Brake:
        """Count for the account that is named, whether there is one or not."""
        return brake("password", self.email.data or "")


class VerifyForm(Braked, SecurityVerifyForm):
    """The password once more, and the app's code from whoever has a second step."""

    user: Account
    code = StringField(filters=[_without_spaces])

    def brake(self) -> Brake:
        """Count like signing in."""
        return brake("password", self.user.email)

    def validate(self, **kwargs: Any) -> bool:  # noqa: ANN401  (as WTForms' own)
        """Check the code only after the password: a right one works once."""
        if not super().validate(**kwargs):
            return False
        secret = self.user.tf_totp_secret
        codes = current_app.extensions["security"].totp_factory
        if not secret or codes.verify_totp(self.code.data, secret, self.user, CODE_SECONDS):
            return True
        self.brake().count()
        self.code.errors = [""]  # our page says what is wrong
        return False


class CodeForm(Braked, TwoFactorVerifyCodeForm):
    """A code of an authenticator app, as a second step."""

    user: Account

    def brake(self) -> Brake:
        """Count apart from passwords: who is here knows the password."""
        self.code.data = _without_spaces(self.code.data)
        return brake("code", self.user.email, everywhere=True)


class RecoveryForm(Braked, MfRecoveryForm):
    """A code from paper in place of the app's, typed in any case and with or without hyphens."""

    user: Account

    def brake(self) -> Brake:
        """Count together with the app's codes."""
        typed = re.sub(r"[^0-9a-f]", "", str(self.code.data or "").lower())
        self.code.data = "-".join(re.findall(".{1,4}", typed))
        return brake("code", self.user.email, everywhere=True)


class RescueForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Never shown: Flask-Security asks for a list of ways out, and our page has a link."""

    help_setup = RadioField(choices=[])


class PasskeyForm(WebAuthnRegisterForm):
    """What a new passkey is called; each one signs in by itself."""

    usage = HiddenField(default="first")  # type: ignore[assignment]  # there is nothing to choose

    def validate(self, **kwargs: Any) -> bool:  # noqa: ANN401  (as WTForms' own)
        """Take no other use than signing in."""
        self.usage.data = "first"
        self.name.data = (self.name.data or "").strip()[:LONGEST_NAME]
        return bool(super().validate(**kwargs))


class LinkForm(FlaskForm):  # type: ignore[misc]
    """Where a link to sign in goes."""

    email = StringField(lazy_gettext("Email address"))

    def validate_email(self, field: StringField) -> None:
        """Refuse what can be nobody's address: the same for everybody."""
        field.data = (field.data or "").strip()
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", field.data):
            raise ValidationError(_("Please type a whole address, such as name@example.org."))


class CodeOfNewAppForm(FlaskForm):  # type: ignore[misc]
    """The first code of an authenticator app that is being set up."""

    code = StringField(lazy_gettext("Code"), filters=[_without_spaces])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, typed twice."""

    password = PasswordField(lazy_gettext("New password"), filters=[_normalized])
    again = PasswordField(lazy_gettext("The same once more"), filters=[_normalized])

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a short one."""
        if len(field.data or "") < SHORTEST_PASSWORD:
            message = _("Please use at least %(num)s characters.", num=SHORTEST_PASSWORD)
            raise ValidationError(message)
        if len(field.data or "") > LONGEST_PASSWORD:
            message = _("Please use at most %(num)s characters.", num=LONGEST_PASSWORD)
            raise ValidationError(message)

    def validate_again(self, field: PasswordField) -> None:
        """Refuse one that was mistyped."""
        if field.data != self.password.data:
            raise ValidationError(_("The two are not the same. Please type them once more."))
