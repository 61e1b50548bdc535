"""The forms of signing in."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_security import LoginForm
from flask_wtf import FlaskForm
from wtforms import PasswordField, ValidationError

SHORTEST_PASSWORD = 12


class SignInForm(LoginForm):
    """Flask-Security's, without the cookie that keeps somebody signed in for a year."""

    remember = None  # type: ignore[assignment]  # how WTForms takes a field away


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new password, typed twice."""

    password = PasswordField(lazy_gettext("New password"))
    again = PasswordField(lazy_gettext("The same once more"))

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a short one."""
        if len(field.data or "") < SHORTEST_PASSWORD:
            message = _("Please use at least %(num)s characters.", num=SHORTEST_PASSWORD)
            raise ValidationError(message)

    def validate_again(self, field: PasswordField) -> None:
        """Refuse one that was mistyped."""
        if field.data != self.password.data:
            raise ValidationError(_("The two are not the same. Please type them once more."))
