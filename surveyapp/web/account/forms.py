"""The sign-in form."""

from __future__ import annotations

from flask_security import LoginForm


class SignInForm(LoginForm):
    """Flask-Security's, without the cookie that keeps somebody signed in for a year."""

    remember = None  # type: ignore[assignment]  # how WTForms takes a field away
