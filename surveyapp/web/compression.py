"""Static files as gzip, each compressed once, and the one page that is the same for everybody.

Other pages are left as they are: compressed beside what somebody else may choose, secrets in them
can be guessed from their length (BREACH). A proxy that compresses should do so for static files
alone.

Answering has three requests until it is sent, so the script of its page goes out with what it
imports inside. Browsers that take no gzip follow the import.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import current_app, request

if TYPE_CHECKING:
    from flask import Flask, Response

TEXT: Final = frozenset({".css", ".js", ".txt"})
NO_SECRETS: Final = frozenset({"answer.invited"})
"""Pages with nothing of whoever asks, nor of what they sent: most people see this one by phone."""
HINTS: Final = "hints.js"
IMPORT: Final = b"import { hinted, linkTo } from './hints.js';\n"
"""The line of answer.js in whose place its hints go; no name may be declared in both files."""


def init_app(app: Flask) -> None:
    """Compress static files on their way out, for browsers that take it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.endpoint in NO_SECRETS:
        return _compress_page(response)
    sent = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
    if request.endpoint != "static" or response.status_code not in sent:
        return response
    file = Path(str(current_app.static_folder), str((request.view_args or {})["filename"]))
    if file.suffix not in TEXT:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip"):
        return response
    files = (file, file.with_name(HINTS)) if file.name == "answer.js" else (file,)
    packed, digest = _packed(files, tuple(one.stat().st_mtime_ns for one in files))
    response.response.close()  # type: ignore[union-attr]  # the file that would have been sent
    response.direct_passthrough = False
    response.status_code = HTTPStatus.OK
    response.set_data(packed)
    response.content_encoding = "gzip"
    for untrue in ("Accept-Ranges", "Content-Disposition", "Last-Modified"):  # of what goes out
        response.headers.pop(untrue, None)
    response.set_etag(digest)
    response.make_conditional(request)
    return response


def _compress_page(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip"):
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.content_encoding = "gzip"
    return response


@lru_cache(maxsize=64)
def _packed(files: tuple[Path, ...], _changed: tuple[int, ...]) -> tuple[bytes, str]:
    """Compress a file, with what it imports in the import's place; return its digest, too."""
    text, *imported = (file.read_bytes() for file in files)
    for inside in imported:
        text = text.replace(IMPORT, inside)
    packed = gzip.compress(text, mtime=0)
    return packed, hashlib.sha256(packed).hexdigest()[:16]
