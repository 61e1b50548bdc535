"""The names of the poles fit beside each other, in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_babel import force_locale

from surveyapp.charts.ground import LETTERS_SIDE_BY_SIDE, small_triangle_ground, triangle_ground
from surveyapp.charts.svg import svg
from surveyapp.web.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from surveyapp.charts.chart import Drawing


def lower_names(ground: Drawing) -> list[str]:
    return [
        label["text"]
        for label in ground["annotations"]
        if label["font"].get("weight") and label["y"] == 0
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ground", [triangle_ground, small_triangle_ground])
def test_two_names_fit_beside_each_other_and_can_be_written(
    app: Flask, language: str, ground: Callable[[], Drawing]
) -> None:
    with force_locale(language):
        drawn = ground()
    assert svg({"data": [], "layout": drawn}, 358, 351, label="", page=True)
    names = lower_names(drawn)
    longest = [max(name.split("<br>"), key=len) for name in names]
    assert len(names) == 2
    assert sum(map(len, longest)) <= LETTERS_SIDE_BY_SIDE


def test_a_second_line_takes_room_of_its_own(app: Flask) -> None:
    english = triangle_ground()
    with force_locale("fr"):
        french = triangle_ground()
    assert any("<br>" in name for name in lower_names(french))
    assert not any("<br>" in name for name in lower_names(english))
    assert french["margin"]["b"] > english["margin"]["b"]
    notes = [min(label["yshift"] for label in found["annotations"]) for found in (english, french)]
    assert notes[0] - notes[1] == french["margin"]["b"] - english["margin"]["b"]
