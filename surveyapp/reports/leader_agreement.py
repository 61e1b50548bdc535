"""The parts of a leader's report about check-ins that are agreed on: how it went, and what next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import format_date
from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.core.publication import Withheld
from surveyapp.reports.document import Part, Piece, lines, rows, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveyapp.charts.chart import Chart
    from surveyapp.core.checkin import Agreed
    from surveyapp.reports.results import LeaderResult


def how_it_went(result: LeaderResult, charts: Mapping[str, Chart]) -> Part | None:
    """Show what was agreed before the round, whether it was kept, and how it felt."""
    publication, threshold = result.reading.publication, result.survey.threshold
    if result.before is None:
        return None
    pieces = lines(charts.get("checkins"), (8, 8, 4, 3, 3))
    answered = words.agreement_answers(publication)
    if not result.asked_about_it:
        said = _(
            "Not asked: answers to single questions are shown only if %(contributors)s or more"
            " answered, in a team of %(invited)s or more.",
            **words.when_finer(threshold),
        )
        pieces += text(said, "quiet")
    elif not answered:
        pieces += text(words.no_items(threshold), "quiet")
    for question, mean, _ends in answered:
        if isinstance(mean, Withheld):
            pieces += text(f"{question} {words.withheld_item(mean, threshold)}", "quiet")
    return Part(
        "checkins",
        _("The check-in agreement"),
        words.agreement_takeaway(publication),
        [*pieces, *text(_("What was agreed"), "heading"), *_written(result.before)],
    )


def what_next(result: LeaderResult) -> Part:
    """Show what leader and team agreed on since, or a form to write it down."""
    if result.agreed:
        return Part(
            "agreement-form",
            _("Check-in agreement"),
            _("What you and your team agreed on"),
            _written(result.agreed),
            new_page=True,
        )
    fields = [
        (_("What is checked"), _("which work, which milestones"), 3),
        (_("When"), _("on which days, or at which points of the work"), 2),
        (_("How"), _("in a talk, in writing, by a look at the result"), 2),
        (_("Until"), _("when you look at this agreement again"), 1),
        (_("The leader steps back when"), _("by what you will both see that less is enough"), 2),
        (_("What the team says to it"), _("agreed, changed, not yet"), 3),
    ]
    explained = _(
        "Checks that both sides agreed on ahead of time do not feel like distrust. Write down one"
        " such agreement, talk it over with your team, and change it together."
    )
    blank = [{"label": name, "hint": hint, "lines": number} for name, hint, number in fields]
    return Part(
        "agreement-form",
        _("Check-in agreement"),
        _("Agree on the check-ins before the work starts"),
        [*text(explained), *rows("writing", blank)],
        new_page=True,
    )


def _written(agreed: Agreed) -> list[Piece]:
    said = [
        (_("What is checked"), agreed.what),
        (_("When"), agreed.when),
        (_("How"), agreed.how),
        (_("Until"), str(format_date(agreed.until, "full"))),
        (_("The leader steps back when"), agreed.sign),
    ]
    return rows("facts", said)
