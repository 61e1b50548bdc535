"""Looking whether an installation is well: one line for each thing, with the mend if it is not."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from surveyapp.cli.application import LOOPBACK, counted, with_app
from surveyapp.config import setting_sources
from surveyapp.core.errors import DomainError
from surveyapp.jobs.schedule import PERIODS
from surveyapp.mail.composing import Letterhead, Recipient
from surveyapp.mail.delivering import open_post, sender_address
from surveyapp.mail.outbox import Outbox
from surveyapp.mail.smtp import Smtp
from surveyapp.mail.telling import trial
from surveyapp.mail_server import PREFIX, MailServer
from surveyapp.rounds import keycheck
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Job, JobState, Round, State
from surveyapp.web.pages import keys, settings, today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PRIVATE: Final = 0o077
LATE_SECONDS: Final = 120
APART_SECONDS: Final = 10
LEAST_FREE_BYTES: Final = 1_000_000_000
SECONDS_TO_OPEN: Final = 10
SECRET: Final = {"secret_key", "mail_url", "database_url", "broker_url"}
"""Settings that are a password or may hold one."""


class _IllError(DomainError):
    """Something is not well; the text says what, and how to mend it."""


@dataclass(frozen=True)
class _Check:
    """One thing to look at."""

    name: str
    look: Callable[[], str]
    """Returns what is well, or raises."""


@click.command()
@click.option("--to", metavar="EMAIL", help="Send a test message there.")
@click.option("--settings", "list_settings", is_flag=True, help="List the settings instead.")
@with_app
def doctor(*, to: str | None, list_settings: bool) -> None:
    """Look whether this installation is well; exit code 1 if something is not.

    Connects and signs in to the mail server; with --to it sends a message as well.
    """
    if list_settings:
        for line in _settings():
            click.echo(line)
        return
    ill = 0
    for check in (
        _Check("database", _database),
        _Check("keys", _keys),
        _Check("mail", lambda: _mail(to)),
        _Check("address", _address),
        _Check("clock", _clock),
        _Check("broker", _broker),
        _Check("workers", _workers),
        _Check("disk", _disk),
    ):
        try:
            click.echo(f"well  {check.name:<9} {check.look()}")
        except (DomainError, OSError) as error:
            ill += 1
            click.echo(f"ILL   {check.name:<9} {error}")
    if ill:
        click.echo(f"{counted(ill, 'thing')} to mend.", err=True)
        sys.exit(1)


def _settings() -> Iterator[str]:
    for name, source in setting_sources().items():
        value = getattr(settings(), name)
        shown = "(not shown)" if name in SECRET and source != "default" else value
        shown = "(not shown)" if name == "secret_key" else shown
        yield f"{PREFIX + name.upper():<24} {source:<14} {shown}"


def _database() -> str:
    with writing() as session:
        rounds = session.scalar(select(func.count()).select_from(Round))
        for name in ("fsync", "full_page_writes") if _is_postgresql() else ():
            if session.scalar(text(f"SHOW {name}")) != "on":
                message = (
                    f"PostgreSQL has {name} off, and may lose answers in a power cut: set it on"
                )
                raise _IllError(message)
    return f"{db.engine.dialect.name}, can be written to; {counted(rounds or 0, 'round')}"


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _keys() -> str:
    folder = keys().path
    loose = [path for path in (folder, *folder.glob("*")) if _others_may_open(path)]
    if loose:
        message = f"others may open {loose[0]}: chmod go= {folder} {folder}/*"
        raise _IllError(message)
    query = select(func.count()).where(Round.state.in_((State.OPEN, State.CLOSING)))
    with writing() as session:
        opened = session.scalar(query) or 0
        faults = keycheck.faults(session, keys())
    if faults:
        raise _IllError(faults[0])
    return f"{folder}, for its owner alone; {counted(opened, 'open round')}, no key missing"


def _others_may_open(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & PRIVATE)


def _mail(to: str | None) -> str:
    outbox = Outbox.of(settings())
    if outbox and not settings().demo:
        message = (
            f"nobody gets any: they are files in {outbox.folder}. Set"
            f" {PREFIX}MAIL_URL=smtp://user:password@host:587"
        )
        raise _IllError(message)
    where = f"files in {outbox.folder}" if outbox else _mail_server()
    if to is None:
        return where + ("" if outbox else "; --to EMAIL sends a test message")
    head = Letterhead(
        organisation="surveyapp",
        base_url=settings().base_url,
        sent_at=dt.datetime.now().astimezone().replace(minute=0, second=0, microsecond=0),
        sender=sender_address(settings()),
    )
    recipient = Recipient(f"doctor-{int(time.time())}", to, to, None)
    with open_post(settings()) as post:
        post.deliver(recipient.id, trial(head, recipient))
    return f"{where}; a test message went to {to}"


def _mail_server() -> str:
    server = MailServer.at(settings().mail_url)
    post = Smtp(server, sender_address(settings()))
    encrypted = hasattr(post.connect().sock, "cipher")
    post.close()
    if not (encrypted or server.is_local):
        message = (
            f"{server.host} offers no encryption: whoever carries the mails on the way could answer"
            " in people's place. Use a server with STARTTLS, or smtps://"
        )
        raise _IllError(message)
    signed_in = "signed in" if server.user else "without signing in"
    return f"{server.host}:{server.port}, {'encrypted' if encrypted else 'local'}, {signed_in}"


def _address() -> str:
    url = settings().base_url
    if settings().demo:
        return f"{url}, for the demo"
    if url.startswith(LOOPBACK) or not settings().is_https:
        message = (
            f"{url} cannot be used from elsewhere with encryption, and answering by link needs"
            f" https: set {PREFIX}BASE_URL=https://survey.your-company.example"
        )
        raise _IllError(message)
    try:
        urllib.request.urlopen(f"{url}/", timeout=SECONDS_TO_OPEN).close()  # noqa: S310  (https)
    except OSError as error:
        message = f"{url} does not open from here ({error}): look at the server in front"
        raise _IllError(message) from error
    return f"{url} opens, encrypted"


def _clock() -> str:
    now = dt.datetime.now().astimezone()
    with writing() as session:
        newest = session.scalar(select(func.max(Round.opened_on)))
    if newest is not None and newest > today() + dt.timedelta(days=1):
        message = f"it says {now:%Y-%m-%d %H:%M %Z}, but a round opened on {newest}: set it right"
        raise _IllError(message)
    apart = 0.0
    if _is_postgresql():
        with writing() as session:
            there = session.scalar(select(func.extract("epoch", func.clock_timestamp())))
            apart = abs(float(there or 0) - time.time())
    if apart > APART_SECONDS:
        message = (
            f"it is {apart:.0f} seconds away from the database server's: let every machine keep its"
            " time by NTP, or workers take each other's jobs away"
        )
        raise _IllError(message)
    return f"{now:%Y-%m-%d %H:%M %Z}; compare it with yours"


def _broker() -> str:
    if not settings().broker_url:
        return "none configured: workers take jobs from the database"
    from surveyapp.jobs import broker  # noqa: PLC0415  (it needs what few install)

    return f"{broker.reach(settings())} answers"


def _workers() -> str:
    now = int(time.time())
    query = select(Job).where(Job.state != JobState.DONE).order_by(Job.id)
    with Session(db.engine) as session:
        jobs = session.scalars(query).all()
    failed = [job for job in jobs if job.state == JobState.FAILED]
    alive = [job for job in jobs if job.state != JobState.FAILED]
    late = [job for job in alive if max(job.due_at, job.leased_until or 0) < now - LATE_SECONDS]
    if late or not any(job.kind in PERIODS for job in alive):
        message = "none is at work: “surveyapp serve” runs one, or start “surveyapp worker”"
        raise _IllError(message)
    if failed:
        last = failed[-1]
        message = f"{counted(len(failed), 'job')} given up, such as {last.kind}: {last.fault}"
        raise _IllError(message)
    later = sum(job.fault is not None for job in alive)
    return "at work, nothing is late" + (f"; {counted(later, 'job')} tried again" if later else "")


def _disk() -> str:
    free = shutil.disk_usage(settings().instance).free
    told = f"{free / 1e9:.1f} GB free for {settings().instance}"
    if free < LEAST_FREE_BYTES:
        message = f"{told}: make room, closing a round rewrites the database"
        raise _IllError(message)
    return told
