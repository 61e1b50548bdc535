"""Errors as pages: what happened, and what to do."""

from __future__ import annotations

import errno
from http import HTTPStatus
from traceback import format_tb
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import current_app, g, make_response, render_template, request, url_for
from flask.globals import request_ctx
from flask_babel import gettext as _
from flask_security.core import AnonymousUser
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException, SecurityError

from surveyapp.core.errors import DomainError
from surveyapp.web.access import READ
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue


RETRY_SECONDS = 30
FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


def init_app(app: Flask) -> None:
    """Show every error in the look of the other pages."""
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(SecurityError, _another_host)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DomainError, _domain_error)
    for error in (OperationalError, InterfaceError, NoConnectionError):
        app.register_error_handler(error, _unavailable)
    app.register_error_handler(OSError, _disk_error)
    app.register_error_handler(Exception, _unexpected)


def _page(status: int, title: str, text: str, home: str | None = None) -> ResponseReturnValue:
    """Show a page with a way to the first page, or to `home`; with none if that is empty."""
    home = url_for("public.home") if home is None else home
    return render_template("error/error.html", title=title, text=text, home=home), status


def _form_expired(_error: Exception) -> ResponseReturnValue:
    return _page(
        400,
        _("This form has expired"),
        _("Please go back, load the page again and send the form once more."),
    )


def _another_host(_error: Exception) -> ResponseReturnValue:
    address = settings().base_url
    # Flask makes no addresses for a host that is not ours, and a page has some.
    request_ctx.url_adapter = current_app.url_map.bind(urlsplit(address).netloc)
    return _page(
        400,
        _("This site has another address"),
        _("It is %(address)s. Please use that one.", address=address),
        address,
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    match error.code:
        case HTTPStatus.NOT_FOUND:
            title = _("There is no such page")
            text = _(
                "Perhaps the address is mistyped, or the page is not for the account"
                " that you signed in with."
            )
        case HTTPStatus.METHOD_NOT_ALLOWED:
            title = _("This page cannot be used like that")
            text = _("Please go back and use the form on the page.")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            title = _("That was too much at once")
            text = _("What was sent is larger than any form of ours. Please shorten it.")
        case code if code is not None and code < HTTPStatus.INTERNAL_SERVER_ERROR:
            title = _("That did not work")
            text = _("The browser sent something that this page does not understand.")
        case _:
            return _unexpected(error)
    return _page(error.code or 500, title, text)


def _domain_error(error: DomainError) -> ResponseReturnValue:
    """Show what no view expected, such as a missing key; its text is for the server's log."""
    current_app.logger.error("%s in %s: %s", type(error).__name__, request.endpoint, error)
    text = _("The people who run this server have to fix something first. Nothing was changed.")
    return _page(503, _("This does not work right now"), text)


def _disk_error(error: OSError) -> ResponseReturnValue:
    return _unavailable(error) if error.errno in FULL else _unexpected(error)


def _unavailable(error: Exception) -> ResponseReturnValue:
    """Say that nothing is saved, and what to do: the database is away, or a disk is full.

    A page that is loaded again sends its form again, and the same answers count once.
    """
    _note(error)
    g.scope = None
    # Whoever asks who is signed in would ask the database; this is where Flask-Login looks first.
    g._login_user = AnonymousUser()  # type: ignore[no-untyped-call]  # noqa: SLF001
    text = _("Please load this page again in a minute.")
    if request.method not in READ:
        text = _(
            "What you sent is not saved, because the server has a problem. Please wait a minute,"
            " then reload this page. If your browser asks whether to send the form again, say yes:"
            " the same answers count once."
        )
    # Nothing leads away from a form that is to be sent again.
    reply = make_response(_page(503, _("This does not work right now"), text, home=""))
    reply.headers["Retry-After"] = str(RETRY_SECONDS)
    return reply


def _unexpected(error: Exception) -> ResponseReturnValue:
    _note(error)
    return _page(
        500,
        _("Something went wrong on our side"),
        _(
            "Nothing that you sent was half kept: it was taken whole or not at all."
            " Please try again."
        ),
    )


def _note(error: Exception) -> None:
    """Log where it happened, without the error's text: that may quote what somebody answered."""
    places = "".join(format_tb(error.__traceback__))
    current_app.logger.error("%s in %s\n%s", type(error).__name__, request.endpoint, places)
