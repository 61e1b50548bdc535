"""The demo: invented organisations, and the whole product to look around in."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from surveyapp.app import create_app
from surveyapp.cli.application import migrate
from surveyapp.cli.server import HOST, check_port, run_server
from surveyapp.config import DATABASE_FILE, KEY_FOLDER, SETTINGS_FILE, read_settings
from surveyapp.demo import build
from surveyapp.web.pages import keys, today

if TYPE_CHECKING:
    from pathlib import Path

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
    settings = replace(read_settings(), base_url=address, demo=True)
    if not no_serve:
        check_port(port)
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
    with app.app_context():
        migrate()
        if not kept.exists():
            kept.write_text(_build(), encoding="utf-8")
    click.echo(kept.read_text(encoding="utf-8").format(address=address))
    if not no_serve:
        run_server(app, HOST, port, workers=2)


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

        summary = build.build(keys(), today(), progress)
    lines = [
        "The demo is at {address}",
        "  sign in   {address}/account/login, all with the password " + summary.password,
        *(f"            {email}" for email in summary.sign_ins),
        "  answer    {address}/slip with the unused code "
        + summary.unused_slip
        + " (it works once; --reset makes new ones)",
        "  Ctrl-C ends it; the data stay.",
    ]
    return "\n".join(lines)


def _forget(instance: Path) -> None:
    """Delete a demo's data."""
    shutil.rmtree(instance / KEY_FOLDER, ignore_errors=True)
    (instance / SUMMARY_FILE).unlink(missing_ok=True)
    for path in instance.glob(f"{DATABASE_FILE}*"):
        path.unlink()
