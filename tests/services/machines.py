"""Several machines on loopback: servers and workers that share a database, a Redis and a folder."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.serving import free_port, surveyapp_script, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from surveyapp.config import Settings

PATIENCE_SECONDS = 300


def until(come: Callable[[], bool]) -> None:
    """Look again and again whether something has come; a failure if it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not come():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def environment(settings: Settings) -> dict[str, str]:
    """Return what tells a process on any of the machines the same settings."""
    return os.environ | {
        "SURVEYAPP_INSTANCE": str(settings.instance),
        "SURVEYAPP_DATABASE_URL": settings.database_url,
        "SURVEYAPP_SECRET_KEY": settings.secret_key,
        "SURVEYAPP_MAIL_URL": settings.mail_url,
        "SURVEYAPP_BROKER_URL": settings.broker_url,
    }


@contextmanager
def started(settings: Settings, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command; it is told to end, and has to, without a trace of a fault."""
    with subprocess.Popen(
        [surveyapp_script(), *words],
        env=environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
            process.terminate()
            said = process.communicate(timeout=PATIENCE_SECONDS)[1]
            assert "Traceback" not in said, said
        finally:
            process.kill()


@contextmanager
def web_server(settings: Settings) -> Iterator[str]:
    """Serve without a worker beside; yields the address."""
    port = free_port()
    with started(settings, "serve", "--no-worker", "--workers", "2", "--port", str(port)):
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
