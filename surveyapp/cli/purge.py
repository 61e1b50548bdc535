"""Removing rounds that were kept long enough, and showing that nothing of them is left."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from surveyapp.cli.application import counted, json_option, organisation_option, with_app
from surveyapp.jobs import purging
from surveyapp.storage import audit
from surveyapp.storage.database import db
from surveyapp.storage.rounds import find_organisation
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    import datetime as dt

    from surveyapp.jobs.purging import Proof
    from surveyapp.rounds.purging import Purged

LEFT = 3
ELSEWHERE = (
    "Backups, a database server's own logs and copies of reports are elsewhere: they go by their"
    " own dates."
)


@click.command()
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="YYYY-MM-DD",
    help="Rounds whose last day is before this day.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would go; change nothing.")
@organisation_option
@json_option
@with_app
def purge(
    *, before: dt.datetime, yes: bool, dry_run: bool, organisation: str | None, as_json: bool
) -> None:
    """Remove closed and discarded rounds, their results, and people whom nobody asks any more.

    Open rounds, and closed ones whose answers are not destroyed yet, are not touched. Afterwards
    the database is searched for what was removed: exit code 3 if anything is found.
    """
    owner = find_organisation(db.session, organisation)
    owner_id, name, day = owner.id, owner.name, before.date()
    db.session.rollback()
    found = purging.would_purge(owner_id, day)
    if not dry_run and found.rounds and not yes:
        click.confirm(f"Remove {_what(found)} of {name}, for good?", abort=True, err=True)
    if dry_run:
        proof = None
    else:
        found, proof = purging.purge(settings(), owner_id, day, audit.COMMAND)
    if as_json:
        click.echo(json.dumps(_document(found, proof)))
    else:
        click.echo(f"{'Would remove' if dry_run else 'Removed'} {_what(found)}.")
    if proof:
        tell(proof, silent=as_json)


def _what(found: Purged) -> str:
    return (
        f"{counted(len(found.rounds), 'round')}, {counted(found.people, 'person', 'people')} and"
        f" {counted(found.accounts, 'account')}"
    )


def _document(found: Purged, proof: Proof | None) -> dict[str, object]:
    return {
        "rounds": list(found.rounds),
        "people": found.people,
        "accounts": found.accounts,
        "proof": asdict(proof) if proof else None,
    }


def tell(proof: Proof, *, silent: bool = False) -> None:
    """Say what a search after a deletion found; end with exit code 3 if anything is left."""
    if not silent:
        where = counted(proof.files, "file") if proof.files else "no file: a server has them"
        click.echo(
            f"Looked for {counted(proof.words, 'name, address or id', 'names, addresses and ids')}"
            f" in every column of the database, and byte by byte in {where}."
        )
        click.echo("Nothing of them is left." if proof.holds else "Not all of it is gone:")
        click.echo(ELSEWHERE)
    if not proof.erased:
        message = (
            "The database's files are not written anew yet: another program is reading them. Run"
            " this command once more in a minute; the worker tries as well."
        )
        click.echo(message, err=True)
    if proof.places:
        where = ", ".join(proof.places)
        click.echo(f"Other people's words still name somebody removed: {where}.", err=True)
    if proof.left:
        click.echo(f"{proof.left} of them are still in the database's files.", err=True)
    if not proof.holds:
        sys.exit(LEFT)
