"""What a request says in its address and its forms, without what nobody can have typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict

if TYPE_CHECKING:
    from flask import Flask

CONTROLS: Final = {
    code: None for code in (*range(32), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r\x85"
}
"""Unicode's control characters but tabs and ends of lines, each to be left out."""


class Typed(ImmutableMultiDict[str, Any]):
    """Values without control characters.

    PostgreSQL takes no NUL in a text, workbooks and PDFs hardly any other, and none can be seen.
    Here once, so that no form has to think of it; files that are sent stay as they are.
    """

    def __init__(self, mapping: Any = None) -> None:  # noqa: ANN401  (as Werkzeug's own)
        """Copy what was sent."""
        given = ImmutableMultiDict(mapping)
        super().__init__((name, _typed(value)) for name, value in given.items(multi=True))


class TypedRequest(Request):
    """A request that is read that way."""

    parameter_storage_class = Typed


def init_app(app: Flask) -> None:
    """Have all requests read that way."""
    app.request_class = TypedRequest


def _typed(value: Any) -> Any:  # noqa: ANN401  (a text, or a file that was sent)
    return value.translate(CONTROLS) if isinstance(value, str) else value
