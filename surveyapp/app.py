"""The application: the one place where the parts meet."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask_login.utils import _user_context_processor
from flask_principal import Principal
from flask_security import FSQLALiteUserDatastore, Security
from flask_wtf import CSRFProtect

from surveyapp.config import read_settings, template_folder
from surveyapp.rounds.keydir import KeyDirectory
from surveyapp.storage import database
from surveyapp.storage.models import Account, Role
from surveyapp.web import access, compression, errors, language, pages, security
from surveyapp.web.account import blueprint as account
from surveyapp.web.account.forms import SignInForm
from surveyapp.web.admin import blueprint as admin
from surveyapp.web.answer import blueprint as answer
from surveyapp.web.coach import blueprint as coach
from surveyapp.web.leader import blueprint as leader
from surveyapp.web.public import blueprint as public
from surveyapp.web.sessions import SignedInSessions

if TYPE_CHECKING:
    from surveyapp.config import Settings

PACKAGE = Path(__file__).resolve().parent
PASSWORD_HASH = "argon2"  # noqa: S105  (the name of an algorithm)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; settings are read from the environment unless given."""
    settings = settings or read_settings()
    app = Flask(
        "surveyapp", template_folder=str(template_folder()), instance_path=str(settings.instance)
    )
    app.config.from_mapping(_config(settings))
    app.session_interface = SignedInSessions()
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["surveyapp_keys"] = KeyDirectory(settings.key_dir)

    database.db.init_app(app)
    _close_no_async_sessions(app)
    database.migrations.init_app(app)
    with app.app_context():
        database.configure(database.db.engine)
    language.init_app(app)
    # Before Flask-Security, so that its views run behind the same guard.
    access.init_app(app)
    CSRFProtect(app).exempt(answer)
    signing_in = Security(
        app, FSQLALiteUserDatastore(database.db, Account, Role), login_form=SignInForm
    )
    # Sign-in is a page with a session; no tokens that work in addresses and headers.
    signing_in.want_json(lambda _request: False)
    vars(app)["login_manager"].request_loader(lambda _request: None)
    _forget_visitors(app)
    errors.init_app(app)
    security.init_app(app)
    compression.init_app(app)
    pages.init_app(app)
    for blueprint in (public, answer, account, leader, coach, admin):
        app.register_blueprint(blueprint)
    return app


def _forget_visitors(app: Flask) -> None:
    """Load the session's user only where a page asks for it, never on the answering pages.

    Flask-Login would do so for each template, and Flask-Principal (whose permissions are not
    used here) before each request.
    """
    app.template_context_processors[None].remove(_user_context_processor)
    before = app.before_request_funcs[None]
    before[:] = [f for f in before if not isinstance(getattr(f, "__self__", None), Principal)]


def _close_no_async_sessions(app: Flask) -> None:
    """Drop Flask-SQLAlchemy-Lite's asynchronous teardown: there are no such sessions here.

    Flask runs it in a thread and an event loop of its own, after each request: a millisecond.
    """
    app.teardown_appcontext_funcs[:] = [
        function
        for function in app.teardown_appcontext_funcs
        if not inspect.iscoroutinefunction(function)
    ]


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        **security.config(settings),
        # An error's text must not quote what was being written.
        "SQLALCHEMY_ENGINES": {"default": {"url": settings.database_url, "hide_parameters": True}},
        "ALEMBIC": {"script_location": str(PACKAGE / "storage" / "migrations")},
        "LANGUAGES": language.LANGUAGES,
        "BABEL_TRANSLATION_DIRECTORIES": str(PACKAGE / "translations"),
        # A form may lie open for hours, notes above all; its token ends with the session.
        "WTF_CSRF_TIME_LIMIT": None,
        "SECURITY_URL_PREFIX": "/account",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_POST_LOGIN_VIEW": "/account/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGIN_USER_TEMPLATE": "account/login.html",
        "SECURITY_VERIFY_TEMPLATE": "account/verify.html",
        "SECURITY_PASSWORD_HASH": PASSWORD_HASH,
        # Argon2 salts by itself; a second salt of ours would be one more secret to lose.
        "SECURITY_PASSWORD_SINGLE_HASH": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FLASH_MESSAGES": False,
    }
