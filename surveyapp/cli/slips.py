"""Printing the slips that let people in who have no mail."""

from __future__ import annotations

import os
from pathlib import Path

import click

from surveyapp.cli.application import counted, log, organisation_option, warn_of_address, with_app
from surveyapp.reports.slips import round_sheets
from surveyapp.rounds import slips as drawing
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action
from surveyapp.storage.rounds import find_organisation, find_round
from surveyapp.web.pages import keys, settings


@click.command()
@click.argument("name", metavar="ROUND")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@organisation_option
@with_app
def slips(*, name: str, out: Path, organisation: str | None) -> None:
    """Print single-use codes for the members who answer by slip, as a PDF.

    Works once per round: only a keyed hash of each code is kept, and nobody can tell which slips
    are used. Delete the file once it is printed.
    """
    warn_of_address("The slips")
    with writing() as session:
        found = find_round(session, find_organisation(session, organisation), name)
        drawn = drawing.draw(session, found, keys())
        count = sum(len(codes) for codes in drawn.values())
        log(session, Action.SLIPS_PRINTED, found, counted(count, "slip"))
        sheets = round_sheets(found, drawn, settings().base_url)
        # Before the hashes are kept: there must never be hashes whose slips nobody has.
        _write_private(out, sheets)
    if any(len(codes) == 1 for codes in drawn.values()):
        click.echo(
            "A team has one slip alone: everybody knows whose it is. Let them answer by mail if"
            " you can.",
            err=True,
        )
    said = f"{counted(count, 'slip')} for {counted(len(drawn), 'team')} in {out}."
    click.echo(f"{said} Print it, then delete it: whoever has the file can answer with it.")


def _write_private(path: Path, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        message = f"{path} exists already: name another file."
        raise click.ClickException(message) from error
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise click.ClickException(message) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
