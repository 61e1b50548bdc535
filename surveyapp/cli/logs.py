"""What long-running commands write of what happens: for people, or a line of JSON for each.

Of other people's code only the fixed words are written, never what it puts into them: that may be
an address that is a secret, whom a connection came from, or a row. Of an error, where it happened
and of which kind, never its text. The time is told to the minute: of a failed answer, no more.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from traceback import format_tb
from typing import Final

import click
from gunicorn.glogging import Logger

OURS: Final = "surveyapp"
TEXT, JSON = "text", "json"
WITH_OWN_HANDLERS: Final = ("alembic", "sqlalchemy")
"""Flask-Alembic gives them handlers that write whatever is said."""

log_option = click.option(
    "--log",
    type=click.Choice([TEXT, JSON]),
    default=TEXT,
    show_default=True,
    help="How to write what happens: in words, or one line of JSON for each thing.",
)


def set_up(log: str, program: str) -> None:
    """Write everything that is logged to stderr, in one form; `program` names who writes."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json(program) if log == JSON else _Text(program))
    logging.basicConfig(handlers=[handler])
    logging.getLogger(OURS).setLevel(logging.INFO)
    for name in WITH_OWN_HANDLERS:
        logging.getLogger(name).handlers.clear()


def say(log: str, text: str) -> None:
    """Tell whoever started the command something, where they look for it."""
    if log == JSON:
        logging.getLogger(OURS).info(text)
    else:
        click.echo(text)


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn's log, written like everything else."""

    def setup(self, cfg: object) -> None:
        """Let the root's handler write what gunicorn's own would."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Text(logging.Formatter):
    """In words."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program

    def format(self, record: logging.LogRecord) -> str:
        places = _places(record)
        return f"{self._program}: {_said(record)}" + (f"\n{places}" if places else "")


class _Json(_Text):
    """As one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line = {
            "time": f"{at:%Y-%m-%dT%H:%MZ}",
            "level": record.levelname.lower(),
            "program": self._program,
            "from": record.name,
            "message": _said(record),
        }
        if places := _places(record):
            line["places"] = places
        return json.dumps(line, ensure_ascii=False)


def _said(record: logging.LogRecord) -> str:
    is_ours = record.name.partition(".")[0] == OURS
    if is_ours:
        return record.getMessage()
    return record.msg if isinstance(record.msg, str) else type(record.msg).__name__


def _places(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    return "".join(format_tb(record.exc_info[2])) + record.exc_info[0].__name__
