from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from surveyapp.anonymity.atoms import is_fine
from surveyapp.charts import maps, words
from surveyapp.charts.marks import Places
from surveyapp.charts.palette import DARK, LIGHT, SWAP, pole
from surveyapp.charts.portfolio import portfolio
from surveyapp.charts.words.position import share
from surveyapp.charts.words.scales import mean
from surveyapp.core.guide import Audience
from surveyapp.core.position import Zone, square_point, square_zone, triangle_point, zone
from surveyapp.core.publication import (
    Participation,
    Publication,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.statement import Statement

if TYPE_CHECKING:
    from flask import Flask

    from surveyapp.charts.chart import Drawing
    from surveyapp.charts.marks import Trace

STATIC = Path(maps.__file__).parent.parent / "static"
LEADING = PublishedPosition((1, 7, 2), 10, Statement.MOSTLY, (Zone.MICRO_LEADING,))
UNNAMED = PublishedPosition((2, 4, 4), 10, Statement.UNCLEAR, ())


def alone(position: PublishedPosition) -> Drawing:
    labels = words.mark_labels(Audience.LEADER)
    return maps.triangle_drawing(Places(position, Audience.LEADER), labels)


def dots(drawing: Drawing) -> Trace:
    (trace,) = drawing["data"]
    found: Trace = trace
    return found


def test_the_dot_of_a_map_lies_where_the_publication_says(app: Flask) -> None:
    square = maps.square_drawing(Places(LEADING, Audience.LEADER), None)
    for drawing, place in ((alone(LEADING), triangle_point), (square, square_point)):
        trace = dots(drawing)
        assert (trace["x"][0], trace["y"][0]) == pytest.approx(place(LEADING.shares), abs=1e-4)


def test_a_named_zone_gives_the_dot_its_colour_and_no_zone_a_hollow_ring(app: Flask) -> None:
    assert dots(alone(LEADING))["marker"]["color"][0] == pole(Zone.MICRO_LEADING)
    hollow = dots(alone(UNNAMED))["marker"]
    assert hollow["color"][0] == LIGHT["paper"]
    assert hollow["line"]["color"][0] == LIGHT["quiet"]


def test_leaders_at_one_place_are_laid_side_by_side_and_stay_near_it(app: Flask) -> None:
    crowd = [(f"Leader {number}", LEADING) for number in range(12)]
    trace = dots(portfolio([*crowd, ("Alone", UNNAMED)]).drawing)
    places = list(zip(trace["x"], trace["y"], strict=True))
    assert places[-1] == pytest.approx(triangle_point(UNNAMED.shares), abs=1e-4)
    centre = triangle_point(LEADING.shares)
    for place in places[:-1]:
        assert abs(complex(*place) - complex(*centre)) < 0.12
        others = [other for other in places if other != place]
        assert min(abs(complex(*place) - complex(*other)) for other in others) > 0.02


def test_names_cannot_bring_markup_into_a_figure(app: Flask) -> None:
    trace = dots(portfolio([("<b>Dana</b>", LEADING)]).drawing)
    assert trace["hovertext"][0] == "&lt;b&gt;Dana&lt;/b&gt;<br>Mostly micro-leading"


def test_a_figure_holds_the_displayed_place_and_no_other_number_of_the_team(app: Flask) -> None:
    """Everything but the one dot is the same for every team."""
    other = PublishedPosition((5, 12, 3), 20, Statement.MOSTLY, (Zone.MICRO_LEADING,))
    first, second = alone(LEADING), alone(other)
    for drawn in (first, second):
        drawn["layout"]["annotations"].pop()  # the name beside the dot goes with it
    assert first["layout"] == second["layout"]
    one, two = dots(first), dots(second)
    assert {key for key in one if one[key] != two[key]} == {"x", "y"}


def test_both_maps_and_the_words_name_the_same_zone(app: Flask) -> None:
    for parts in ((1, 7, 2), (5, 3, 2), (1, 1, 9), (3, 2, 5), (9, 1, 1)):
        named = zone(PublishedPosition(parts, 10, Statement.UNCLEAR, ()).shares)
        assert named
        position = PublishedPosition(parts, 10, Statement.MOSTLY, (named,))
        assert square_zone(*square_point(position.shares)) == named
        assert words.zone_name(named) in words.position_in_words(position)


@pytest.mark.parametrize(
    ("value", "steps", "said"),
    [
        *[(1, 10, "0.1 or less"), (4, 10, "about 0.4"), (9, 10, "0.9 or more")],
        *[(1, 20, "0.05 or less"), (8, 20, "about 0.40"), (19, 20, "0.95 or more")],
    ],
)
def test_merged_ends_of_shares_are_said(app: Flask, value: int, steps: int, said: str) -> None:
    assert share(value, steps) == said


@pytest.mark.parametrize(
    ("value", "said"), [(2, "0.10 or less"), (3, "about 0.15"), (18, "0.90 or more")]
)
def test_merged_ends_of_means_are_said(app: Flask, value: int, said: str) -> None:
    assert mean(value) == said


def test_averages_are_those_that_are_shown(app: Flask) -> None:
    scales: dict[str, PublishedScale | Withheld] = {
        "s": PublishedScale(5, 18),
        "t": Withheld(Reason.TOO_FEW),
        "e": PublishedScale(2, None),
    }
    shown = Publication(Participation.OVER_HALF, LEADING, scales, {})
    said = (
        "On average: People feel followed closely. People rate their own experience as rather low."
    )
    assert words.averages(shown) == said


def test_experience_is_not_said_to_be_an_average_of_how_people_feel(app: Flask) -> None:
    scales = dict.fromkeys("stpa", Withheld(Reason.TOO_FEW)) | {"e": PublishedScale(4, None)}
    shown = Publication(Participation.OVER_HALF, LEADING, scales, {})
    assert words.averages(shown) == "People rate their own experience as rather high."
    nothing = Publication(Participation.OVER_HALF, LEADING, {}, {})
    assert words.averages(nothing) == ""


def test_each_band_of_each_scale_is_said_in_words_of_its_own(app: Flask) -> None:
    said = [words.band(name, band) for name in words.SCALES for band in range(1, 6)]
    assert len(set(said)) == len(said)
    assert words.band("p", 1) == "People feel checks are clearly meant to control them"
    assert words.band("a", 5) == "People find check-ins clearly agreed"


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_to_withhold_is_said(app: Flask, reason: Reason) -> None:
    assert words.withheld(Withheld(reason), 5).startswith("Not ")
    assert words.withheld_comments(Withheld(reason), 5).startswith("Not ")


def test_comments_that_too_few_wrote_are_not_said_to_be_answers(app: Flask) -> None:
    said = "Not shown: fewer than 10 people wrote something here."
    assert words.withheld_comments(Withheld(Reason.TOO_FEW), 10) == said


@pytest.mark.parametrize(("threshold", "least"), [(3, 10), (10, 10), (15, 15)])
def test_the_finer_view_needs_ten_people_or_the_threshold(
    app: Flask, threshold: int, least: int
) -> None:
    assert words.when_finer(threshold) == {"contributors": least, "invited": 12}
    assert is_fine(least, 12, threshold)
    assert not is_fine(least - 1, 12, threshold)
    assert not is_fine(least, 11, threshold)


def test_stylesheets_reports_and_charts_have_the_same_colours() -> None:
    sheets = [(STATIC / name).read_text(encoding="utf-8") for name in ("page.css", "look.css")]
    halves = [sheet.split("@media (prefers-color-scheme: dark)") for sheet in sheets]
    for half, palette in enumerate((LIGHT, DARK)):
        css = "".join(sheet[half].split("@media print")[0] for sheet in halves)
        tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))
        assert {name: tokens[name] for name in palette} == palette
    report = (STATIC.parent.parent / "templates" / "report" / "look.typ").read_text("utf-8")
    named = dict(re.findall(r'^(?:#let)? +(\w+)(?: =|:) rgb\("(#\w{6})"\)', report, re.MULTILINE))
    assert named == {
        name: LIGHT[name.replace("_", "-")] for name in ("ink", "quiet", "tint", *Zone)
    }


def test_every_light_colour_has_one_dark_one() -> None:
    assert len(SWAP) == len(LIGHT) == len(set(LIGHT.values()))
    assert not set(SWAP) & set(SWAP.values())
