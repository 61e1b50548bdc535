from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from surveyapp.charts import words
from surveyapp.charts.marks import Mark
from surveyapp.charts.portfolio import movement, multiples, portfolio
from surveyapp.charts.results import result_charts
from surveyapp.core.change import Change
from surveyapp.core.guide import Audience
from surveyapp.core.position import triangle_point
from surveyapp.core.publication import BAND_BORDERS, FINE_STEPS, PublishedScale, Reason, Withheld
from surveyapp.core.questionnaire import RATED, score_person
from tests.charts.readings import (
    ANY,
    LEADING,
    MANAGED,
    SCALES,
    UNNAMED,
    coarse,
    fine,
    readings,
    withheld,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from surveyapp.charts.chart import Drawing
    from surveyapp.charts.reading import Reading

EVERY = ["map-triangle", "map-square", "scales", "fit", "agreement", "own-view", "change", "items"]


def marks(drawing: Drawing, mark: Mark) -> Iterator[tuple[float, float]]:
    for trace in drawing["data"]:
        if trace["meta"] == mark:
            yield from zip(trace["x"], trace["y"], strict=True)


def arrows(drawing: Drawing) -> list[Drawing]:
    return [found for found in drawing["layout"]["annotations"] if found["showarrow"]]


def test_a_result_of_many_people_has_every_chart_in_the_pages_order(app: Flask) -> None:
    assert list(result_charts(fine())) == EVERY


def test_a_result_of_few_people_has_no_bars_and_no_single_questions(app: Flask) -> None:
    charts = result_charts(coarse())
    assert list(charts) == ["map-triangle", "map-square", "scales", "agreement", "own-view"]
    for name in ("scales", "own-view"):
        assert list(marks(charts[name].drawing, Mark.SPAN))
        assert not list(marks(charts[name].drawing, Mark.DOT))


def test_what_is_withheld_gives_no_chart(app: Flask) -> None:
    assert result_charts(withheld()) == {}


def test_one_withheld_scale_is_left_out_and_the_others_stay(app: Flask) -> None:
    reading = fine()
    scales = reading.publication.scales | {"t": Withheld(Reason.OVERLAP)}
    chart = result_charts(
        replace(reading, publication=replace(reading.publication, scales=scales))
    )["scales"]
    assert [line.title for line in chart.lines] == [
        "Closeness", "Purpose", "Check-ins", "Experience"
    ]  # fmt: skip
    assert [row[0] for row in chart.table.rows] == [line.title for line in chart.lines]


def test_a_coach_reads_the_same_values_in_other_words(app: Flask) -> None:
    leader, coach = result_charts(fine()), result_charts(fine(Audience.COACH))
    assert leader["own-view"].lines[-1].value == "you see it higher"
    assert coach["own-view"].lines[-1].value == "the leader sees it higher"
    for name in ("scales", "fit", "items"):
        assert leader[name].drawing == coach[name].drawing


def test_tables_hold_the_words_and_digits_of_the_page(app: Flask) -> None:
    charts, reading = result_charts(fine()), fine()
    publication = reading.publication
    rows = {row[0]: row[1:] for row in charts["scales"].table.rows}
    assert rows["Closeness"] == (
        *("about 0.65", "0.55 to 0.75", "0.75"),
        "People feel followed rather closely.",
    )
    assert charts["map-triangle"].table.rows[0] == ("your team", *words.pulls(LEADING))
    assert charts["map-triangle"].table.rows[-1][0] == "Spring"
    assert charts["fit"].table.rows[1] == ("just right", "about half")
    assert charts["fit"].table.rows[-1] == ("Closeness by the rule of thumb", "0.43 to 0.73")
    means = [mean for mean in publication.items.values() if isinstance(mean, int)]
    assert [row[1] for row in charts["items"].table.rows] == [*map(words.item_mean, means)]
    assert charts["items"].table.rows[0][0] == RATED[0].text
    assert charts["agreement"].table.rows[0][1] == charts["agreement"].says
    assert charts["change"].table.rows[1] == ("now", "Mostly micro-leading")


def test_marks_lie_at_the_displayed_values(app: Flask) -> None:
    charts = result_charts(fine())
    assert [x for x, _y in marks(charts["scales"].drawing, Mark.DOT)] == [
        0.65, 0.75, 0.7, 0.35, 0.55
    ]  # fmt: skip
    spans = [x for x, _y in marks(charts["scales"].drawing, Mark.SPAN)]
    assert spans[:2] == [0.55, 0.75]
    cells = [x for x, _y in marks(charts["fit"].drawing, Mark.SPAN)]
    assert cells == [0, 0.25, 0, 0.5, 0, 0.25]
    assert [x for x, _y in marks(charts["agreement"].drawing, Mark.SPAN)] == [0.25, 0.5]
    assert [x for x, _y in marks(charts["items"].drawing, Mark.DOT)][:7] == [
        0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875
    ]  # fmt: skip


def test_the_own_view_draws_the_way_only_where_both_differ(app: Flask) -> None:
    charts = result_charts(fine())
    apart = [line.title for line in charts["own-view"].lines if line.apart]
    assert apart == ["Check-ins"]
    assert list(marks(charts["own-view"].lines[-1].drawing, Mark.APART)) == [
        (0.45, 14),
        (0.875, 14),
    ]


@pytest.mark.parametrize("said", list(Change))
def test_an_arrow_is_drawn_only_for_a_change_that_is_likely_real(app: Flask, said: Change) -> None:
    charts = result_charts(fine(said=said))
    real = said is Change.LIKELY_REAL
    for name in ("map-triangle", "map-square", "change"):
        drawing = charts[name].drawing
        assert len(arrows(drawing)) == real
        assert len(list(marks(drawing, Mark.EARLIER))) == 1
    assert not list(marks(charts["change"].drawing, Mark.OWN))
    assert "Spring" in charts["change"].says


def test_plotly_takes_every_drawing_as_it_is(app: Flask) -> None:
    for chart in (*result_charts(fine()).values(), *result_charts(coarse()).values()):
        drawn = json.loads(chart.figure.to_json())
        assert drawn["data"] == json.loads(json.dumps(chart.drawing))["data"], chart.name
        assert drawn["layout"].keys() == chart.drawing["layout"].keys()


@ANY
@given(reading=readings())
def test_every_chart_has_a_sentence_and_a_table_without_holes(app: Flask, reading: Reading) -> None:
    for name, chart in result_charts(reading).items():
        assert chart.name == name
        assert chart.says
        assert chart.table.rows
        for row in (chart.table.head, *chart.table.rows):
            assert len(row) == len(chart.table.head)
            assert all(row)


@ANY
@given(reading=readings())
def test_what_is_withheld_of_any_result_gives_no_chart(app: Flask, reading: Reading) -> None:
    published, charts = reading.publication, result_charts(reading)
    assert ("map-triangle" in charts) is (not isinstance(published.position, Withheld))
    assert ("agreement" in charts) is (not isinstance(published.agreement, Withheld))
    assert ("fit" in charts) is (published.fit is not None and published.fit.bars is not None)
    shown = [mean for mean in published.items.values() if not isinstance(mean, Withheld)]
    assert len(charts["items"].lines if "items" in charts else ()) == len(shown)
    scales = [each for each in published.scales.values() if not isinstance(each, Withheld)]
    assert len(charts["scales"].lines if "scales" in charts else ()) == len(scales)
    if published.change is None or isinstance(published.change.change, Withheld):
        assert "change" not in charts


@ANY
@given(reading=readings())
def test_every_number_on_a_line_is_displayed(app: Flask, reading: Reading) -> None:
    """The publication's own steps, borders that are the same for all, and the leader's own form."""
    published = reading.publication
    displayed = {0, 0.25, 0.5, 0.75, 1, *BAND_BORDERS, *(reading.target or ())}
    for scale in published.scales.values():
        if isinstance(scale, PublishedScale) and scale.twentieths is not None:
            displayed |= {scale.twentieths / FINE_STEPS, *(scale.range or ())}
    for mean in published.items.values():
        if isinstance(mean, int):
            displayed.add((mean / 2 - 1) / 4)
    if reading.own is not None:
        own = score_person(reading.own)
        displayed |= {score for name in SCALES if (score := getattr(own, name)) is not None}
    rounded = {round(min(max(value, 0), 1), 4) for value in displayed}
    for chart in result_charts(reading).values():
        if not chart.lines:
            continue
        for trace in chart.drawing["data"]:
            assert set(trace["x"]) <= rounded, (chart.name, trace["meta"])


def test_a_portfolio_names_its_dots_where_all_names_have_room(app: Flask) -> None:
    few = portfolio([("Dana", LEADING), ("Bo", MANAGED)])
    named = [text["text"] for text in few.drawing["layout"]["annotations"]]
    assert {"Dana", "Bo"} <= set(named)
    many = portfolio([(f"Leader {number}", LEADING) for number in range(30)])
    assert "Leader 1" not in json.dumps(many.drawing["layout"])
    assert few.says == "2 leaders in one triangle."
    assert few.table.rows == (
        ("Dana", "Mostly micro-leading"), ("Bo", "Leaning micro-managing, not clear")
    )  # fmt: skip


def test_each_department_has_a_triangle_of_its_own(app: Flask) -> None:
    charts = multiples({"Sales & <b>": [("Dana", LEADING)], "Works": [("Bo", MANAGED)]})
    assert [chart.name for chart in charts] == ["department-1", "department-2"]
    assert [chart.table.caption for chart in charts] == ["Sales & <b>", "Works"]
    assert charts[0].says == "Sales & <b>: 1 leader."
    assert list(marks(charts[1].drawing, Mark.DOT)) == [
        pytest.approx(triangle_point(MANAGED.shares), abs=1e-4)
    ]


def test_movement_draws_a_way_for_what_is_likely_real_and_pale_dots_for_the_rest(
    app: Flask,
) -> None:
    pairs = [
        ("Dana", UNNAMED, LEADING, Change.LIKELY_REAL),
        ("Bo", MANAGED, MANAGED, Change.POSSIBLE),
        ("Eve", MANAGED, UNNAMED, None),
    ]
    chart = movement(pairs)
    (arrow,) = arrows(chart.drawing)
    assert (arrow["ax"], arrow["ay"]) == pytest.approx(triangle_point(UNNAMED.shares), abs=1e-4)
    assert (arrow["x"], arrow["y"]) == pytest.approx(triangle_point(LEADING.shares), abs=1e-4)
    assert len(list(marks(chart.drawing, Mark.EARLIER))) == 1
    pale, strong = (trace for trace in chart.drawing["data"] if trace["meta"] == Mark.DOT)
    assert pale["marker"]["opacity"] < strong["marker"]["opacity"]
    assert (len(pale["x"]), len(strong["x"])) == (2, 1)
    assert [row[-1] for row in chart.table.rows] == ["likely real", "possible", "not shown"]
    assert chart.says == "1 leader has moved in a way that is likely real."
    assert movement(pairs[1:]).says == "No leader has moved in a way that is likely real."
