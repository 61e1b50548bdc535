"""Organisations: each is a client of its own, whose people see nothing of the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
from sqlalchemy import func, select

from surveyapp.cli.accounts import check_address
from surveyapp.cli.application import counted, organisation_option, with_app
from surveyapp.core.errors import DomainError
from surveyapp.rounds import dates
from surveyapp.storage import accounts, audit
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Organisation, Person, RoleName
from surveyapp.storage.rounds import find_organisation
from surveyapp.web.starting import starting_link

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

time_zone_option = click.option(
    "--time-zone",
    default="UTC",
    show_default=True,
    metavar="ZONE",
    help="Where its days begin and end, such as Europe/Berlin.",
)


class TakenNameError(DomainError):
    """Another organisation has this short name."""


def establish(session: Session, name: str, admin: str, time_zone: str) -> str:
    """Make an organisation with its administrator; returns how that one signs in.

    Raises `TakenNameError` if another one has the same short name.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "organisation"
    if session.scalar(select(Organisation.id).where(Organisation.slug == slug)):
        message = f"There is an organisation “{slug}” already: choose another name."
        raise TakenNameError(message)
    owner = Organisation(slug=slug, name=name, time_zone=time_zone)
    session.add(owner)
    session.flush()
    account = accounts.ensure_account(session, admin, admin)
    accounts.grant(session, account, owner, RoleName.ADMIN)
    note = f"{RoleName.ADMIN}: account {account.id}"
    audit.record(session, owner, audit.COMMAND, Action.ROLE_GRANTED, note=note)
    if account.entered or account.password:
        return f"{account.email} signs in as before, and finds “{name}” there."
    link = starting_link(account)
    return f"{account.email} chooses a password, once “surveyapp serve” runs, at {link}"


@click.group()
def organisation() -> None:
    """Keep several organisations apart: one for each client."""


@organisation.command()
@click.argument("name")
@click.option("--admin", metavar="EMAIL", required=True, help="Its first administrator.")
@time_zone_option
@with_app
def add(*, name: str, admin: str, time_zone: str) -> None:
    """Make another organisation, without people, and its first administrator.

    Its short name, which other commands take as --organisation, is made of the name.
    """
    check_address(admin)
    dates.zone(time_zone)
    with writing() as session:
        how = establish(session, name, admin, time_zone)
    click.echo(how)
    click.echo(f"Its days begin and end in {time_zone}; surveyapp time-zone changes that.")


@click.command("time-zone")
@click.argument("zone", required=False)
@organisation_option
@with_app
def time_zone(*, zone: str | None, organisation: str | None) -> None:
    """Say in which time zone an organisation's days begin and end, or choose another one.

    ZONE is a name such as Europe/Berlin. It stays as it is while a round is open.
    """
    with writing() as session:
        owner = find_organisation(session, organisation)
        if zone is not None:
            dates.choose_zone(session, owner, zone)
            note = f"time zone {zone}"
            audit.record(session, owner, audit.COMMAND, Action.SETTINGS_CHANGED, note=note)
        click.echo(
            f"{owner.name} is in {owner.time_zone}: it is {dates.now(owner):%Y-%m-%d %H:%M}."
        )


@organisation.command("list")
@with_app
def list_() -> None:
    """List the organisations: short name, name, people on the roster."""
    people = (
        select(func.count())
        .where(Person.organisation_id == Organisation.id, Person.counts_as.is_(None))
        .scalar_subquery()
    )
    for slug, name, count in db.session.execute(
        select(Organisation.slug, Organisation.name, people).order_by(Organisation.slug)
    ):
        click.echo(f"{slug:<30} {name}, {counted(count, 'person', 'people')}")
