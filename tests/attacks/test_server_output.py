"""Attack 9: somebody reads everything that the server writes while people answer.

They know each code, answer and address that was sent, and search for it. One answer makes the
server fail in the middle of taking it, with all of it in the error's text.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.serving import free_port, wait_for
from surveyapp.anonymity.change_code import to_words
from tests import factories
from tests.attacks.failing_server import FAIL
from tests.budgets import TOP
from tests.installation import installation, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST, SENDER = "127.0.0.1", "127.0.0.9"
COMMENT, BROWSER = "xyzzy-what-one-person-wrote", "xyzzy-browser"
FAILED = "RuntimeError in answer.send"
STOP_SECONDS = 20


class Visitor:
    """Somebody who answers by slip, from an address and with a browser of their own."""

    def __init__(self, port: int) -> None:
        """Keep what is sent by what it is, in each form in which it could be written."""
        self.port = port
        self.sent = {"sender": {SENDER}, "browser": {BROWSER}, "comment": {COMMENT}}

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Send a form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": BROWSER}
        with closing(HTTPConnection(HOST, self.port, source_address=(SENDER, 0))) as connection:
            connection.request("POST", path, urlencode(form), headers)
            reply = connection.getresponse()
            return reply.status, reply.read().decode()

    def send_nonsense(self) -> None:
        """Send what is no request."""
        with socket.create_connection((HOST, self.port), source_address=(SENDER, 0)) as connection:
            connection.sendall(f"{COMMENT} / NONSENSE\r\n\r\n".encode())
            assert connection.recv(1)

    def answer(self, slip: str, comment: str = "") -> str:
        """Answer; returns the change code."""
        code = factories.carried_code(self.post("/slip", {"slip": slip})[1])
        choices = factories.answers()
        self.sent["slip"] = {slip, slip.replace("-", "")}
        self.sent["change code"] = {code, to_words(packed := bytes.fromhex(code)), repr(packed)}
        said = {f"{name!r}: {choice!r}" for name, choice in choices.items()}
        self.sent["answers"] = {*said, urlencode(choices)[:15]}
        form = {"slip": slip, "change_code": code, "C1": f"{COMMENT} {comment}", **choices}
        status, _page = self.post("/slip/answers", form)
        assert status == (500 if comment else 200)
        return code

    def found_in(self, text: str) -> set[str]:
        """Return what of all that was sent can be read."""
        return {what for what, marks in self.sent.items() if any(mark in text for mark in marks)}


@contextmanager
def serving(folder: Path, output: Path, *flags: str, log: str = "text") -> Iterator[int]:
    """Serve the installation of a folder, its output kept; yields the port."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SURVEYAPP_")}
    environment["SURVEYAPP_INSTANCE"] = str(folder)
    module = [sys.executable, "-m", "tests.attacks.failing_server", *flags]
    command = [*module, "serve", "--port", str(port), "--workers", "1", "--log", log]
    with (
        output.open("wb") as written,
        subprocess.Popen(
            command, cwd=TOP, env=environment, stdout=written, stderr=subprocess.STDOUT
        ) as server,
    ):
        try:
            wait_for(f"http://{HOST}:{port}")
            yield port
        finally:
            server.terminate()
            server.wait(timeout=STOP_SECONDS)


def read_after_answers(folder: Path, database: Path, *flags: str) -> tuple[str, set[str], set[str]]:
    """Let people answer, change answers, mistype, send nonsense, and fail.

    Returns the output, what they sent, and what of it is found in the output.
    """
    with installation(settings_for(folder), database):
        organisation = factories.make_organisation()
        factories.make_team(organisation, "Dana", 12)
        round_id = factories.open_round(organisation)
        codes, team = factories.draw_codes(round_id)["Dana"], factories.team_ids(round_id)["Dana"]
    output = folder / "output"
    with serving(folder, output, *flags) as port:
        visitor = Visitor(port)
        code = visitor.answer(codes[0])
        change = {"change_code": code, "C1": COMMENT, **factories.answers(1)}
        assert visitor.post(f"/answer/{team}/change/answers", change)[0] == 200
        assert visitor.post(f"/answer/{team}/change", {"words": COMMENT})[0] == 422
        assert visitor.post("/slip", {"slip": "x" * 70_000 + COMMENT})[0] == 413
        visitor.answer(codes[1], FAIL)
        visitor.send_nonsense()
    text = output.read_text(encoding="utf-8")
    return text, set(visitor.sent), visitor.found_in(text)


def test_nothing_that_was_sent_is_in_the_output_not_even_after_a_failure(
    tmp_path: Path, migrated_database: Path
) -> None:
    text, _sent, found = read_after_answers(tmp_path, migrated_database)
    assert FAILED in text
    assert found == set()


def test_the_attacker_finds_the_answer_where_errors_are_logged_with_their_text(
    tmp_path: Path, migrated_database: Path
) -> None:
    _text, sent, found = read_after_answers(tmp_path, migrated_database, "--talkative")
    assert found == sent
