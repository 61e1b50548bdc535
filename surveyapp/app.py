"""The application: the one place where the parts meet."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask_wtf import CSRFProtect

from surveyapp.config import read_settings, template_folder
from surveyapp.rounds.keydir import KeyDirectory
from surveyapp.storage import database
from surveyapp.web import access, compression, errors, language, pages, parameters, security
from surveyapp.web.account import blueprint as account
from surveyapp.web.account import signing_in
from surveyapp.web.account.routes import security_routes
from surveyapp.web.admin import blueprint as admin
from surveyapp.web.answer import blueprint as answer
from surveyapp.web.coach import blueprint as coach
from surveyapp.web.leader import blueprint as leader
from surveyapp.web.operations import blueprint as operations
from surveyapp.web.public import blueprint as public
from surveyapp.web.sessions import SignedInSessions

if TYPE_CHECKING:
    from surveyapp.config import Settings

PACKAGE = Path(__file__).resolve().parent


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
    signing_in.init_app(app, settings)
    errors.init_app(app)
    security.init_app(app)
    compression.init_app(app)
    pages.init_app(app)
    parameters.init_app(app)
    for blueprint in (public, answer, account, security_routes(), leader, coach, admin):
        app.register_blueprint(blueprint)
    app.register_blueprint(operations)
    return app


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
        "SQLALCHEMY_ENGINES": {"default": database.engine_options(settings.database_url)},
        "ALEMBIC": {"script_location": str(PACKAGE / "storage" / "migrations")},
        "LANGUAGES": language.LANGUAGES,
        "BABEL_TRANSLATION_DIRECTORIES": str(PACKAGE / "translations"),
        # A form may lie open for hours, notes above all; its token ends with the session.
        "WTF_CSRF_TIME_LIMIT": None,
    }
