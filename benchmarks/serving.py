"""The demo in a folder of its own, served on loopback by the real server."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILD = Path("build")
START_SECONDS = 60
PASSWORD = "demo-only-please"  # noqa: S105  (the demo's, which is public)


@dataclass(frozen=True)
class Served:
    """A running demo."""

    address: str
    slip: str
    """A slip code that nobody used yet."""
    link: str
    """An answering link that nobody used yet, from the "/" on."""
    instance: Path
    pid: int


def build_demo() -> tuple[dict[str, str], str]:
    """Build the demo anew in build/demo; return its environment and what it printed."""
    instance = BUILD / "demo"
    shutil.rmtree(instance, ignore_errors=True)
    environment = os.environ | {"SURVEYAPP_INSTANCE": str(instance.resolve())}
    command = [surveyapp_script(), "demo", "--no-serve"]
    printed = subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return environment, printed.stdout


@contextmanager
def served_demo() -> Iterator[Served]:
    """Build the demo and serve it while the block runs."""
    environment, printed = build_demo()
    code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", printed)
    link = re.search(r"/answer/\S+", printed)
    if code is None or link is None:
        message = f"the demo printed no slip code or no link:\n{printed}"
        raise RuntimeError(message)
    port = free_port()
    command = [surveyapp_script(), "serve", "--no-worker", "--port", str(port)]
    server = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield Served(address, code[0], link[0], Path(environment["SURVEYAPP_INSTANCE"]), server.pid)
    finally:
        server.terminate()
        server.wait(timeout=20)


def free_port() -> int:
    """Return a port on loopback that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surveyapp_script() -> str:
    """Return the console script of this environment."""
    return str(Path(sys.executable).parent / "surveyapp")


def wait_for(address: str) -> None:
    """Wait until a server answers; raises `OSError` after a minute."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
