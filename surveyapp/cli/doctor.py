"""Looking whether an installation is well: one line for each thing, with the mend if it is not."""

from __future__ import annotations

import datetime as dt
import sys
import time
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import click
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from surveyapp.cli import surroundings
from surveyapp.cli.application import counted, with_app
from surveyapp.cli.backup import read_copies
from surveyapp.cli.surroundings import IllError, others_may_open
from surveyapp.config import Settings, setting_sources
from surveyapp.core.errors import DomainError
from surveyapp.jobs import health
from surveyapp.mail.composing import Letterhead, Recipient
from surveyapp.mail.delivering import open_post, sender_address
from surveyapp.mail.outbox import Outbox
from surveyapp.mail.results import trial
from surveyapp.mail.smtp import Smtp
from surveyapp.mail_server import PREFIX, MailServer
from surveyapp.rounds import keycheck
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Job, JobState, Round, State
from surveyapp.web.pages import keys, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRET: Final = frozenset(setting.name for setting in fields(Settings) if not setting.repr)
"""Settings that are a password or may hold one."""

POSTGRESQL: Final = {
    "fsync": ("on", LOSES := "may lose answers in a power cut"),
    "full_page_writes": ("on", LOSES),
    "log_statement": ("none", TELLS := "writes into its log what is written, and when"),
    "log_min_duration_statement": ("-1", TELLS),
}
"""What its settings have to be, and what it does otherwise."""


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
        _Check("address", surroundings.address),
        _Check("clock", surroundings.clock),
        _Check("broker", _broker),
        _Check("workers", _workers),
        _Check("files", surroundings.files),
        _Check("disk", surroundings.disk),
    ):
        try:
            click.echo(f"well  {check.name:<9} {check.look()}")
        except (DomainError, OSError) as error:
            ill += 1
            click.echo(f"ILL   {check.name:<9} {error}")
    if ill:
        click.echo(f"{counted(ill, 'thing')} to fix.", err=True)
        sys.exit(1)


def _settings() -> Iterator[str]:
    for name, source in setting_sources().items():
        value = getattr(settings(), name)
        is_secret = name == "secret_key" or (name in SECRET and source != "default")
        shown = "(not shown)" if is_secret else value
        yield f"{PREFIX + name.upper():<24} {source:<14} {shown}"


def _database() -> str:
    with writing() as session:
        rounds = session.scalar(select(func.count()).select_from(Round))
        for name, (wanted, why) in POSTGRESQL.items() if _is_postgresql() else ():
            if (found := session.scalar(text(f"SHOW {name}"))) != wanted:
                message = f"PostgreSQL has {name} = {found}, and {why}: set it to {wanted}"
                raise IllError(message)
    return f"{db.engine.dialect.name}, can be written to; {counted(rounds or 0, 'round')}"


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _keys() -> str:
    folder = keys().path
    loose = [path for path in (folder, *folder.glob("*")) if others_may_open(path)]
    if loose:
        message = f"others may open {loose[0]}: chmod go= {folder} {folder}/*"
        raise IllError(message)
    query = select(func.count()).where(Round.state.in_((State.OPEN, State.CLOSING)))
    with writing() as session:
        opened = session.scalar(query) or 0
        faults = keycheck.faults(session, keys())
    if faults:
        raise IllError(faults[0])
    for copy in keys().known_copies():
        if any(
            name.endswith(".key") and not (folder / name).exists() for name in read_copies(copy)
        ):
            message = (
                f"{copy} holds the key of a round that is over: whoever has it and a copy of the"
                f" database can still read the answers. Delete it: shred -u {copy}"
            )
            raise IllError(message)
    said = f"{folder}, for its owner alone; {counted(opened, 'open round')}, no key missing"
    if folder.resolve().is_relative_to(settings().instance.resolve()):
        said += (
            f"; copies of {settings().instance} would hold data and keys together: leave the keys"
            f" out of them, or set {PREFIX}KEY_DIR to a folder elsewhere"
        )
    return said


def _mail(to: str | None) -> str:
    outbox = Outbox.of(settings())
    if outbox and not settings().demo:
        message = (
            f"nobody gets any: they are files in {outbox.folder}. Set"
            f" {PREFIX}MAIL_URL=smtp://user:password@host:587"
        )
        raise IllError(message)
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
        raise IllError(message)
    signed_in = "signed in" if server.user else "without signing in"
    return f"{server.host}:{server.port}, {'encrypted' if encrypted else 'local'}, {signed_in}"


def _broker() -> str:
    if not settings().broker_url:
        return "none configured: workers take jobs from the database"
    from surveyapp.jobs import broker  # noqa: PLC0415  (it needs what few install)

    return f"{broker.reach(settings())} answers"


def _workers() -> str:
    now = time.time()
    work = health.work(now)
    if not work.has_workers(now):
        message = "none is at work: “surveyapp serve” runs one, or start “surveyapp worker”"
        raise IllError(message)
    if work.late:
        message = (
            f"{counted(work.late, 'job')} should have begun minutes ago: whoever is at work is busy"
            " with others, or hangs; start one more “surveyapp worker”"
        )
        raise IllError(message)
    if work.failed:
        query = select(Job).where(Job.state == JobState.FAILED).order_by(Job.id.desc())
        with Session(db.engine) as session:
            last = session.scalars(query.limit(1)).one()
        message = (
            f"{counted(work.failed, 'job')} given up, such as {last.kind}: {last.fault} Mend that,"
            " then do again in the browser or by command what asked for it"
        )
        raise IllError(message)
    later = f"; {counted(work.put_off, 'job')} tried again" if work.put_off else ""
    return "at work, nothing is late" + later
