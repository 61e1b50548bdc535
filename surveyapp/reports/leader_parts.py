"""The parts of a leader's report that show the result, in the words of the result page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.core.publication import COARSE_STEPS, Withheld
from surveyapp.reports.document import Part, Piece, drawn, how, lines, pair, rows, table, text
from surveyapp.reports.leader_agreement import how_it_went
from surveyapp.reports.leader_answers import comments, items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from surveyapp.charts.chart import Chart
    from surveyapp.core.publication import PublishedFit, PublishedPosition
    from surveyapp.reports.results import LeaderResult


def result_parts(result: LeaderResult, charts: Mapping[str, Chart]) -> list[Part]:
    """Return the parts in the order of the page, each as far as it is published.

    For a result of which more is published than that too few answered. Single questions and
    comments of which nothing is published are named under "Method".
    """
    found = (
        _map(result, charts),
        _scales(result, charts),
        how_it_went(result, charts),
        _fit(result, charts),
        _agreement(result, charts),
        _own_view(result, charts),
        _change(result, charts),
        items(result, charts),
        comments(result),
    )
    return [part for part in found if part]


def _map(result: LeaderResult, charts: Mapping[str, Chart]) -> Part | None:
    reading = result.reading
    position, places = reading.position, reading.places
    if position is None or places is None:
        return None
    legend = [{"mark": mark, "zone": zone, "text": said} for mark, zone, said in places.legend()]
    triangle, square = charts.get("map-triangle"), charts.get("map-square")
    said = _(
        "The square shows the same place: across, how closely people feel followed; up, how it is"
        " meant, which is trust and purpose together."
    )
    notes = how(*_map_notes(position, in_range=reading.target is not None), beside=True)
    return Part(
        "map",
        _("The map"),
        words.position_in_words(position),
        [
            *pair(drawn(triangle, 104), notes, 0.63),
            *rows("legend", legend),
            *pair(
                drawn(square, 76), table(triangle.table if triangle else None) + text(said), 0.46
            ),
        ],
        new_page=True,
        zone=position.zone,
    )


def _map_notes(position: PublishedPosition, *, in_range: bool) -> Iterator[str]:
    yield _(
        "Each corner is a way of being led, seen by the people who are led. The closer the dot is"
        " to a corner, the stronger the answers pull that way; the three pulls together make one."
        " A pull is no share of people."
    )
    if position.region:
        covers = _("It allows for people who did not answer, and for answers that are never exact.")
        yield f"{words.reach(position)} {covers}"
    if position.tenths is not None:
        yield _(
            "Likely cases: what everybody who was asked might have answered was worked out many"
            " times over; chances are rounded down."
        )
    rounded = (
        _("The place is rounded to tenths, so that single answers are hard to work out.")
        if position.steps == COARSE_STEPS
        else _("The place is rounded to twentieths, so that single answers are hard to work out.")
    )
    middle = _(
        "It is an average: a place in the middle can also mean that people see it in opposite ways."
    )
    yield f"{rounded} {middle}"
    if in_range:
        yield _(
            "The grey band is the closeness that a rule of thumb gives for people with this much"
            " experience."
        )


def _scales(result: LeaderResult, charts: Mapping[str, Chart]) -> Part:
    reading = result.reading
    withheld = [
        words.labelled(words.scale(name)[0], words.withheld(track, result.survey.threshold))
        for name, track in reading.tracks.items()
        if isinstance(track, Withheld)
    ]
    both = _(
        "The two views are called different only if the gap is wider than chance alone makes it"
        " in 9 of 10 cases. A difference does not say who is right."
    )
    return Part(
        "scales",
        _("The scales"),
        words.scales_takeaway(reading.publication),
        [
            *lines(charts.get("scales"), (7, 11, 4, 5) + (3,) * (reading.own is not None)),
            *text("\n".join(withheld), "quiet"),
            *how(
                _(
                    "The team’s average on each scale, as one of five bands; also as a number from"
                    " 0 to 1 if %(contributors)s or more answered, in a team of %(invited)s or"
                    " more.",
                    **words.when_finer(result.survey.threshold),
                ),
                both if reading.own is not None else "",
            ),
        ],
        new_page=True,
    )


def _fit(result: LeaderResult, charts: Mapping[str, Chart]) -> Part | None:
    reading, threshold = result.reading, result.survey.threshold
    fit = reading.publication.fit
    if fit is None:
        return None
    pieces: list[Piece] = []
    if isinstance(fit.people, Withheld):
        pieces += text(words.withheld(fit.people, threshold), "quiet")
    pieces += lines(charts.get("fit"), (6, 9, 6))
    pieces += text(words.value_or_reason(fit.rule, threshold, words.rule_verdict))
    if reading.readings_disagree:
        said = _("The two do not agree, so talk about it. What people say comes first.")
        pieces += text(said, "strong")
    if fit.hands_off:
        pieces += text(words.value_or_reason(fit.hands_off, threshold, words.hands_off))
    pieces += how(*_fit_notes(fit, threshold))
    return Part("fit", _("The amount of supervision"), words.fit_takeaway(fit), pieces)


def _fit_notes(fit: PublishedFit, threshold: int) -> Iterator[str]:
    yield _(
        "People were asked whether the supervision they get is too little, just right or too much"
        " for what they need right now. Their own word counts only if it is clear enough."
    )
    yield (
        _(
            "The bars are rounded to quarters of those who answered, so they may not add up to"
            " a whole."
        )
        if fit.bars
        else _(
            "How many say so is shown in quarters if %(contributors)s or more answered, in a team"
            " of %(invited)s or more.",
            **words.when_finer(threshold),
        )
    )
    yield _(
        "The rule of thumb knows only how closely people feel followed and how well they know"
        " their work: the more experience, the less closeness."
    )


def _agreement(result: LeaderResult, charts: Mapping[str, Chart]) -> Part | None:
    alike = result.reading.publication.agreement
    if alike is None:
        return None
    if isinstance(alike, Withheld):
        takeaway = _("How far people see it alike")
        pieces = text(words.withheld(alike, result.survey.threshold), "quiet")
    else:
        takeaway = words.agreement(alike)
        meaning = words.agreement_meaning(alike, result.reading.publication.position)
        pieces = lines(charts.get("agreement"), (5, 9, 7)) + text(meaning)
    pieces += how(
        _(
            "One word for all questions about closeness, trust, purpose and check-ins together:"
            " how far the answers lie from their middle. To see it differently is no fault; people"
            " often have different work."
        )
    )
    return Part("agreement", _("Agreement"), takeaway, pieces)


def _own_view(result: LeaderResult, charts: Mapping[str, Chart]) -> Part:
    reading = result.reading
    pieces: list[Piece] = []
    if reading.own is None:
        said = (
            _("You did not fill in your own view before the release.")
            if result.released
            else _(
                "If the leader filled in their own view, it is shown here once the result is"
                " released to them."
            )
        )
        pieces += text(said, "quiet")
    else:
        if reading.guessed and reading.position:
            said = words.guess(reading.guessed_zone, reading.position, reading.audience)
            pieces += text(said, "before")
        if reading.own_shares:
            pieces += text(words.own_place(reading.own_zone, reading.audience), "before")
        pieces += lines(charts.get("own-view"), (4, 8, 4, 3, 6))
        pieces += how(
            _(
                "The leader answered the same questions about themselves, before seeing any"
                " result. What is most worth talking about comes first. A difference does not"
                " say who is right."
            )
        )
    takeaway = words.own_takeaway(reading.views, reading.audience)
    return Part("own-view", _("Own view"), takeaway, pieces)


def _change(result: LeaderResult, charts: Mapping[str, Chart]) -> Part | None:
    reading = result.reading
    change = reading.publication.change
    if change is None:
        return None
    if reading.earlier is None:
        said = _("An earlier result exists that is not released here, so no change is shown.")
        takeaway = _("Nothing to compare with yet")
        return Part("change", _("Change"), takeaway, text(said, "quiet"))
    since = reading.earlier[0]
    if isinstance(change.change, Withheld):
        takeaway = _("Change since %(round)s", round=since)
        pieces = text(words.withheld(change.change, result.survey.threshold), "quiet")
    else:
        takeaway = words.change(change.change, since)
        places, chart = reading.places, charts.get("change")
        pieces = [  # no picture: the map shows the earlier place as well
            *table(chart.table if chart else None),
            *text(words.before(places.earlier.position) if places and places.earlier else ""),
            *text(words.change_meaning(change.change)),
        ]
    pieces += how(
        _(
            "Both places on the map are compared, with how far each could be off. Single scales"
            " and questions are not compared."
        )
    )
    return Part("change", _("Change"), takeaway, pieces)
