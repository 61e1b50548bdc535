"""Static files as gzip, each compressed once, and the one page that is the same for everybody.

Other pages are left as they are: compressed beside what somebody else may choose, secrets in them
can be guessed from their length (BREACH). A proxy that compresses should do so for static files
alone.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import current_app, request

if TYPE_CHECKING:
    from flask import Flask, Response

TEXT: Final = frozenset({".css", ".js", ".txt"})
NO_SECRETS: Final = frozenset({"answer.invited"})
"""Pages with nothing of whoever asks, nor of what they sent: most people see this one by phone."""


def init_app(app: Flask) -> None:
    """Compress static files on their way out, for browsers that take it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.endpoint in NO_SECRETS:
        return _compress_page(response)
    if request.endpoint != "static" or response.status_code != 200:  # noqa: PLR2004  (OK)
        return response
    file = Path(str(current_app.static_folder), str((request.view_args or {})["filename"]))
    if file.suffix not in TEXT:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip"):
        return response
    packed = _packed(file, file.stat().st_mtime_ns)
    response.response.close()  # type: ignore[union-attr]  # the file that would have been sent
    response.direct_passthrough = False
    response.set_data(packed)
    response.content_encoding = "gzip"
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _compress_page(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip"):
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.content_encoding = "gzip"
    return response


@lru_cache(maxsize=64)
def _packed(file: Path, _changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
