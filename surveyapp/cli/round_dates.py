"""A round's dates on the command line: when it opens, reminds, closes, is released, comes again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from surveyapp.anonymity import thresholds
from surveyapp.cli.application import json_option, log, organisation_option, with_app
from surveyapp.rounds import dates, opening
from surveyapp.rounds.reminders import reminders, spread
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action, ReleaseOn, State, TeamSees
from surveyapp.storage.rounds import find_organisation, find_round

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from surveyapp.rounds.dates import Dates
    from surveyapp.storage.models import Round

ON_CLOSING, BY_HAND = "on-closing", "by-hand"
DATE = "YYYY-MM-DD"


def _day(written: str) -> dt.date:
    """Read a date, as ISO 8601 writes it."""
    try:
        return dt.date.fromisoformat(written)
    except ValueError as error:
        message = f"{written!r} is no date: write it as {DATE}, such as 2027-04-30."
        raise click.BadParameter(message) from error


def _release(written: str) -> dt.date | str:
    """Read when results are released: at closing, on a date, or by somebody."""
    return written if written in {ON_CLOSING, BY_HAND} else _day(written)


def date_options(*, closes_required: bool) -> Callable[[Any], Any]:
    """Add the options for all dates of a round."""
    options = (
        click.option("--opens", type=_day, metavar=DATE, help="Opens by itself on this day."),
        click.option(
            "--closes",
            type=_day,
            required=closes_required,
            metavar=DATE,
            help="Last day on which answers are taken, until midnight.",
        ),
        click.option(
            "--remind",
            type=_day,
            multiple=True,
            metavar=DATE,
            help="Reminds everybody on this day; up to three times. Without it, a new round of a"
            " week or more has one or two reminders.",
        ),
        click.option("--no-reminders", is_flag=True, help="Reminds nobody."),
        click.option(
            "--release",
            type=_release,
            metavar=f"{ON_CLOSING}|{DATE}|{BY_HAND}",
            help="When leaders see their results by themselves; by hand if left out.",
        ),
        click.option(
            "--every",
            type=int,
            metavar="WEEKS",
            help=f"When it is closed, a draft of the next one is made, which opens so many weeks"
            f" after this one: {dates.FEWEST_WEEKS} at least, since who is asked more often answers"
            " less, and people need time to see a change. 0: no next one.",
        ),
    )

    def add(command: Any) -> Any:  # noqa: ANN401  (as click's own decorators)
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.command()
@click.argument("name")
@date_options(closes_required=True)
@click.option("--threshold", default=thresholds.DEFAULT_THRESHOLD, show_default=True)
@click.option(
    "--comment-threshold", default=thresholds.DEFAULT_COMMENT_THRESHOLD, show_default=True
)
@click.option(
    "--team-sees",
    type=click.Choice([when.value for when in TeamSees]),
    default=TeamSees.AFTER_SEVEN_DAYS.value,
    show_default=True,
    help="When a team sees the map of its own result; the promise says it.",
)
@organisation_option
@json_option
@with_app
def create(
    *,
    name: str,
    threshold: int,
    comment_threshold: int,
    team_sees: str,
    organisation: str | None,
    as_json: bool,
    **given: Any,  # noqa: ANN401  (the options of dates)
) -> None:
    """Make a draft. Nobody is asked before it is opened, by somebody or on its day.

    Days begin and end in the organisation's time zone: see “surveyapp time-zone”.
    """
    with writing() as session:
        owner = find_organisation(session, organisation)
        today = dates.today(owner)
        planned = _changed(dates.Dates(given["closes"]), **given)
        if not (given["remind"] or given["no_reminders"]):
            first = planned.opens_on or today
            planned = replace(planned, reminders=spread(first, planned.closes_on))
        made = opening.create_round(
            session,
            owner,
            name,
            planned.closes_on,
            threshold=threshold,
            comment_threshold=comment_threshold,
        )
        dates.plan(made, planned, today)
        made.team_sees = team_sees
        log(session, Action.ROUND_CREATED, made, f"last day {made.closes_on}")
        _warn(threshold, comment_threshold, planned)
        show(made, as_json=as_json)


@click.command()
@click.argument("name")
@date_options(closes_required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@organisation_option
@json_option
@with_app
def move(
    *,
    name: str,
    yes: bool,
    organisation: str | None,
    as_json: bool,
    **given: Any,  # noqa: ANN401  (the options of dates)
) -> None:
    """Give a draft other dates, or an open round a later last day.

    While a round is open its last day moves to a later one only, and only before it is over:
    people were told until when they can answer. Nothing opens again.
    """
    with writing() as session:
        owner = find_organisation(session, organisation)
        found = find_round(session, owner, name)
        today = dates.today(owner)
        if found.state == State.DRAFT:
            planned = _changed(dates.Dates.of(found), **given)
            dates.plan(found, planned, today)
            _warn(found.threshold, found.comment_threshold, planned)
            log(session, Action.ROUND_MOVED, found, f"draft, last day {found.closes_on}")
        elif given["closes"] is None or any(given[k] for k in given if k != "closes"):
            message = f"“{found.name}” is {found.state}: nothing but --closes moves now."
            raise dates.DatesError(message)
        else:
            before = found.closes_on
            dates.move_closing(session, found, given["closes"], today)
            if not (yes or as_json):
                question = (
                    f"Everybody can answer until the end of {found.closes_on} instead of {before}."
                    " It cannot be moved back. Go on?"
                )
                click.confirm(question, abort=True)
            log(session, Action.ROUND_MOVED, found, f"last day {found.closes_on}")
        show(found, as_json=as_json)


def _changed(  # noqa: PLR0913  (one for each option)
    before: Dates,
    *,
    opens: dt.date | None,
    closes: dt.date | None,
    remind: Sequence[dt.date],
    no_reminders: bool,
    release: dt.date | str | None,
    every: int | None,
) -> Dates:
    """Return dates with those changed that somebody gave."""
    if remind and no_reminders:
        message = "--remind and --no-reminders contradict each other."
        raise click.UsageError(message)
    changed = replace(
        before, opens_on=opens or before.opens_on, closes_on=closes or before.closes_on
    )
    if remind or no_reminders:
        changed = replace(changed, reminders=tuple(sorted(remind)))
    if release is not None:
        day = release if isinstance(release, dt.date) else None
        changed = replace(changed, releases_on=day, release_at_closing=release == ON_CLOSING)
    return changed if every is None else replace(changed, repeat_weeks=every or None)


def _warn(threshold: int, comment_threshold: int, planned: Dates) -> None:
    if threshold < thresholds.DEFAULT_THRESHOLD:
        click.echo(f"With {threshold} people answers are easier to guess; 5 is advised.", err=True)
    if comment_threshold < thresholds.DEFAULT_COMMENT_THRESHOLD:
        click.echo(
            f"With {comment_threshold} people comments are easier to trace; 10 is advised.",
            err=True,
        )
    if planned.overlaps_next:
        click.echo(
            f"Every {planned.repeat_weeks} weeks the next round would open before this one's last"
            " day is over; rounds take turns, so it comes a whole period later.",
            err=True,
        )


def document(shown: Round) -> dict[str, Any]:
    """Return a round for scripts."""
    return {
        "id": shown.public_id,
        "name": shown.name,
        "state": shown.state,
        "opens_on": shown.opens_on and str(shown.opens_on),
        "closes_on": str(shown.closes_on),
        "reminders": [str(day) for day in reminders(shown)],
        "release_on": shown.release_on,
        "releases_on": shown.releases_on and str(shown.releases_on),
        "repeat_weeks": shown.repeat_weeks,
    }


def show(shown: Round, *, as_json: bool) -> None:
    """Say where a round stands, and what its dates will do."""
    if as_json:
        click.echo(json.dumps(document(shown), ensure_ascii=False))
        return
    click.echo(
        f"“{shown.name}” is {shown.state}; its last day is {shown.closes_on}, until midnight in"
        f" {shown.organisation.time_zone}."
    )
    if shown.opens_on and shown.state == State.DRAFT:
        click.echo(f"It opens by itself on {shown.opens_on}.")
    if shown.state not in {State.DRAFT, State.OPEN}:
        return
    if days := reminders(shown):
        click.echo(f"Everybody is reminded on {', '.join(map(str, days))}.")
    if shown.release_on == ReleaseOn.CLOSING:
        click.echo("Leaders see their results as soon as it is closed.")
    if shown.releases_on:
        click.echo(f"Leaders see their results on {shown.releases_on}.")
    if shown.repeat_weeks:
        click.echo(f"It comes again every {shown.repeat_weeks} weeks.")
