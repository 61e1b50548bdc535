"""Reports of a closed round, as files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surveyapp.cli.application import counted, log, organisation_option, with_app
from surveyapp.reports import results
from surveyapp.reports.bundle import README, Folder, readme, write_zip
from surveyapp.reports.group import group_of
from surveyapp.reports.making import Format, Step, Wanted, in_language, made, steps
from surveyapp.reports.naming import plain
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Paper
from surveyapp.storage.reports import reported_teams
from surveyapp.storage.rounds import find_organisation, find_round
from surveyapp.web.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from surveyapp.reports.making import Files
    from surveyapp.reports.results import LeaderResult, Survey


def _formats(_context: click.Context, _parameter: click.Parameter, value: str) -> frozenset[Format]:
    words = [word.strip().lower() for word in value.split(",")]
    if unknown := [word for word in words if word not in set(Format)]:
        message = f"“{', '.join(unknown)}” is none of {', '.join(Format)}."
        raise click.BadParameter(message)
    return frozenset(map(Format, words))


@click.command()
@click.argument("name", metavar="ROUND")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--leader", metavar="EMAIL", help="This leader alone.")
@click.option(
    "--format",
    "formats",
    metavar="pdf,xlsx,csv,png,svg",
    callback=_formats,
    default="pdf",
    show_default=True,
    help="One or several, with commas.",
)
@click.option("--zip", "as_zip", is_flag=True, help="All of it in one file.")
@click.option(
    "--paper",
    type=click.Choice([paper.value for paper in Paper]),
    help="Instead of the organisation's own.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Instead of the organisation's own.",
)
@click.option("--group", is_flag=True, help="One more, about all leaders together, for a sponsor.")
@organisation_option
@with_app
def report(  # noqa: PLR0913  (one argument for each option)
    *,
    name: str,
    out: Path,
    leader: str | None,
    formats: frozenset[Format],
    as_zip: bool,
    paper: str | None,
    language: str | None,
    group: bool,
    organisation: str | None,
) -> None:
    """Write the reports of a closed round into a folder.

    Leaders' own views are in them once a result is released. The files hold results: keep them
    as you keep other confidential papers.
    """
    if leader and group:
        message = "A report about all leaders together is about all of them: leave out --leader."
        raise click.UsageError(message)
    with writing() as session:
        asked = find_round(session, find_organisation(session, organisation), name)
        about = reported_teams(session, asked, leader)
        note = f"{','.join(sorted(formats))}: {counted(len(about), 'leader')}"
        log(session, Action.REPORTS_MADE, asked, note, about[0].leader if leader else None)
    found = find_round(db.session, find_organisation(db.session, organisation), name)
    teams = reported_teams(db.session, found, leader)
    chosen = [results.for_report(db.session, team) for team in teams]
    wanted = Wanted(
        formats,
        Paper(paper or found.organisation.paper),
        group_of(chosen, *results.of_everybody(found)) if group else None,
    )
    survey, title = results.survey(found), found.name
    spoken = language or found.organisation.language
    db.session.rollback()  # nothing below reads, and it takes a while
    folder = Folder(out)
    with in_language(spoken):
        if as_zip:
            written = [_write_zip(folder, title, survey, chosen, wanted)]
        else:
            written = _write(folder, survey, chosen, wanted)
    click.echo(f"{counted(len(written), 'file')} in {out}, about {counted(len(chosen), 'leader')}.")


def _write(folder: Folder, survey: Survey, chosen: list[LeaderResult], wanted: Wanted) -> list[str]:
    about: dict[str, str] = {}
    for step, files in _with_bar(steps(chosen, wanted)):
        folder.write(files)
        about |= dict.fromkeys(files, step.what)
    folder.write({README: readme(survey, about).encode()})
    return [*about, README]


def _write_zip(
    folder: Folder, title: str, survey: Survey, chosen: list[LeaderResult], wanted: Wanted
) -> str:
    name = f"reports-{plain(title, 'round')}.zip"
    write_zip(folder.place(name), survey, _with_bar(steps(chosen, wanted)))
    folder.remember(name)
    return name


def _with_bar(todo: list[Step]) -> Iterator[tuple[Step, Files]]:
    with click.progressbar(length=len(todo), label="Reports", file=sys.stderr) as bar:
        for one in made(todo):
            yield one
            bar.update(1)
