"""A round's life."""

from __future__ import annotations

import json
import shlex
import sys
import time
from typing import TYPE_CHECKING

import click
from sqlalchemy.orm import Session

from surveyapp.cli.application import (
    counted,
    json_option,
    log,
    organisation_option,
    warn_of_address,
    with_app,
)
from surveyapp.cli.round_dates import create, document, move, show
from surveyapp.jobs import calendar, schedule
from surveyapp.rounds import closing, dates, opening, releasing
from surveyapp.storage import audit
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Channel, JobKind, Round, State
from surveyapp.storage.rounds import asked_by, find_organisation, find_round, round_summaries
from surveyapp.web.pages import keys, settings

if TYPE_CHECKING:
    from surveyapp.storage.models import Organisation


PURPOSE = "Results are for development only, never for pay, ranking or dismissal."


@click.group("round")
def round_() -> None:
    """Create, open, close, release a round; what has a date happens by itself."""


for command in (create, move):
    round_.add_command(command)


@round_.command("open")
@click.argument("name")
@organisation_option
@json_option
@with_app
def open_(*, name: str, organisation: str | None, as_json: bool) -> None:
    """Freeze the roster, take answers from now on, and send the invitations.

    Before an organisation's first round this accepts that results are for development only.
    """
    with Session(db.engine) as session:
        owner = find_organisation(session, organisation)
        find_round(session, owner, name)
        drawn = opening.draw_keys(len(opening.teams_asked(session, owner.id)))
    with writing() as session:
        owner = find_organisation(session, organisation)
        found = find_round(session, owner, name)
        _accept_purpose(session, owner, as_json=as_json)
        opening.open_round(session, found, keys(), dates.today(owner), drawn)
        schedule.enqueue(session, JobKind.INVITE, found.public_id)
        asked = asked_by(session, found)
        note = f"last day {found.closes_on}, {counted(sum(asked.values()), 'invitation')}"
        log(session, Action.ROUND_OPENED, found, note)
        show(found, as_json=as_json)
    if not as_json:
        _say_how_people_are_asked(asked, name)


@round_.command()
@click.argument("name")
@click.option("--others-than-left", is_flag=True, help="Newcomers are other people than leavers.")
@organisation_option
@json_option
@with_app
def join(*, name: str, others_than_left: bool, organisation: str | None, as_json: bool) -> None:
    """Invite people who came onto the roster, into a team of an open round, since it opened.

    Invitations that a mail server refused, or that came back, are tried once more.
    """
    with writing() as session:
        owner = find_organisation(session, organisation)
        found = find_round(session, owner, name)
        joined = opening.invite_late(
            session, found, keys(), dates.today(owner), others_than_left=others_than_left
        )
        schedule.enqueue(session, JobKind.INVITE, found.public_id)
        if joined:
            log(session, Action.ROUND_JOINED, found, counted(joined, "invitation"))
        show(found, as_json=as_json)
        asked = asked_by(session, found)
    if not as_json:
        click.echo(f"{counted(joined, 'person', 'people')} joined.")
        if joined:
            _say_how_people_are_asked(asked, name)


def _accept_purpose(session: Session, owner: Organisation, *, as_json: bool) -> None:
    """Ask on a terminal; a script that opens a round accepts it by doing so."""
    if owner.purpose_accepted_on is not None:
        return
    if sys.stdin.isatty() and not as_json:
        click.confirm(f"{PURPOSE} Do you accept this for {owner.name}?", abort=True)
    else:
        click.echo(f"{PURPOSE} By opening this round you accept it.", err=True)
    opening.accept_purpose(owner, "the administrator, on the command line", dates.today(owner))
    audit.record(session, owner, audit.COMMAND, Action.PURPOSE_ACCEPTED)


def _say_how_people_are_asked(asked: dict[Channel, int], name: str) -> None:
    if by_mail := asked[Channel.MAIL]:
        warn_of_address("The invitations")
        click.echo(
            f"Invitations to {counted(by_mail, 'person', 'people')} are sent by the worker:"
            " “surveyapp serve” runs one, “surveyapp worker --once” sends them now."
        )
    if asked[Channel.SLIP]:
        click.echo(f"Print the slips next: surveyapp slips {shlex.quote(name)} --out slips.pdf")


@round_.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask before the last day.")
@organisation_option
@json_option
@with_app
def close(*, name: str, yes: bool, organisation: str | None, as_json: bool) -> None:
    """Count, publish, and destroy the single answers. Cannot be undone."""
    with writing() as session:
        found = find_round(session, find_organisation(session, organisation), name)
        round_id, title, last, teams = found.id, found.name, found.closes_on, len(found.teams)
        early = found.state == State.OPEN and dates.today(found.organisation) <= last
    if early and not yes and not as_json and sys.stdin.isatty():
        click.confirm(f"“{title}” takes answers until {last}. Close it now for good?", abort=True)
    with click.progressbar(length=teams, label="Counting", hidden=as_json, file=sys.stderr) as bar:
        destroyed = closing.close(round_id, keys(), lambda _team: bar.update(1))
    _tell(round_id, destroyed=destroyed, as_json=as_json)


def _tell(round_id: int, *, destroyed: bool, as_json: bool) -> None:
    calendar.clear_up(settings(), round_id, time.time())
    with writing() as session:
        show(session.get_one(Round, round_id), as_json=as_json)
    if not destroyed:
        click.echo(
            "The single answers are not destroyed yet: another program is reading the database,"
            " or its disk is full. Run this command once more in a minute.",
            err=True,
        )
        raise SystemExit(1)


@round_.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@organisation_option
@json_option
@with_app
def discard(*, name: str, yes: bool, organisation: str | None, as_json: bool) -> None:
    """Destroy a round with its answers, uncounted: one that is held, or whose key is lost."""
    found = find_round(db.session, find_organisation(db.session, organisation), name)
    round_id, title = found.id, found.name
    db.session.rollback()
    if not yes:
        click.confirm(f"Destroy “{title}” and every answer in it, for good?", abort=True)
    destroyed = closing.discard(round_id, keys())
    _tell(round_id, destroyed=destroyed, as_json=as_json)


@round_.command()
@click.argument("name")
@click.option("--leader", metavar="EMAIL", help="To this leader alone.")
@organisation_option
@json_option
@with_app
def release(*, name: str, leader: str | None, organisation: str | None, as_json: bool) -> None:
    """Let leaders see their results."""
    with writing() as session:
        found = find_round(session, find_organisation(session, organisation), name)
        count = releasing.release(found, leader)
        leaders = [team.leader for team in found.teams]
        only = next((one for one in leaders if leader and one.email == leader.lower()), None)
        log(session, Action.RESULT_RELEASED, found, counted(count, "leader"), only)
        show(found, as_json=as_json)
        if not as_json:
            click.echo(f"Released to {counted(count, 'leader')}.")


@round_.command("list")
@organisation_option
@json_option
@with_app
def list_(*, organisation: str | None, as_json: bool) -> None:
    """List the rounds, the newest first."""
    rows = round_summaries(db.session, find_organisation(db.session, organisation))
    if as_json:
        click.echo(json.dumps([document(row.round) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        dates = f"until {row.round.closes_on}"
        click.echo(
            f"{row.round.name:<30} {row.round.state:<9} {dates}  {counted(row.teams, 'team')},"
            f" {row.invited} invited"
        )
    if not rows:
        click.echo("No round yet: surveyapp round create NAME --closes YYYY-MM-DD")
