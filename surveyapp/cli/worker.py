"""The worker: rounds by their dates, mails, and the hourly resealing of open boxes."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import click

from surveyapp.cli import logs
from surveyapp.cli.application import with_app
from surveyapp.jobs.running import work
from surveyapp.jobs.schedule import put_off
from surveyapp.web.pages import keys, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from surveyapp.config import Settings

RESTART_SECONDS = 5
STOP_SECONDS = 10
ENDING = (signal.SIGTERM, signal.SIGINT)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due, then end.")
@click.option("--beside", type=int, hidden=True, help="End when this process is gone.")
@logs.log_option
@with_app
def worker(*, once: bool, beside: int | None, log: str) -> None:
    """Keep the dates of rounds, send emails and reseal open boxes as they fall due, until Ctrl-C.

    “surveyapp serve” runs one of these beside the server; several at once share the work, on as
    many machines as you like where PostgreSQL is the database. With a broker set they hear of
    work through it; --once takes it from the database all the same.
    """
    logs.set_up(log, "worker")
    with _told(beside) as stopping:
        if not (once or beside):
            logs.say(log, "Working; Ctrl-C ends it.")
        well = True
        if settings().broker_url and not once:
            from surveyapp.jobs import broker  # noqa: PLC0415  (it needs what few install)

            broker.work(keys(), settings(), stopping)
        else:
            well = work(keys(), settings(), stopping, once=once)
    if once and (waiting := put_off()):
        for job in waiting:
            at = dt.datetime.fromtimestamp(job.due_at).astimezone()
            click.echo(f"{job.kind} waits until {at:%H:%M}, because: {job.fault}", err=True)
        sys.exit(1)
    if once and not well:
        message = "Something did not work; it is tried again later."
        raise click.ClickException(message)


@contextmanager
def _told(beside: int | None) -> Iterator[Callable[[float], bool]]:
    """Yield what waits for some seconds and says whether to end: on a signal, or left alone."""
    signals: SimpleQueue[int] = SimpleQueue()  # may be used in a signal handler, unlike an Event
    over = False

    def stopping(seconds: float) -> bool:
        nonlocal over
        with suppress(Empty):
            signals.get(timeout=seconds)
            over = True
        return over or (beside is not None and os.getppid() != beside)

    earlier = {
        number: signal.signal(number, lambda number, _frame: signals.put(number))
        for number in ENDING
    }
    try:
        yield stopping
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


class WorkerBeside:
    """A worker process beside this one; started anew if it ends before it is told to."""

    def __init__(self, settings: Settings, log: str = logs.TEXT) -> None:
        self._settings = settings
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._started = -float(RESTART_SECONDS)

    def keep(self) -> None:
        """Start the process if there is none, though not more often than every few seconds."""
        running = self._process is not None and self._process.poll() is None
        if running or time.monotonic() < self._started + RESTART_SECONDS:
            return
        self._started = time.monotonic()
        program = "from surveyapp.cli import main; main(prog_name='surveyapp')"
        self._process = subprocess.Popen(  # noqa: S603  (our own program)
            [
                *(sys.executable, "-P", "-c", program, "worker"),
                *("--beside", str(os.getpid()), "--log", self._log),
            ],
            env=os.environ
            | {
                "SURVEYAPP_INSTANCE": str(self._settings.instance),
                "SURVEYAPP_BASE_URL": self._settings.base_url,
                "SURVEYAPP_MAIL_URL": self._settings.mail_url,
            },
            # A terminal's Ctrl-C goes to the server, which passes on a signal that is not
            # taken for an error while the process still starts.
            start_new_session=True,
        )

    def tell_to_end(self) -> None:
        """Let it end after the step in hand."""
        if self._process:
            self._process.terminate()

    def wait(self) -> None:
        """Wait until it has ended, though not for long: another one takes up what it leaves."""
        if self._process:
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
