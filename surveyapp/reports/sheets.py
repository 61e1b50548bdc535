"""Results as rows: what the workbook and the CSV files hold. Displayed values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flask_babel import format_date
from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.words.scales import HALF_POINTS
from surveyapp.core.checkin import EVERY_ITEM
from surveyapp.core.position import Zone
from surveyapp.core.publication import Withheld
from surveyapp.core.questionnaire import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from surveyapp.reports.results import LeaderResult

Cell: TypeAlias = "str | float | None"
NARROW, MIDDLE, WIDE = 12, 22, 60
"""Widths of columns, in letters."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet."""

    title: str
    width: int
    meaning: str
    """What the sheet of definitions says of it."""


@dataclass(frozen=True)
class Sheet:
    """Rows under a heading."""

    name: str
    """Names its file as well: lower case."""
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheets(results: Sequence[LeaderResult]) -> list[Sheet]:
    """Return all sheets of some leaders of one round, in the order given."""
    found = [_positions(results), _scales(results), _items(results), _comments(results)]
    return [*found, _definitions(found, results[0])]


def _leader() -> Column:
    return Column(_("Leader"), MIDDLE, _("Whom the result is about. The order says nothing."))


def _positions(results: Sequence[LeaderResult]) -> Sheet:
    written, own, guess = _("in words"), _("own view"), _("guess")
    pulls = [words.zone_title(zone) for zone in Zone]
    meaning = _(
        "Pull of the answers towards this pole, from 0 to 1, as displayed. The first and the last"
        " step are merged: see the words beside it."
    )
    columns = (
        _leader(),
        Column(_("Reads as"), MIDDLE, _("The place on the map in words, or why there is none.")),
        *(
            column
            for pull in pulls
            for column in (
                Column(pull, NARROW, meaning),
                Column(f"{pull}, {written}", MIDDLE, _("The same number as the page writes it.")),
            )
        ),
        Column(
            _("Likely cases of 10"),
            NARROW,
            _("In how many of 10 likely cases the first named zone holds, rounded down."),
        ),
        Column(_("Who answered"), MIDDLE, _("Which part of the team answered, in bands.")),
        Column(_("The amount of supervision"), MIDDLE, _("People’s own word on what they get.")),
        *(
            Column(name, MIDDLE, _("How many people say so, in quarters; only if many answered."))
            for name in (_("too little"), _("just right"), _("too much"))
        ),
        Column(_("Rule of thumb"), MIDDLE, _("What closeness and experience alone would say.")),
        *(
            Column(name, NARROW, _("Closeness that the rule lets pass; only if many answered."))
            for name in (_("Rule of thumb, from"), _("Rule of thumb, to"))
        ),
        Column(_("Kind of hands-off"), MIDDLE, _("Freedom, or being left alone; hands-off only.")),
        Column(_("Agreement"), MIDDLE, _("How far people see it alike.")),
        Column(_("Change"), MIDDLE, _("What may be said since an earlier round.")),
        *(
            Column(f"{pull}, {own}", NARROW, _("The same pull in the leader’s own answers."))
            for pull in pulls
        ),
        *(
            Column(f"{pull}, {guess}", NARROW, _("The same pull where the leader guessed to be."))
            for pull in pulls
        ),
    )
    rows = tuple(tuple(_position_row(result)) for result in results)
    return Sheet("positions", _("Positions"), columns, rows)


def _position_row(result: LeaderResult) -> Iterator[Cell]:
    reading, threshold = result.reading, result.survey.threshold
    publication, position = reading.publication, reading.position
    yield result.leader
    yield words.reading(publication)
    written = words.pulls(position) if position else [""] * len(Zone)
    for place, said in enumerate(written):
        yield position.parts[place] / position.steps if position else None
        yield said
    yield position.tenths if position and position.zones else None
    yield words.value_or_reason(publication.participation, threshold, words.participation)
    yield from _fit_cells(result)
    alike = publication.agreement
    yield words.value_or_reason(alike, threshold, words.agreement) if alike else ""
    yield _change_cell(result)
    places = reading.places
    for shares in (places.own, places.guess) if places else (None, None):
        yield from (round(part, 2) for part in shares.as_tuple()) if shares else [None] * len(Zone)


def _fit_cells(result: LeaderResult) -> Iterator[Cell]:
    fit, threshold = result.reading.publication.fit, result.survey.threshold
    if fit is None:
        yield from ("",) * 8
        return
    yield words.value_or_reason(fit.people, threshold, words.people_verdict)
    yield from (said for _n, _q, said in words.bars(fit.bars)) if fit.bars else ("",) * 3
    yield words.value_or_reason(fit.rule, threshold, words.rule_verdict)
    target = result.reading.target
    yield from (round(end, 2) for end in target) if target else (None, None)
    kind = fit.hands_off
    yield words.value_or_reason(kind, threshold, words.hands_off) if kind else ""


def _change_cell(result: LeaderResult) -> str:
    change, earlier = result.reading.publication.change, result.reading.earlier
    if change is None or earlier is None:
        return ""
    return words.value_or_reason(
        change.change, result.survey.threshold, lambda said: words.change(said, earlier[0])
    )


def _scales(results: Sequence[LeaderResult]) -> Sheet:
    ends = _("If few answered, the band in which the average lies; if many, its likely range.")
    columns = (
        _leader(),
        Column(_("Scale"), NARROW, _("What the questions were about.")),
        Column(_("In words"), WIDE, _("What the average tells, as one of five bands.")),
        Column(_("Average"), NARROW, _("From 0 to 1, as displayed; only if many answered.")),
        Column(_("Average, in words"), MIDDLE, _("The same number or band as the page writes it.")),
        Column(_("From"), NARROW, ends),
        Column(_("To"), NARROW, ends),
        Column(_("Own view"), NARROW, _("The leader’s own value, from 0 to 1.")),
        Column(_("Own view, in words"), MIDDLE, _("The leader’s own view against the team’s.")),
    )
    rows = tuple(row for result in results for row in _scale_rows(result))
    return Sheet("scales", _("Scales"), columns, rows)


def _scale_rows(result: LeaderResult) -> Iterator[tuple[Cell, ...]]:
    reading = result.reading
    for name, track in reading.tracks.items():
        title = words.scale(name)[0]
        if isinstance(track, Withheld):
            said = words.withheld(track, result.survey.threshold)
            yield (result.leader, title, said, *[None] * 6)
            continue
        low, high = track.span or (None, None)
        yield (
            result.leader,
            title,
            words.sentence(words.band(name, track.scale.band)),
            track.dot,
            words.average(track.scale, track.span),
            low,
            high,
            None if track.own is None else round(track.own, 2),
            words.own_view(track.view, reading.audience) if track.view else "",
        )


def _items(results: Sequence[LeaderResult]) -> Sheet:
    columns = (
        _leader(),
        Column(_("Question"), WIDE, _("As it was asked.")),
        Column(_("Average"), NARROW, _("From 1 to 5 in half points, as displayed.")),
        Column(_("Average, in words"), WIDE, _("The same number as the page writes it.")),
    )
    rows = tuple(
        (result.leader, _(item.text), None, words.withheld_item(mean, result.survey.threshold))
        if isinstance(mean, Withheld)
        else (result.leader, _(item.text), mean / HALF_POINTS, words.item_mean(mean))
        for result in results
        for item in EVERY_ITEM.values()
        if (mean := result.reading.publication.items.get(item.id)) is not None
    )
    return Sheet("items", _("Items"), columns, rows)


def _comments(results: Sequence[LeaderResult]) -> Sheet:
    columns = (
        _leader(),
        Column(_("Question"), WIDE, _("As it was asked.")),
        Column(_("Comment"), WIDE, _("In people’s own words, in an order that says nothing.")),
    )
    rows: list[tuple[Cell, ...]] = []
    for result in results:
        for question in COMMENTS:
            texts = result.reading.publication.comments[question.id]
            if isinstance(texts, Withheld):
                texts = (words.withheld_comments(texts, result.survey.comment_threshold),)
            rows += [(result.leader, _(question.text), said) for said in texts]
    return Sheet("comments", _("Comments"), columns, tuple(rows))


def _definitions(found: Sequence[Sheet], first: LeaderResult) -> Sheet:
    survey = first.survey
    about: list[tuple[Cell, ...]] = [
        (_("Round"), "", f"{survey.organisation}, {survey.name}"),
        (_("Last day of answers"), "", format_date(survey.closed_on, "long")),
        (_("People needed for results"), "", float(survey.threshold)),
        (_("People needed for comments"), "", float(survey.comment_threshold)),
        (_("For development only"), "", words.caution()),
    ]
    meanings = [
        (sheet.title, column.title, column.meaning) for sheet in found for column in sheet.columns
    ]
    columns = (
        Column(_("Sheet"), MIDDLE, ""),
        Column(_("Column"), MIDDLE, ""),
        Column(_("Meaning"), WIDE, ""),
    )
    return Sheet("definitions", _("Definitions"), columns, (*about, *meanings))
