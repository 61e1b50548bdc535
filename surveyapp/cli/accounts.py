"""People who sign in, and what they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask_security import hash_password

from surveyapp.cli.application import counted, organisation_option, with_app
from surveyapp.storage import accounts as stored
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import RoleName
from surveyapp.storage.rounds import find_organisation

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORTEST_PASSWORD = 12


@click.group()
def account() -> None:
    """People who sign in, their roles, and whom a coach coaches."""


def ask_password() -> str:
    """Ask for a new password twice, hidden; a script pipes it in as two equal lines."""
    while len(typed := click.prompt("New password", hide_input=True, confirmation_prompt=True)) < (
        SHORTEST_PASSWORD
    ):
        click.echo(f"Please use at least {SHORTEST_PASSWORD} characters.", err=True)
    return str(typed)


@account.command()
@click.argument("email")
@click.option("--name", help="The person's name; the address if left out.")
@with_app
def add(*, email: str, name: str | None) -> None:
    """Make an account, or give an existing one a new password."""
    if "@" not in email:
        message = f"{email!r} is not an e-mail address."
        raise click.BadParameter(message)
    password = ask_password()
    with writing() as session:
        found = stored.ensure_account(session, email, name or email)
        found.password = hash_password(password)
        found.fs_uniquifier = stored.new_uniquifier()  # ends every session of the old password
    click.echo(f"{email.lower()} can sign in now. Give it a role: surveyapp account grant.")


@account.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in RoleName]), required=True)
@click.option("--leader", "leaders", metavar="EMAIL", multiple=True, help="Whom a coach coaches.")
@click.option("--all-leaders", is_flag=True, help="A coach of every leader there is now.")
@organisation_option
@with_app
def grant(
    *, email: str, role: str, leaders: Sequence[str], all_leaders: bool, organisation: str | None
) -> None:
    """Give an account a role in an organisation."""
    if (leaders or all_leaders) and role != RoleName.COACH:
        message = "--leader and --all-leaders belong to --role coach."
        raise click.UsageError(message)
    coached = 0
    with writing() as session:
        owner = find_organisation(session, organisation)
        found = stored.find_account(session, email)
        stored.grant(session, found, owner, RoleName(role))
        if leaders or all_leaders:
            coached = stored.coach(session, found, owner, None if all_leaders else leaders)
        granted = f"{found.email} is {role} of {owner.name}."
    click.echo(granted + (f" Coaches {counted(coached, 'leader')}." if coached else ""))


@account.command("list")
@organisation_option
@with_app
def list_(*, organisation: str | None) -> None:
    """List who may sign in to an organisation, and as what."""
    for found, roles in stored.accounts(db.session, find_organisation(db.session, organisation)):
        can_sign_in = "" if found.password else "  (no password yet: surveyapp account add)"
        click.echo(f"{found.email:<40} {', '.join(roles)}{can_sign_in}")
