"""People files: a dry run, and the import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from surveyapp.cli.application import counted, organisation_option, with_app
from surveyapp.jobs import schedule
from surveyapp.roster import correcting
from surveyapp.roster.applying import apply
from surveyapp.roster.checking import check_file
from surveyapp.storage import audit
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action, JobKind
from surveyapp.storage.rounds import find_organisation

if TYPE_CHECKING:
    from surveyapp.roster.checking import Roster

people_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def roster() -> None:
    """People files, CSV or XLSX: columns name, email, leader_email; optional team, language.

    One row per person and leader. Members without an address leave email blank and answer by slip.
    """


@roster.command()
@people_file
def check(*, file: Path) -> None:
    """Dry run: name every fault by row, column and value; change nothing."""
    _describe(check_file(file))
    click.echo("No faults. Import it: surveyapp roster import FILE")


@roster.command("import")
@people_file
@organisation_option
@with_app
def import_(*, file: Path, organisation: str | None) -> None:
    """Make the roster what the file says: all of it, or nothing if there is a fault."""
    read = check_file(file)
    _describe(read)
    with writing() as session:
        owner = find_organisation(session, organisation)
        changes = apply(session, owner, read)
        note = f"{changes.added} added, {changes.kept} kept, {changes.removed} gone"
        audit.record(session, owner, audit.COMMAND, Action.ROSTER_IMPORTED, note=note)
    click.echo(
        f"Imported: {changes.added} added, {changes.kept} kept, {changes.removed} no longer in"
        f" the file; {counted(changes.accounts, 'new account')} for leaders."
    )


@roster.command()
@click.argument("old")
@click.argument("new")
@organisation_option
@with_app
def correct(*, old: str, new: str, organisation: str | None) -> None:
    """Correct the address OLD of somebody to NEW, and send them their open invitation again."""
    with writing() as session:
        owner = find_organisation(session, organisation)
        found = correcting.find(session, owner, old)
        for opened in correcting.correct(session, found, found.name, new, found.language or ""):
            schedule.enqueue(session, JobKind.INVITE, opened.public_id)
        audit.record(session, owner, audit.COMMAND, Action.PERSON_CORRECTED, person=found)
    click.echo(f"{old} is {new} from now on. Put it into your people file as well.")


def _describe(read: Roster) -> None:
    click.echo(
        f"{counted(len(read.people), 'person', 'people')}, {counted(read.leader_count, 'leader')}"
        f" on {counted(read.levels, 'level')},"
        f" {read.without_mail_count} without email."
    )
    if read.unplaced:
        names = ", ".join(person.name for person in read.unplaced[:5])
        more = "" if len(read.unplaced) <= 5 else f" and {len(read.unplaced) - 5} more"  # noqa: PLR2004  (names that fit a line)
        click.echo(f"In no team, so nobody asks them: {names}{more}.", err=True)
