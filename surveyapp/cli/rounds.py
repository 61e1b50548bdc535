"""A round's life, and the slips that let people in."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surveyapp.anonymity import disclosure
from surveyapp.cli.application import counted, organisation_option, with_app
from surveyapp.jobs import schedule
from surveyapp.reports.slips import TeamSlips, slip_sheets
from surveyapp.rounds import closing, opening, releasing
from surveyapp.rounds import slips as drawing
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Channel, JobKind, Round, State
from surveyapp.storage.rounds import asked_by, find_organisation, find_round, round_summaries
from surveyapp.web.pages import keys, settings, today

if TYPE_CHECKING:
    import datetime as dt

    from surveyapp.storage.models import Organisation


PURPOSE = "Results are for development only, never for pay, ranking or dismissal."
LOOPBACK = ("http://127.0.0.1", "http://localhost")
json_option = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@click.group("round")
def round_() -> None:
    """Create, open, close, release a round."""


@round_.command()
@click.argument("name")
@click.option(
    "--closes",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="YYYY-MM-DD",
    help="Last day on which answers are taken.",
)
@click.option("--threshold", default=disclosure.DEFAULT_THRESHOLD, show_default=True)
@click.option(
    "--comment-threshold", default=disclosure.DEFAULT_COMMENT_THRESHOLD, show_default=True
)
@organisation_option
@json_option
@with_app
def create(
    *,
    name: str,
    closes: dt.datetime,
    threshold: int,
    comment_threshold: int,
    organisation: str | None,
    as_json: bool,
) -> None:
    """Make a draft. Nobody is asked before it is opened."""
    if closes.date() < today():
        message = f"{closes.date()} is past: nobody could answer until then."
        raise click.BadParameter(message, param_hint="--closes")
    with writing() as session:
        owner = find_organisation(session, organisation)
        made = opening.create_round(
            session,
            owner,
            name,
            closes.date(),
            threshold=threshold,
            comment_threshold=comment_threshold,
        )
        _warn(threshold, comment_threshold)
        _show(made, as_json=as_json)


@round_.command("open")
@click.argument("name")
@organisation_option
@json_option
@with_app
def open_(*, name: str, organisation: str | None, as_json: bool) -> None:
    """Freeze the roster, take answers from now on, and send the invitations.

    Before an organisation's first round this accepts that results are for development only.
    """
    with writing() as session:
        owner = find_organisation(session, organisation)
        found = find_round(session, owner, name)
        _accept_purpose(owner, as_json=as_json)
        opening.open_round(session, found, keys(), today())
        schedule.enqueue(session, JobKind.INVITE, found.public_id)
        _show(found, as_json=as_json)
        asked = asked_by(session, found)
    if not as_json:
        _say_how_people_are_asked(asked, name)


@round_.command()
@click.argument("name")
@organisation_option
@json_option
@with_app
def join(*, name: str, organisation: str | None, as_json: bool) -> None:
    """Invite people who came onto the roster, into a team of an open round, since it opened."""
    with writing() as session:
        found = find_round(session, find_organisation(session, organisation), name)
        joined = opening.invite_late(session, found, keys(), today())
        if joined:
            schedule.enqueue(session, JobKind.INVITE, found.public_id)
        _show(found, as_json=as_json)
        asked = asked_by(session, found)
    if not as_json:
        click.echo(f"{counted(joined, 'person', 'people')} joined.")
        if joined:
            _say_how_people_are_asked(asked, name)


def _accept_purpose(owner: Organisation, *, as_json: bool) -> None:
    """Ask on a terminal; a script that opens a round accepts it by doing so."""
    if owner.purpose_accepted_on is not None:
        return
    if sys.stdin.isatty() and not as_json:
        click.confirm(f"{PURPOSE} Do you accept this for {owner.name}?", abort=True)
    else:
        click.echo(f"{PURPOSE} By opening this round you accept it.", err=True)
    opening.accept_purpose(owner, "the administrator, on the command line", today())


def _say_how_people_are_asked(asked: dict[Channel, int], name: str) -> None:
    if by_mail := asked[Channel.MAIL]:
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
        early = found.state == State.OPEN and today() <= last
    if early and not yes and not as_json and sys.stdin.isatty():
        click.confirm(f"“{title}” takes answers until {last}. Close it now for good?", abort=True)
    with click.progressbar(length=teams, label="Counting", hidden=as_json, file=sys.stderr) as bar:
        destroyed = closing.close(round_id, keys(), lambda _team: bar.update(1))
    with writing() as session:
        _show(session.get_one(Round, round_id), as_json=as_json)
    if not destroyed:
        click.echo(
            "The single answers are not destroyed yet: another program is reading the database."
            " Run this command once more in a minute.",
            err=True,
        )
        raise SystemExit(1)


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
        _show(found, as_json=as_json)
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
        click.echo(json.dumps([_document(row.round) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        dates = f"until {row.round.closes_on}"
        click.echo(
            f"{row.round.name:<30} {row.round.state:<9} {dates}  {counted(row.teams, 'team')},"
            f" {row.invited} invited"
        )
    if not rows:
        click.echo("No round yet: surveyapp round create NAME --closes YYYY-MM-DD")


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
    if not settings().demo and settings().base_url.startswith(LOOPBACK):
        click.echo(
            f"The slips will say {settings().base_url}, which nobody else can open: set"
            " SURVEYAPP_BASE_URL before you print them.",
            err=True,
        )
    with writing() as session:
        found = find_round(session, find_organisation(session, organisation), name)
        drawn = drawing.draw(session, found, keys())
        sheets = slip_sheets(
            organisation=found.organisation.name,
            round_name=found.name,
            closes_on=found.closes_on,
            base_url=settings().base_url,
            teams=[
                TeamSlips(team.leader_name, team.team.name, team.fingerprint, codes)
                for team, codes in drawn.items()
            ],
        )
        # Before the hashes are kept: there must never be hashes whose slips nobody has.
        _write_private(out, sheets)
    if any(len(codes) == 1 for codes in drawn.values()):
        click.echo(
            "A team has one slip alone: everybody knows whose it is. Let them answer by mail if"
            " you can.",
            err=True,
        )
    count = sum(len(codes) for codes in drawn.values())
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


def _warn(threshold: int, comment_threshold: int) -> None:
    if threshold < disclosure.DEFAULT_THRESHOLD:
        click.echo(f"With {threshold} people answers are easier to guess; 5 is advised.", err=True)
    if comment_threshold < disclosure.DEFAULT_COMMENT_THRESHOLD:
        click.echo(
            f"With {comment_threshold} people comments are easier to trace; 10 is advised.",
            err=True,
        )


def _document(shown: Round) -> dict[str, str]:
    return {
        "id": shown.public_id,
        "name": shown.name,
        "state": shown.state,
        "closes_on": str(shown.closes_on),
    }


def _show(shown: Round, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_document(shown), ensure_ascii=False))
    else:
        click.echo(f"“{shown.name}” is {shown.state}; its last day is {shown.closes_on}.")
