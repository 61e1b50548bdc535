"""The charts of a result that are lines: scales, fit, agreement, own view, single questions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _

from surveyapp.charts import words
from surveyapp.charts.chart import Chart, Table
from surveyapp.charts.lines import WIDTH, Line, below_each_other
from surveyapp.charts.words.scales import HALF_POINTS
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.publication import Withheld
from surveyapp.core.questionnaire import LABELS, RATED
from surveyapp.core.selfview import OwnView

if TYPE_CHECKING:
    from surveyapp.charts.reading import Reading, Track

QUARTERS: Final = (0.25, 0.5, 0.75)
NOTHING: Final = "\N{EN DASH}"


def scales(reading: Reading) -> Chart | None:
    """Draw each published scale: the team's mean and its range, or its band; the own mark."""
    tracks = _shown(reading)
    if not tracks:
        return None
    lines, rows = [], []
    for name, track in tracks.items():
        title, note, *_ends = words.scale(name)
        value = _average(track)
        sentence = words.sentence(words.band(name, track.scale.band))
        lines.append(replace(_tracked(track, value), note=note, says=sentence))
        own = () if reading.own is None else (_own(track),)
        rows.append((title, value, words.likely(track.scale) or NOTHING, *own, sentence))
    own_head = () if reading.own is None else (str(_("Own view")),)
    table = Table(
        _("Averages from 0 to 1"),
        (_("Scale"), _("Average"), _("Likely range"), *own_head, _("In words")),
        tuple(rows),
    )
    return _chart("scales", words.scales_takeaway(reading.publication), table, lines)


def fit(reading: Reading) -> Chart | None:
    """Draw how many say too little, just right, too much, and what the rule of thumb gives.

    Of many people only: of few, all that is published of both is words.
    """
    found = reading.publication.fit
    if found is None or found.bars is None:
        return None
    lines = [
        Line(name, said, span=(0, quarters / (len(QUARTERS) + 1)), borders=QUARTERS, cells=True)
        for name, quarters, said in words.bars(found.bars)
    ]
    rows = [(line.title, line.value) for line in lines]
    closeness = _shown(reading).get("s")
    if reading.target and closeness:
        title, _note, low, high = words.scale("s")
        lines.append(
            Line(
                _("Closeness, and the rule of thumb"),
                _average(closeness),
                dot=closeness.dot,
                target=reading.target,
                ends=(low, high),
            )
        )
        rows += [
            (title, _average(closeness)),
            (_("Closeness by the rule of thumb"), words.between(reading.target)),
        ]
    table = Table(_("The amount of supervision"), (_("People say"), _("How many")), tuple(rows))
    return _chart("fit", words.fit_takeaway(found), table, lines)


def agreement(reading: Reading) -> Chart | None:
    """Draw the one word of agreement as one of four steps."""
    word = reading.publication.agreement
    if word is None or isinstance(word, Withheld):
        return None
    steps = list(AgreementWord)
    step = steps.index(word)
    said = words.agreement(word)
    line = Line(
        _("All questions together"),
        "",
        span=(step / len(steps), (step + 1) / len(steps)),
        borders=QUARTERS,
        ends=(_("alike"), _("far apart")),
    )
    table = Table(
        _("How far people see it alike"),
        (_("Questions"), _("Agreement")),
        ((line.title, said),),
    )
    return _chart("agreement", said, table, [line])


def own_view(reading: Reading) -> Chart | None:
    """Draw the leader's own mark against the team's, what is most worth talking about first."""
    tracks = {name: track for name, track in _shown(reading).items() if track.view}
    lines, rows = [], []
    for name in reading.views:
        track = tracks[name]
        said = words.own_view(reading.views[name], reading.audience)
        line = replace(_tracked(track, said), apart=_apart(track))
        lines.append(line)
        rows.append((line.title, _average(track), _own(track), said))
    if not lines:
        return None
    table = Table(
        _("Averages from 0 to 1"),
        (_("Scale"), _("Average"), _("Own view"), _("In words")),
        tuple(rows),
    )
    return _chart("own-view", words.own_takeaway(reading.views, reading.audience), table, lines)


def items(reading: Reading) -> Chart | None:
    """Draw the mean of each published question, as it is worded; of many people only."""
    shown = {
        item: mean
        for item in RATED
        if isinstance(mean := reading.publication.items.get(item.id), int)
    }
    if not shown:
        return None
    low, high = min(LABELS), max(LABELS)
    lines = [replace(_answered(_(item.text), mean), strong=False) for item, mean in shown.items()]
    ends = (str(_(LABELS[low])), str(_(LABELS[high])))
    for end in (0, -1):
        lines[end] = replace(lines[end], ends=ends)
    table = Table(
        _("Average answers from 1, %(low)s, to 5, %(high)s", low=ends[0], high=ends[1]),
        (_("Question"), _("Average")),
        tuple((line.title, line.value) for line in lines),
    )
    return _chart("items", _("How far people agree, question by question"), table, lines)


def checkins(reading: Reading) -> Chart | None:
    """Draw whether what was agreed before was kept, and how it felt; of many people only."""
    shown = [
        (text, mean, ends)
        for text, mean, ends in words.agreement_answers(reading.publication)
        if isinstance(mean, int)
    ]
    if not shown:
        return None
    lines = [replace(_answered(text, mean), ends=ends) for text, mean, ends in shown]
    table = Table(
        _("Average answers from 1 to 5"),
        (_("Question"), _("Average"), _("From"), _("To")),
        tuple((text, words.item_mean(mean), *ends) for text, mean, ends in shown),
    )
    return _chart("checkins", words.agreement_takeaway(reading.publication), table, lines)


def _tracked(track: Track, value: str) -> Line:
    """Return the line of a scale, with what lies on it."""
    title, _note, low, high = words.scale(track.name)
    return Line(
        title,
        value,
        span=track.span,
        dot=track.dot,
        own=track.own,
        borders=track.borders,
        ends=(low, high),
    )


def _answered(text: str, mean: int) -> Line:
    """Return the line of a question's mean, in half points."""
    low, high = min(LABELS), max(LABELS)
    place = (mean / HALF_POINTS - low) / (high - low)
    return Line(text, words.item_mean(mean), dot=place, borders=QUARTERS)


def _chart(name: str, says: str, table: Table, lines: list[Line]) -> Chart:
    drawing, height = below_each_other(lines)
    return Chart(name, drawing, says, table, WIDTH, height, tuple(lines))


def _shown(reading: Reading) -> dict[str, Track]:
    return {
        name: track for name, track in reading.tracks.items() if not isinstance(track, Withheld)
    }


def _average(track: Track) -> str:
    return words.average(track.scale, track.span) or NOTHING


def _own(track: Track) -> str:
    return NOTHING if track.own is None else words.own_score(track.own)


def _apart(track: Track) -> tuple[float, float] | None:
    """Return the way from where the team's range or band ends to the own mark, if they differ."""
    if track.view is OwnView.SIMILAR or track.own is None or track.span is None:
        return None
    low, high = track.span
    return (high if track.own > high else low), track.own
