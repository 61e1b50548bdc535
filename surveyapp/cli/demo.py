"""The demo: invented organisations, and the whole product to look around in."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING

import click

from surveyapp.app import create_app
from surveyapp.cli.application import migrate
from surveyapp.cli.server import HOST, run_server
from surveyapp.config import SETTINGS_FILE, read_settings
from surveyapp.demo import build
from surveyapp.web.pages import keys, today

if TYPE_CHECKING:
    from pathlib import Path


SUMMARY_FILE = "demo.txt"
STEPS = 1000


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help="Build it and print the sign-ins only.")
@click.option("--reset", is_flag=True, help="Delete an earlier demo and build it anew.")
def demo(*, port: int, no_serve: bool, reset: bool) -> None:
    """Build the demo organisation (once) and serve it; Ctrl-C ends it, the data stay."""
    settings = read_settings()
    if not no_serve and not _is_free(port):
        message = f"Port {port} is taken: choose another one with --port (make run PORT=8001)."
        raise click.ClickException(message)
    marker, kept = settings.instance / SETTINGS_FILE, settings.instance / SUMMARY_FILE
    if not settings.demo and (settings.instance / "surveyapp.sqlite").exists():
        message = f"{settings.instance} holds an installation that is no demo: nothing was changed."
        raise click.ClickException(message)
    settings.instance.mkdir(parents=True, exist_ok=True)
    if not marker.exists():
        marker.write_text("demo = true\n", encoding="utf-8")
    if reset or not kept.exists():  # without its summary, building did not come to its end
        _forget(settings.instance)
    app = create_app()
    with app.app_context():
        migrate()
        if not kept.exists():
            kept.write_text(_build(), encoding="utf-8")
    click.echo(kept.read_text(encoding="utf-8").format(address=f"http://{HOST}:{port}"))
    if not no_serve:
        run_server(app, HOST, port, workers=2)


def _build() -> str:
    """Build the demo; return what to print, with places for the address."""
    with click.progressbar(length=STEPS, label="Building the demo") as bar:

        def progress(_label: str, done: int, total: int) -> None:
            bar.update(max(0, done * STEPS // total - bar.pos))

        summary = build.build(keys(), today(), progress)
    lines = [
        "The demo is at {address}",
        "  sign in   {address}/account/login, all with the password " + summary.password,
        *(f"            {email}" for email in summary.sign_ins),
        "  answer    {address}/slip with the unused code " + summary.unused_slip,
        "  Ctrl-C ends it; the data stay.",
    ]
    return "\n".join(lines)


def _forget(instance: Path) -> None:
    """Delete a demo's data, which its settings file marks as a demo."""
    for path in instance.iterdir():
        if path.name == "keys":
            shutil.rmtree(path)
        elif path.name.startswith("surveyapp.sqlite") or path.name == SUMMARY_FILE:
            path.unlink()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex((HOST, port)) != 0
