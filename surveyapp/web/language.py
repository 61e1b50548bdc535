"""The language of a page: the reader's choice first, then the browser's."""

from __future__ import annotations

from typing import Final

from flask import current_app, has_request_context, request
from flask_babel import Babel

LANGUAGES: Final = ("en",)

babel = Babel()


def choose_language() -> str:
    """Return the language of `?lang=` if we speak it, else the best of the browser's."""
    spoken: tuple[str, ...] = current_app.config["LANGUAGES"]
    if not has_request_context():  # on the command line: printed slips, for one
        return spoken[0]
    asked = request.args.get("lang", "")
    if asked in spoken:
        return asked
    return request.accept_languages.best_match(spoken) or spoken[0]
