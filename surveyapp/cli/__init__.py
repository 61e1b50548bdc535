"""The `surveyapp` command: thin, each command one call into the rooms below."""

from __future__ import annotations

import os
import sys
from typing import Any

import click
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from surveyapp.cli.accounts import account
from surveyapp.cli.audit import audit
from surveyapp.cli.backup import backup, restore
from surveyapp.cli.bounces import bounces
from surveyapp.cli.demo import demo
from surveyapp.cli.doctor import doctor
from surveyapp.cli.organisations import organisation
from surveyapp.cli.person import person
from surveyapp.cli.purge import purge
from surveyapp.cli.ratings import score
from surveyapp.cli.reports import report
from surveyapp.cli.roster import roster
from surveyapp.cli.round_dates import time_zone
from surveyapp.cli.rounds import round_
from surveyapp.cli.server import init, serve
from surveyapp.cli.slips import slips
from surveyapp.cli.statistics import stats
from surveyapp.cli.worker import worker
from surveyapp.config import read_settings
from surveyapp.core.errors import DomainError
from surveyapp.mail_server import SettingsError

PRIVATE = 0o077
"""Whatever a command writes, the database and the keys first of all, is for its owner alone."""


class _Group(click.Group):
    """Shows what a user can mend as one clear message on stderr, with exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (click's own signature)
        try:
            return super().invoke(ctx)
        except (DomainError, SettingsError) as error:
            message = str(error)
        except OSError as error:
            message = f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
        except OperationalError as error:
            url = make_url(read_settings().database_url)  # its text shows no password
            message = f"The database {url} (SURVEYAPP_DATABASE_URL) cannot be used: {error.orig}"
        click.echo(message, err=True)
        sys.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="surveyapp")
def main() -> None:
    """Anonymous ratings of trust and supervision, and a map of where each leader sits.

    Start with `surveyapp demo`, or with `surveyapp init --admin EMAIL` for real use.
    """
    os.umask(PRIVATE)


for command in (
    demo,
    init,
    serve,
    worker,
    roster,
    round_,
    slips,
    report,
    account,
    organisation,
    time_zone,
    score,
    stats,
    audit,
    backup,
    restore,
    bounces,
    doctor,
    purge,
    person,
):
    main.add_command(command)
