"""The `surveyapp` command: thin, each command one call into the rooms below.

A command is imported when it is called: for `--help` none, for `score` no database.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
from pkgutil import resolve_name
from typing import Any, Final

import click

from surveyapp.core.errors import DomainError
from surveyapp.mail_server import SettingsError

PRIVATE = 0o077
"""Whatever a command writes, the database and the keys first of all, is for its owner alone."""
COMMANDS: Final = {
    "demo:demo": "Build the demo organisation (once) and serve it; Ctrl-C ends it, the data stay.",
    "server:init": "Make a new, empty installation: folders, keys, database, first account.",
    "server:serve": "Serve the pages until Ctrl-C or SIGTERM, which lets requests in hand come to"
    " their end.",
    "worker:worker": "Keep the dates of rounds, send emails and reseal open boxes as they fall due,"
    " until Ctrl-C.",
    "roster:roster": "People files, CSV or XLSX: columns name, email, leader_email; optional team,"
    " language.",
    "rounds:round_": "Create, open, close, release a round; what has a date happens by itself.",
    "slips:slips": "Print single-use codes for the members who answer by slip, as a PDF.",
    "reports:report": "Write the reports of a closed round into a folder.",
    "accounts:account": "People who sign in, their roles, and whom a coach coaches.",
    "organisations:organisation": "Keep several organisations apart: one for each client.",
    "organisations:time_zone": "Say in which time zone an organisation's days begin and end, or"
    " choose another one.",
    "score:score": "Score the answers in FILE, a CSV file with one row per answer.",
    "stats:stats": "Describe the ratings in FILE, a CSV file with one row per rater.",
    "audit:audit": "Attack this installation as somebody would who holds its data.",
    "backup:backup": "Copy the whole database into FILE, while the server runs.",
    "backup:restore": "Fill a new, empty installation from FILE; on another kind of database if you"
    " like.",
    "bounces:bounces": "Note which mails came back, from the notices that mail servers sent (RFC"
    " 3464).",
    "doctor:doctor": "Look whether this installation is well; exit code 1 if something is not.",
    "purge:purge": "Remove closed and discarded rounds, their results, and people whom nobody asks"
    " any more.",
    "person:person": "Give somebody what is kept about them, or delete it.",
}
"""Where each command stands, its name at the end, and the first sentence that it says of itself."""


class _Listed(click.Command):
    """A command before it is called: what `--help` shows of it."""

    def __init__(self, place: str, about: str) -> None:
        super().__init__(place.partition(":")[2].rstrip("_").replace("_", "-"), help=about)
        self.place = place

    def loaded(self) -> click.Command:
        """Import the command itself, and what it needs."""
        gc.disable()  # nothing that is imported is garbage, and looking for it takes a tenth longer
        try:
            found: click.Command = resolve_name(f"{__name__}.{self.place}")
        finally:
            gc.enable()
        return found


class _Group(click.Group):
    """Shows what a user can mend as one clear message on stderr, with exit code 1."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, named, rest = super().resolve_command(ctx, args)
        return name, named.loaded() if isinstance(named, _Listed) else named, rest

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (click's own signature)
        try:
            return super().invoke(ctx)
        except (DomainError, SettingsError) as error:
            message = str(error)
        except OSError as error:
            message = f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
        except Exception as error:
            # Without SQLAlchemy at work, nothing of it was raised.
            fault = sys.modules.get("surveyapp.cli.application")
            message = fault.database_fault(error) if fault else ""
            if not message:
                raise
        click.echo(message, err=True)
        sys.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="surveyapp")
def main() -> None:
    """How trusted and how supervised people feel, and a map of where that puts each leader.

    Start with `surveyapp demo`, or with `surveyapp init --admin EMAIL` for real use.
    """
    os.umask(PRIVATE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not leave keys on the disk


for place, about in COMMANDS.items():
    main.add_command(_Listed(place, about))
