"""The walk through whatever goes wrong, last of all: it breaks a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from flask import abort
from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from tests.every_page import Walk


def walk(going: Walk) -> None:
    """Visit each failure."""
    going.visit("no such page", "/nope")
    going.visit("no such page, signed in", "/account/nope", who="everything")
    going.visit("not by POST", "/", any="thing")
    going.visit("too large", "/slip", slip="x" * 70_000)
    for what, code in (("bad request", 400), ("server failed", 500)):
        going.app.view_functions["public.home"] = lambda code=code: abort(code)
        going.visit(what, "/")
    for endpoint in ("public.home", "answer.slip"):
        going.app.view_functions[endpoint] = _without_database
    going.visit("the database is away", "/")
    going.visit("nothing could be saved", "/slip", slip="x")


def _without_database() -> NoReturn:
    statement = "SELECT"
    raise OperationalError(statement, {}, Exception())
