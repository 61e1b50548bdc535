"""What is written of what other people's code says, and of errors."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from surveyapp.cli import logs
from surveyapp.cli.logs import JSON, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "/share/quite-a-secret"


@contextmanager
def written(form: str, program: str) -> Iterator[None]:
    """Log as a program of its own does: without pytest's own handlers."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    root.handlers.clear()
    try:
        logs.set_up(form, program)
        yield
    finally:
        root.handlers[:] = handlers


def say(name: str, message: str, *values: object) -> None:
    """Log an error that happened with a secret in its text."""
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger(name).exception(message, *values)


@pytest.mark.parametrize("form", [TEXT, JSON])
def test_of_other_peoples_code_the_fixed_words_alone_are_written(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with written(form, "server"):
        say("gunicorn.error", "Error handling request %s", SECRET)
    said = capsys.readouterr().err
    assert "Error handling request %s" in said
    assert "test_logs.py" in said
    assert "ValueError" in said
    assert SECRET not in said


def test_an_error_that_is_logged_as_if_it_were_words_gives_its_kind_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with written(TEXT, "server"):
        logging.getLogger("somebody.else").error(OSError(SECRET))
    assert capsys.readouterr().err == "server: OSError\n"


def test_a_line_of_json_says_where_it_is_from(capsys: pytest.CaptureFixture[str]) -> None:
    with written(JSON, "worker"):
        logging.getLogger("surveyapp.jobs.running").warning("%s: done\nand more", "invite x")
    said = json.loads(capsys.readouterr().err)
    assert {name: said[name] for name in ("level", "program", "from", "message")} == {
        "level": "warning",
        "program": "worker",
        "from": "surveyapp.jobs.running",
        "message": "invite x: done\nand more",
    }
    assert len(said["time"]) == len("2026-11-24T12:00Z")


def test_in_words_a_line_names_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    with written(TEXT, "worker"):
        logging.getLogger("surveyapp.jobs").info("invite x: done")
    assert capsys.readouterr().err == "worker: invite x: done\n"
