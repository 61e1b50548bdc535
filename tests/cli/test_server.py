"""The real server, and what somebody sends to it who wants to be elsewhere."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from benchmarks.serving import free_port, surveyapp_script, wait_for
from tests.installation import DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "127.0.0.1"
STOP_SECONDS = 20
LARGEST = 64 * 1024
"""Bytes of a form of ours."""


@pytest.fixture
def port(tmp_path: Path, migrated_database: Path) -> Iterator[int]:
    """Serve an installation that is reached over TLS, as a proxy would ask it."""
    (tmp_path / DATABASE).write_bytes(migrated_database.read_bytes())
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SURVEYAPP_")} | {
        "SURVEYAPP_INSTANCE": str(tmp_path),
        "SURVEYAPP_BASE_URL": "https://survey.example",
        "FORWARDED_ALLOW_IPS": "*",  # what some hosts set for every program
    }
    command = [surveyapp_script(), "serve", "--no-worker", "--port", str(port)]
    with subprocess.Popen(command, env=environment) as server:
        try:
            wait_for(f"http://{HOST}:{port}")
            yield port
        finally:
            server.terminate()
            server.wait(timeout=STOP_SECONDS)


def ask(port: int, first: str, *headers: str, body: bytes = b"") -> str:
    """Send a request as these very lines; return the whole reply."""
    lines = "\r\n".join([first, *headers, "Connection: close", "", ""])
    with socket.create_connection((HOST, port)) as connection:
        connection.sendall(lines.encode() + body)
        reply = b""
        while part := connection.recv(65536):
            reply += part
    return reply.decode()


def test_the_server_takes_host_scheme_and_path_from_nobody(port: int) -> None:
    ours = "Host: survey.example"
    forged = ("X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example", "SCRIPT_NAME: /evil")
    reply = ask(port, "GET /leader/ HTTP/1.1", ours, *forged, "PATH_INFO: /slip")
    assert reply.startswith("HTTP/1.1 302 ")
    assert "\r\nLocation: /account/login?next=/leader/\r\n" in reply
    assert "\r\nStrict-Transport-Security: max-age=" in reply
    assert "evil" not in reply


def test_a_host_in_the_request_line_does_not_get_by_either(port: int) -> None:
    foreign = ask(port, "GET http://evil.example/slip HTTP/1.1", "Host: evil.example")
    assert foreign.startswith("HTTP/1.1 400 ")
    assert "It is https://survey.example." in foreign
    ours = ask(port, "GET http://evil.example/leader/ HTTP/1.1", "Host: survey.example")
    assert "evil" not in ours


def test_of_a_body_in_chunks_no_more_is_read_than_of_another(port: int) -> None:
    first, chunk = (b"%x\r\n%s\r\n" % (len(part), part) for part in (b"slip=", b"x" * 0x8000))
    form = ("Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked")
    body = first + chunk * 3 + b"0\r\n\r\n"
    reply = ask(port, "POST /slip HTTP/1.1", "Host: localhost", *form, body=body)
    assert reply.startswith("HTTP/1.1 422 ")
    assert f'value="{"x" * (LARGEST - len("slip="))}"' in reply
