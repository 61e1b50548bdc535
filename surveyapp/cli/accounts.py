"""People who sign in, and what they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from surveyapp.cli.application import counted, organisation_option, with_app
from surveyapp.roster.checking import ADDRESS
from surveyapp.storage import accounts as stored
from surveyapp.storage import audit
from surveyapp.storage.coaching import coach_leaders
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Grant, Organisation, RoleName
from surveyapp.storage.rounds import find_organisation
from surveyapp.web.starting import starting_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Account


@click.group()
def account() -> None:
    """People who sign in, their roles, and whom a coach coaches."""


@account.command()
@click.argument("email")
@click.option("--name", help="The person's name; the address if left out.")
@with_app
def add(*, email: str, name: str | None) -> None:
    """Make an account and print its first sign-in link; for an existing one, a new link.

    The link works once and for a week. Whoever opens it chooses the password.
    """
    check_address(email)
    with writing() as session:
        found = stored.ensure_account(session, email, name or email)
        link = starting_link(found)
        _note(session, found, Action.ROLE_GRANTED, "first sign-in link")
    click.echo(f"{email.lower()} chooses a password at {link}")


def _note(session: Session, found: Account, action: Action, what: str) -> None:
    """Write it into the log of each organisation that the account belongs to; of all, if of none.

    Whoever has no role yet may get one anywhere.
    """
    theirs = select(Organisation).where(
        Organisation.id.in_(select(Grant.organisation_id).where(Grant.account_id == found.id))
    )
    every = session.scalars(theirs).all() or session.scalars(select(Organisation)).all()
    for owner in sorted(every, key=lambda one: one.id):  # one order, as they are locked
        audit.record(session, owner, audit.COMMAND, action, note=f"account {found.id}: {what}")


def check_address(email: str) -> None:
    """Refuse what cannot be an address as bad usage."""
    if not ADDRESS.fullmatch(email):
        message = f"{email!r} is not an email address."
        raise click.BadParameter(message)


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
            coached = coach_leaders(session, found, owner, None if all_leaders else leaders)
        note = f"{role}: account {found.id}" + (
            f", {counted(coached, 'leader')}" if coached else ""
        )
        audit.record(session, owner, audit.COMMAND, Action.ROLE_GRANTED, note=note)
        granted = f"{found.email} is {role} of {owner.name}."
    click.echo(granted + (f" Coaches {counted(coached, 'leader')}." if coached else ""))


@account.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in RoleName]), required=True)
@organisation_option
@with_app
def revoke(*, email: str, role: str, organisation: str | None) -> None:
    """Take a role in an organisation away from an account.

    The last administrator's stays. A coach's files are kept, for when the role comes back.
    """
    with writing() as session:
        owner = find_organisation(session, organisation)
        found = stored.find_account(session, email)
        if role not in stored.roles_of(session, owner, found.email):
            message = f"{found.email} is no {role} of {owner.name}."
            raise stored.AccountError(message)
        stored.take(session, found, owner, RoleName(role))
        note = f"{role}: account {found.id}"
        audit.record(session, owner, audit.COMMAND, Action.ROLE_TAKEN, note=note)
        revoked = f"{found.email} is no longer {role} of {owner.name}."
    click.echo(revoked)


@account.command()
@click.argument("email")
@with_app
def reset(*, email: str) -> None:
    """Take away the second step and the passkeys of somebody who lost them.

    The password stays; sessions end. Make sure who asks you for it.
    """
    with writing() as session:
        found = stored.find_account(session, email)
        stored.reset(session, found)
        _note(session, found, Action.SIGN_IN_RESET, "second step, passkeys, sessions")
        address = found.email
    click.echo(f"{address} signs in without a second step and has no passkeys; all sessions ended.")


@account.command("list")
@organisation_option
@with_app
def list_(*, organisation: str | None) -> None:
    """List who may sign in to an organisation, and as what."""
    for found, roles in stored.accounts(db.session, find_organisation(db.session, organisation)):
        can_sign_in = "" if found.password else "  (no password yet: surveyapp account add)"
        click.echo(f"{found.email:<40} {', '.join(roles)}{can_sign_in}")
