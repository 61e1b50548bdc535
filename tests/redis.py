"""A real Redis for tests, which keeps nothing on disk."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import redis

from benchmarks.serving import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Server:
    """A running Redis."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Return its address, as the settings name it."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> redis.Redis:
        """Return what speaks with it."""
        return redis.Redis(port=self.port)


@contextmanager
def running_redis(port: int | None = None) -> Iterator[Server]:
    """Run a server on this port of loopback, or on a free one."""
    port = port or free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        server = Server(port, process)
        try:
            _wait_for(server)
            yield server
        finally:
            process.kill()


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    with server.client as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return
