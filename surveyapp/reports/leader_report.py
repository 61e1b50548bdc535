"""One leader's report: a cover, the result in the page's words, the guide, a form to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.core.checkin import EVERY_ITEM
from surveyapp.core.guide import Audience, Role
from surveyapp.core.publication import COARSE_STEPS, Reason, Withheld
from surveyapp.core.questionnaire import COMMENTS
from surveyapp.reports.document import Cover, Part, Piece, Report, how, pair, rows, text
from surveyapp.reports.leader_agreement import what_next
from surveyapp.reports.leader_parts import result_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from surveyapp.charts.chart import Chart
    from surveyapp.core.guide import Line
    from surveyapp.reports.results import LeaderResult, Survey


def leader_report(result: LeaderResult, charts: Mapping[str, Chart]) -> Report:
    """Put a leader's report together; `charts` are those of the result page, by name.

    Where nothing but the fact that too few answered is published, it is one page.
    """
    survey = result.survey
    title = _("How your team feels led")
    cover = Cover(
        title,
        result.leader,
        [
            (_("Round"), survey.name),
            (_("Last day of answers"), format_date(survey.closed_on, "long")),
            *([] if result.released else [(_("Release"), _("not released to the leader yet"))]),
        ],
        _(
            "For %(leader)s and for whom they choose to show it to. For development only, never for"
            " pay, ranking or dismissal.",
            leader=result.leader,
        ),
    )
    one_page = isinstance(result.reading.publication.participation, Withheld)
    if one_page:
        parts = [_nothing_shown(result), *_guide(result)]
    else:
        shown = [*result_parts(result, charts), *_guide(result), what_next(result), _method(result)]
        parts = [_summary(result, shown), *shown]
    return Report(
        title=words.labelled(title, f"{result.leader}, {survey.name}"),
        survey=survey,
        running=f"{result.leader} · {survey.name}",
        cover=cover,
        parts=parts,
        one_page=one_page,
    )


def _nothing_shown(result: LeaderResult) -> Part:
    takeaway = (
        _("Too few answers for a place on the map")
        if result.reading.publication.position == Withheld(Reason.NO_POSITION)
        else _("Too few people answered")
    )
    destroyed = _(
        "Single answers could otherwise be guessed. They have been destroyed and cannot be brought"
        " back. Talking with each other is always possible: what would help you most right now?"
    )
    return Part("summary", _("In short"), takeaway, _why_no_place(result) + text(destroyed))


def _why_no_place(result: LeaderResult) -> list[Piece]:
    place = result.reading.publication.position
    reason = words.withheld(place, result.survey.threshold) if isinstance(place, Withheld) else ""
    return text(reason, "lead")


def _summary(result: LeaderResult, shown: Sequence[Part]) -> Part:
    publication, position = result.reading.publication, result.reading.position
    if position is None:
        takeaway = _("Too few answers for a place on the map")
        pieces = _why_no_place(result)
    else:
        takeaway = words.position_in_words(position)
        pieces = text(words.explained(position), "lead") + text(words.chance(position), "lead")
    answered = rows("how", [_("Who answered"), *_who_answered(result)], beside=True)
    contents = [
        {"id": part.id, "label": part.label, "text": part.takeaway}
        for part in shown
        if part.id != "map"
    ]
    return Part(
        "summary",
        _("In short"),
        takeaway,
        [
            *pair([*pieces, *text(words.averages(publication))], answered, 0.66),
            *text(_("In this report"), "heading"),
            *rows("index", contents),
            *text(words.caution(), "caution"),
        ],
        zone=position.zone if position else None,
    )


def _who_answered(result: LeaderResult) -> Iterator[str]:
    publication, survey = result.reading.publication, result.survey
    if not isinstance(publication.participation, Withheld):
        said = words.participation(publication.participation)
        yield said[:1].upper() + said[1:] + "."
    yield ngettext(
        "A result is shown if %(num)s person or more answered.",
        "A result is shown if %(num)s people or more answered.",
        survey.threshold,
    )
    yield ngettext(
        "Comments are shown if %(num)s person or more wrote something.",
        "Comments are shown if %(num)s people or more wrote something.",
        survey.comment_threshold,
    )
    yield _(
        "Finer numbers are shown if %(contributors)s or more answered, in a team of %(invited)s or"
        " more.",
        **words.when_finer(survey.threshold),
    )
    yield _(
        "Nobody can tell who answered, or who said what: single answers were destroyed when the"
        " round was counted."
    )


def _guide(result: LeaderResult) -> Iterator[Part]:
    reading = result.reading
    is_alone = isinstance(reading.publication.participation, Withheld)
    step = next((line for line in reading.guide if line.role is Role.STEP), None)
    if step is None:
        return
    pieces = _talk(result, reading.guide, Audience.LEADER)
    yield Part(
        "guide",
        _("One focus"),
        _(step.text),
        [*text(_rests_on(result, step, reading.audience), "quiet"), *pieces],
        new_page=not is_alone,
    )
    if is_alone:
        return
    yield Part(
        "team-guide",
        _("For the team meeting"),
        _("To be read out"),
        [
            *text(_("It says nothing of your own view. Nobody has to say what they answered.")),
            *_talk(result, reading.team_guide, Audience.TEAM),
            *text(_("One step to try"), "heading"),
            *_spoken(result, reading.team_guide, Role.STEP, Audience.TEAM),
        ],
    )


def _talk(result: LeaderResult, lines: Sequence[Line], audience: Audience) -> list[Piece]:
    return [
        *text(_("To begin with"), "heading"),
        *_spoken(result, lines, Role.OPENING, audience),
        *text(_("Questions"), "heading"),
        *_spoken(result, lines, Role.QUESTION, audience),
    ]


def _spoken(
    result: LeaderResult, lines: Sequence[Line], role: Role, audience: Audience
) -> list[Piece]:
    said = [
        {"text": _(line.text), "rests": _rests_on(result, line, audience)}
        for line in lines
        if line.role is role
    ]
    return rows("spoken", said, numbered=role is Role.QUESTION)


def _rests_on(result: LeaderResult, line: Line, audience: Audience) -> str:
    reading = result.reading
    found = words.rests_on(line, reading.publication, reading.views, audience)
    return f"{_('rests on:')} {' · '.join(found)}"


def _method(result: LeaderResult) -> Part:
    withheld = withheld_parts(result)
    return Part(
        "method",
        _("Method"),
        _("How this came about, and what is not shown"),
        [
            *text(
                _(
                    "People answered 17 questions about closeness, trust, the purpose of checks,"
                    " their own experience, check-ins and the amount of supervision. Each"
                    " person’s answers make a place; the result is the average of these places,"
                    " with the field in which the place of everybody who was asked is likely to"
                    " be."
                )
            ),
            *text(
                _(
                    "Words and zones are decided before numbers are rounded. Numbers are rounded"
                    " so that single answers are hard to work out; this report holds nothing finer"
                    " than the result page."
                )
            ),
            *text(words.caution(), "caution"),
            *text(_("Not shown, and why") if withheld else "", "heading"),
            *rows("facts", withheld),
            *how(*_thresholds(result.survey)),
        ],
        new_page=result.agreed is None,  # the form fills a page
    )


def _thresholds(survey: Survey) -> Iterator[str]:
    yield _(
        "Thresholds of this round: %(scores)s people for results, %(comments)s for comments."
        " They were fixed before the first answer.",
        scores=survey.threshold,
        comments=survey.comment_threshold,
    )
    yield _(
        "“About”, “or less” and “or more” stand where a number is rounded or its end is merged."
    )


def withheld_parts(result: LeaderResult) -> list[tuple[str, str]]:
    """List what is not shown of a leader's result, each with its reason."""
    publication, survey = result.reading.publication, result.survey
    found: list[tuple[str, str]] = []

    def note(name: str, value: object) -> None:
        if isinstance(value, Withheld):
            found.append((name, words.withheld(value, survey.threshold)))

    note(_("The map"), publication.position)
    for name in words.SCALES:
        note(words.scale(name)[0], publication.scales.get(name))
    if fit := publication.fit:
        note(_("People’s own word"), fit.people)
        note(_("Rule of thumb"), fit.rule)
        note(_("Kind of hands-off"), fit.hands_off)
    note(_("Agreement"), publication.agreement)
    note(_("Change"), publication.change.change if publication.change else None)
    if result.reading.position and result.reading.position.steps == COARSE_STEPS:
        said = _(
            "Not shown: only if %(contributors)s or more answered, in a team of %(invited)s or"
            " more.",
            **words.when_finer(survey.threshold),
        )
        found.append((_("Finer numbers"), said))
    if not publication.items:
        found.append((_("Single questions"), words.no_items(survey.threshold)))
    found += [
        (_(item.text), words.withheld_item(value, survey.threshold))
        for item in EVERY_ITEM.values()
        if isinstance(value := publication.items.get(item.id), Withheld)
    ]
    found += [
        (_(question.text), words.withheld_comments(texts, survey.comment_threshold))
        for question in COMMENTS
        if isinstance(texts := publication.comments[question.id], Withheld)
    ]
    return found
