"""A person's data on request, and their deletion."""

from __future__ import annotations

import json

import click

from surveyapp.cli.application import organisation_option, with_app
from surveyapp.cli.purge import tell
from surveyapp.jobs import purging
from surveyapp.storage import audit
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action
from surveyapp.storage.personal import personal_data
from surveyapp.storage.rounds import find_organisation
from surveyapp.storage.subjects import subject_by_email
from surveyapp.web.pages import settings

ANSWERS = (
    "Answers are not in it: they are stored without any sign of whose they are, and are destroyed"
    " when a round is closed. Nobody can find one person's."
)


@click.group()
def person() -> None:
    """Give somebody what is kept about them, or delete it."""


@person.command()
@click.argument("email")
@click.option(
    "--with-notes",
    is_flag=True,
    help="What coaches noted about them, too: hear the coach first (Art. 15(4) GDPR).",
)
@organisation_option
@with_app
def data(*, email: str, with_notes: bool, organisation: str | None) -> None:
    """Print what is kept about somebody, as JSON: for that person, nobody else.

    A leader's own views, agreements and released results are in it.
    """
    with writing() as session:
        owner = find_organisation(session, organisation)
        found = subject_by_email(session, owner, email)
        note = "with coaches' notes" if with_notes else ""
        audit.record(
            session, owner, audit.COMMAND, Action.PERSON_SHOWN, person=found.person, note=note
        )
        kept = personal_data(session, owner, found, private=True, notes=with_notes)
    click.echo(json.dumps(kept, ensure_ascii=False, indent=2))
    click.echo(ANSWERS, err=True)


@person.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@organisation_option
@with_app
def delete(*, email: str, yes: bool, organisation: str | None) -> None:
    """Delete somebody's name, address, account, and their results if they led a team.

    How many people a round asked stays. Answers cannot be found, so they cannot be deleted. The
    next roster brings somebody back who is in it. Exit code 3 if any of it is still found.
    """
    owner = find_organisation(db.session, organisation)
    found = subject_by_email(db.session, owner, email)
    owner_id = owner.id
    one = found.person.id if found.person else None
    account = found.account.id if found.account else None
    db.session.rollback()
    if not yes:
        click.confirm(f"Delete {email} and what is kept about them, for good?", abort=True)
    words = purging.forget(settings(), owner_id, audit.COMMAND, person=one, account=account)
    proof = purging.prove(settings(), words)
    click.echo(f"{email} is deleted.")
    tell(proof)
