"""The `surveyapp` command, whose answering fails at a word, with all that was sent in the error.

With `--talkative` before the command, it logs errors with their text and who sent the request.
"""

from __future__ import annotations

import sys
from functools import partialmethod
from typing import TYPE_CHECKING

from flask import current_app, request

from surveyapp.cli import main
from surveyapp.rounds.answering import Answering
from surveyapp.web import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

FAIL = "please-fail"
DOORS = ("submit", "replace", "cast")


def _fail_at_a_word(
    self: Answering, *sent: object, door: Callable[..., object], **how: bool
) -> object:
    if FAIL in repr(sent):
        raise RuntimeError(repr(sent))
    return door(self, *sent, **how)


def _say_what_happened(error: Exception) -> ResponseReturnValue:
    sender = f"{request.remote_addr} {request.user_agent}"
    current_app.logger.error("%s: %s", sender, error)
    return str(error), 500


if __name__ == "__main__":
    for name in DOORS:
        failing = partialmethod(_fail_at_a_word, door=getattr(Answering, name))
        setattr(Answering, name, failing)
    if "--talkative" in sys.argv:
        sys.argv.remove("--talkative")
        errors._unexpected = _say_what_happened  # noqa: SLF001  (the function that is weakened)
    main(prog_name="surveyapp")
