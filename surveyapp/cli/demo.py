"""The demo: invented organisations, and the whole product to look around in."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from surveyapp.app import create_app
from surveyapp.cli.application import inside, migrate
from surveyapp.cli.server import HOST, check_port, run_server
from surveyapp.config import (
    DATABASE_FILE,
    KEY_FOLDER,
    OUTBOX_FOLDER,
    SETTINGS_FILE,
    read_settings,
)
from surveyapp.demo import build, cast
from surveyapp.jobs.running import run_job
from surveyapp.jobs.schedule import enqueue
from surveyapp.rounds.dates import zone
from surveyapp.storage.database import writing
from surveyapp.storage.mailings import forget_mails
from surveyapp.storage.models import JobKind, Mailing, Round, State
from surveyapp.web.pages import keys

if TYPE_CHECKING:
    from surveyapp.config import Settings


SUMMARY_FILE = "demo.txt"
MARK = "demo = true\n"
STEPS = 1000


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help="Build it and print the sign-ins only.")
@click.option("--reset", is_flag=True, help="Delete an earlier demo and build it anew.")
def demo(*, port: int, no_serve: bool, reset: bool) -> None:
    """Build the demo organisation (once) and serve it; Ctrl-C ends it, the data stay."""
    address = f"http://{HOST}:{port}"
    settings = read_settings()
    outbox = f"file:{settings.instance / OUTBOX_FOLDER}"  # its people are nobody's
    settings = replace(settings, base_url=address, mail_url=outbox, demo=True)
    if not no_serve:
        check_port(HOST, port)
    marker, kept = settings.instance / SETTINGS_FILE, settings.instance / SUMMARY_FILE
    is_demo = marker.exists() and marker.read_text(encoding="utf-8") == MARK
    if not is_demo and _is_used(settings):
        message = (
            f"{settings.instance} is set up for something that is no demo: nothing was changed."
            " For a demo beside it, set SURVEYAPP_INSTANCE to an empty folder."
        )
        raise click.ClickException(message)
    settings.instance.mkdir(parents=True, exist_ok=True)
    if is_demo and (reset or not kept.exists()):  # unsummarised: building did not come to its end
        _forget(settings.instance)
    marker.write_text(MARK, encoding="utf-8")
    app = create_app(settings)
    with inside(app):
        migrate()
        if not kept.exists():
            kept.write_text(_build(), encoding="utf-8")
        _send_invitations(settings)
    summary = kept.read_text(encoding="utf-8")
    click.echo(summary.format(address=address, outbox=settings.mail_url.removeprefix("file:")))
    if not no_serve:
        run_server(app, HOST, port, workers=2, worker=True)


def _is_used(settings: Settings) -> bool:
    """Whether there is anything that a demo must not touch: a database, a key, a setting."""
    inside = settings.instance
    return (
        (inside / SETTINGS_FILE).exists()
        or settings.database_url != f"sqlite:///{inside / DATABASE_FILE}"
        or settings.key_dir != inside / KEY_FOLDER
        or (inside / DATABASE_FILE).exists()
        or any(settings.key_dir.glob("round-*"))
    )


def _build() -> str:
    """Build the demo; return what to print, with places for the address."""
    with click.progressbar(length=STEPS, label="Building the demo", file=sys.stderr) as bar:

        def progress(_label: str, done: int, total: int) -> None:
            bar.update(max(0, done * STEPS // total - bar.pos))

        summary = build.build(keys(), dt.datetime.now(zone(cast.TIME_ZONE)).date(), progress)
    lines = [
        "The demo is at {address}",
        "  sign in   {address}/account/login, all with the password " + summary.password,
        *(f"            {email}" for email in summary.sign_ins),
        "  answer    {address}" + summary.unused_link,
        "            or {address}/slip with the code " + summary.unused_slip,
        "            (both are unused and work once; --reset makes new ones)",
        "  mails     {outbox}",
        "  Ctrl-C ends it; the data stay.",
    ]
    return "\n".join(lines)


def _send_invitations(settings: Settings) -> None:
    """Write the open rounds' mails, unless they are there with the links of this address."""
    outbox = Path(settings.mail_url.removeprefix("file:"))
    mail = next(outbox.glob("*-invitation*.eml"), None)
    if mail and f"{settings.base_url}/answer/" in mail.read_text(encoding="utf-8"):
        return
    with writing() as session:
        opened = session.scalars(select(Round).where(Round.state == State.OPEN)).all()
        for found in opened:  # their links open another address now
            forget_mails(session, found.id, Mailing.INVITATION)
        jobs = [enqueue(session, JobKind.INVITE, found.public_id) for found in opened]
        session.flush()
        ids = [job.id for job in jobs]
    for job_id in ids:
        run_job(job_id, keys(), settings)


def _forget(instance: Path) -> None:
    """Delete a demo's data."""
    for folder in (KEY_FOLDER, OUTBOX_FOLDER):
        shutil.rmtree(instance / folder, ignore_errors=True)
    (instance / SUMMARY_FILE).unlink(missing_ok=True)
    for path in instance.glob(f"{DATABASE_FILE}*"):
        path.unlink()
