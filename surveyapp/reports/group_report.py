"""The report about all leaders together, for a sponsor: without names, without small groups."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.chart import Table
from surveyapp.charts.portfolio import portfolio
from surveyapp.charts.words import quality as quality_words
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.fit import Verdict
from surveyapp.core.position import Zone
from surveyapp.core.publication import PublishedPosition, PublishedScale, Withheld
from surveyapp.reports.document import (
    Cover,
    Part,
    Piece,
    Report,
    drawn,
    how,
    pair,
    rows,
    table,
    text,
)
from surveyapp.reports.group import FEWEST_LEADERS, counted, places, third

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from surveyapp.core.publication import Publication
    from surveyapp.reports.group import Group


def group_report(group: Group) -> Report:
    """Put the report about all leaders together."""
    survey = group.survey
    title = _("How leaders are seen")
    leaders = ngettext("%(num)s leader", "%(num)s leaders", len(group.publications))
    cover = Cover(
        title,
        _("All leaders together"),
        [
            (_("Round"), survey.name),
            (_("Last day of answers"), format_date(survey.closed_on, "long")),
            (_("About"), leaders),
        ],
        _(
            "Nothing in here is about one leader. For development only, never for pay, ranking or"
            " dismissal."
        ),
    )
    found = (_map(group), _themes(group), _total(group), _quality(group), _method(group))
    return Report(
        title=words.labelled(title, f"{survey.organisation}, {survey.name}"),
        survey=survey,
        running=f"{_('All leaders together')} · {survey.name}",
        cover=cover,
        parts=[part for part in found if part],
    )


def _map(group: Group) -> Part:
    shown = places(group)
    label = _("The map")
    if not shown:
        return Part(
            "map",
            label,
            _("No map: it would point to single leaders"),
            text(
                _(
                    "Places without names are shown if %(num)s leaders or more have one, and if"
                    " they differ enough that nobody’s can be told from the others’.",
                    num=FEWEST_LEADERS,
                )
            ),
        )
    says = ngettext(
        "%(num)s leader without a name in one triangle; the table counts them.",
        "%(num)s leaders without names in one triangle; the table counts them.",
        len(shown),
    )
    chart = replace(portfolio([("", place) for place in shown]), says=says)
    notes = how(
        _(
            "Each dot is one leader, seen by the people whom they lead. The closer it is to a"
            " corner, the stronger the answers pull that way. A ring stands where the answers name"
            " no single zone."
        ),
        _(
            "All places are rounded to tenths, whatever the size of the team. Leaders at the same"
            " place are laid side by side around it; which of them is further out means nothing."
        ),
        _("Do not try to find out who is who: the report is of no use to the leaders then."),
        beside=True,
    )
    return Part(
        "map",
        label,
        _("Where leaders lie"),
        pair([*drawn(chart, 110), *text(says)], notes, 0.66),
        new_page=True,
    )


def _themes(group: Group) -> Part:
    tables: list[Piece] = []
    for caption, values, name_of in _questions(group):
        found = counted(values)
        cells = tuple(
            (name_of(value) if value is not None else _("all others"), str(number))
            for value, number in found.items()
        )
        tables += table(Table(caption, (_("Reads as"), _("Leaders")), cells))
    half = (len(tables) + 1) // 2
    pieces = pair(tables[:half], tables[half:], 0.5) if tables else []
    nothing = _(
        "Nothing to show: leaders are counted in groups of %(num)s or more only, and only where"
        " they differ.",
        num=FEWEST_LEADERS,
    )
    return Part(
        "themes",
        _("Themes"),
        _("How many leaders read alike"),
        (pieces or text(nothing, "quiet"))
        + how(
            _(
                "Leaders are counted in groups of %(num)s or more. Smaller groups are part of “all"
                " others”, together with leaders of whom this is not shown. Where too few would be"
                " left, the whole table is missing.",
                num=FEWEST_LEADERS,
            ),
        ),
    )


def _questions(
    group: Group,
) -> Iterator[tuple[str, Iterable[str | None], Callable[[str], str]]]:
    found = group.publications
    yield (
        _("The zone that the answers point to"),
        [_zone(publication) for publication in found],
        lambda value: words.zone_title(Zone(value)),
    )
    for name in words.SCALES:
        title, _meaning, low, high = words.scale(name)
        ends = {"low": low, "middle": _("in between"), "high": high}
        yield title, [third(one.scales.get(name)) for one in found], ends.__getitem__
    yield (
        _("The amount of supervision"),
        [_word(one.fit and one.fit.people) for one in found],
        lambda value: words.people_verdict(Verdict(value)),
    )
    yield (
        _("Agreement"),
        [_word(one.agreement) for one in found],
        lambda value: words.agreement(AgreementWord(value)),
    )


def _word(value: object) -> str | None:
    return None if value is None or isinstance(value, Withheld) else str(value)


def _zone(publication: Publication) -> str | None:
    position = publication.position
    return position.zone if isinstance(position, PublishedPosition) else None


def _total(group: Group) -> Part | None:
    total = group.total
    if total is None or isinstance(total.position, Withheld):
        return None
    averages = tuple(
        (
            words.scale(name)[0],
            words.sentence(words.band(name, scale.band)),
            words.average(scale, None) or "\N{EN DASH}",
        )
        for name in words.SCALES
        if isinstance(scale := total.scales.get(name), PublishedScale)
    )
    head = (_("Scale"), _("In words"), _("Average"))
    return Part(
        "total",
        _("Everybody together"),
        words.position_in_words(total.position),
        [
            *text(words.averages(total)),
            *table(Table(_("Averages of all people together"), head, averages)),
            *how(_("All people who answered in this round, whoever leads them.")),
        ],
    )


def _quality(group: Group) -> Part | None:
    quality = group.quality
    if quality is None or isinstance(quality.straight_lining, Withheld):
        return None
    facts = [
        (_("Same answer everywhere"), quality_words.straight_lining(quality.straight_lining)),
        *(
            (
                quality_words.scale_name(name),
                words.labelled(_("Teams differ"), quality_words.spread(level.spread)),
            )
            for name, level in quality.levels.items()
            if not isinstance(level, Withheld)
        ),
    ]
    return Part(
        "quality",
        _("How good the answers are"),
        quality_words.takeaway(quality),
        [
            *rows("facts", facts),
            *text(_("Do not rank leaders: part of every difference between two teams is chance.")),
        ],
    )


def _method(group: Group) -> Part:
    survey = group.survey
    return Part(
        "method",
        _("Method"),
        _("How this came about, and what is not shown"),
        [
            *text(
                _(
                    "People answered 17 questions about how they are led. A leader’s results"
                    " are shown if %(num)s people or more answered; this report is made from"
                    " those results alone, and names nobody.",
                    num=survey.threshold,
                )
            ),
            *text(
                _(
                    "Leaders are shown without names, and only if there are %(num)s or more."
                    " Departments, teams, comments and single questions are left out: in a"
                    " small group they would point to single leaders.",
                    num=FEWEST_LEADERS,
                )
            ),
            *text(
                _(
                    "Do not hand out two reports about nearly the same leaders: side by side"
                    " they would give away those who are in one alone."
                ),
                "strong",
            ),
            *text(words.caution(), "caution"),
        ],
        new_page=True,
    )
