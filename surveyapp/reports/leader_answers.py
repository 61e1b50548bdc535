"""The parts of a leader's report that show single questions and comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.core.publication import Withheld
from surveyapp.core.questionnaire import COMMENTS, RATED
from surveyapp.reports.document import Part, Piece, how, lines, rows, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveyapp.charts.chart import Chart
    from surveyapp.reports.results import LeaderResult


def items(result: LeaderResult, charts: Mapping[str, Chart]) -> Part | None:
    """Show how far people agree with each question; nothing of few people."""
    publication, threshold = result.reading.publication, result.survey.threshold
    if "items" not in charts:
        return None
    withheld = [
        f"{_(item.text)} {words.withheld_item(mean, threshold)}"
        for item in RATED
        if isinstance(mean := publication.items.get(item.id), Withheld)
    ]
    return Part(
        "items",
        _("Single questions"),
        _("How far people agree, question by question"),
        [
            *lines(charts.get("items"), (10, 8, 4)),
            *text("\n".join(withheld), "quiet"),
            *how(
                _(
                    "The average answer from 1, strongly disagree, to 5, strongly agree, in steps"
                    " of one half. Some questions praise and some do not, so read each one."
                )
            ),
        ],
    )


def comments(result: LeaderResult) -> Part | None:
    """Show what people wrote, if any of it is published."""
    publication, threshold = result.reading.publication, result.survey.comment_threshold
    if all(isinstance(texts, Withheld) for texts in publication.comments.values()):
        return None
    pieces: list[Piece] = []
    for question in COMMENTS:
        texts = publication.comments[question.id]
        pieces += text(_(question.text), "heading")
        if isinstance(texts, Withheld):
            pieces += text(words.withheld_comments(texts, threshold), "quiet")
        else:
            pieces += rows("quotes", texts)
    return Part("comments", _("Comments"), _("In their own words"), pieces)
