"""The language of a page: the reader's choice first, then the roster's, then the browser's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from babel import Locale
from flask import current_app, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations
from jinja2 import pass_eval_context
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from babel.support import Translations
    from flask import Flask
    from jinja2.nodes import EvalContext

LANGUAGES: Final = ("en", "de", "fr", "es")
"""What is spoken; the first one where nothing else decides."""
FORM: Final = "application/x-www-form-urlencoded"

babel = Babel()


@dataclass(frozen=True)
class Choice:
    """A language that a reader may switch to."""

    code: str
    name: str
    """In the language itself."""
    address: str
    """The same page in it."""
    current: bool


def init_app(app: Flask) -> None:
    """Choose the language of each page, and keep it from page to page."""
    babel.init_app(app, locale_selector=choose_language)
    # Babel's own look up the language anew for each text, which took a fifth of a page's time.
    app.jinja_env.globals.update(_=_translate, gettext=_translate)
    app.url_defaults(_keep_choice)
    app.context_processor(_names)


@pass_eval_context
def _translate(template: EvalContext, message: str, /, **variables: object) -> str:
    """Write a text of a template in the page's language, with what it names put in."""
    text = _catalogue(get_locale()).gettext(message)
    return (Markup(text) if template.autoescape else text) % variables  # noqa: S704  (ours)


@cache
def _catalogue(_language: Locale) -> Translations:
    found: Translations = get_translations()
    return found


def choose_language() -> str:
    """Return the language of a request: asked for, else whose page it is, else the browser's."""
    spoken = _spoken()
    if not has_request_context():  # on the command line: printed slips, for one
        return spoken[0]
    for choice in (_asked(), *_of_account()):
        if choice and (known := Locale.negotiate([choice], spoken, sep="-")):
            return str(known)
    return request.accept_languages.best_match(spoken) or spoken[0]


def _spoken() -> tuple[str, ...]:
    spoken: tuple[str, ...] = current_app.config["LANGUAGES"]
    return spoken


def _of_account() -> tuple[str | None, ...]:
    """Return what somebody who is signed in chose, and what the roster says of them."""
    scope = g.get("scope")
    return (scope.account.language, scope.roster_language) if scope else ()


def _asked() -> str | None:
    """Return what an address asks for, or a form of the answering pages, which says it inside."""
    asked = request.args.get("lang")
    if asked or request.blueprint != "answer" or request.mimetype != FORM:
        return asked
    try:
        return request.form.get("lang")
    except HTTPException:  # too large, for one: the page that says so has a language, too
        return None


def _kept() -> str:
    """Return the language that was asked for, if we speak it."""
    asked = _asked() if has_request_context() else None
    return asked if asked in _spoken() else ""


def _keep_choice(endpoint: str, values: dict[str, Any]) -> None:
    """Carry a choice along: the answering pages have no cookie that could."""
    if endpoint != "static" and (kept := _kept()):
        values.setdefault("lang", kept)


def _choices() -> list[Choice]:
    here = str(get_locale()).replace("_", "-")
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return [
        Choice(
            code=code,
            name=_own_name(code),
            address=f"?{urlencode([*others, ('lang', code)])}",
            current=code == here,
        )
        for code in _spoken()
    ]


@cache
def _own_name(code: str) -> str:
    return str(Locale.parse(code, sep="-").get_display_name()).capitalize()


def _names() -> dict[str, object]:
    return {
        "language": str(get_locale()).replace("_", "-"),
        "kept_language": _kept(),
        "is_rtl": get_locale().text_direction == "rtl",
        # What a form brought would be lost on the way to another language.
        "language_choices": _choices() if has_request_context() and request.method == "GET" else (),
    }
