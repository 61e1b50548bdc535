"""Lines from 0 to 1 below each other, with what lies on them: scales, parts, single questions."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from surveyapp.charts.marks import OWN_SIZE, Mark, Trace, markers, stroke
from surveyapp.charts.palette import FONT, LIGHT
from surveyapp.charts.svg import INSET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.charts.chart import Drawing
    from surveyapp.core.position import Point

WIDTH: Final = 640
"""Pixels of the lines with their words, outside of the page."""
HEIGHT: Final = 28
"""Pixels of a line alone."""
SHORT_TITLES, LONG_TITLES = (196, 140), (300, 90)
"""Pixels for the titles on the left, and for the values on the right."""
TITLE_SIZE, WORDS_SIZE, LEADING, GAP = 14, 13, 17, 14
LETTER: Final = 0.62
"""Width of a letter at most, on average, in sizes of the font."""
RAIL, CELL, THIN = 9, 13, 1.5
DOT_SIZE, RIM, BORDER_SIZE = 15, 2, 10
SPAN_OPACITY, TARGET_OPACITY = 0.45, 0.3


@dataclass(frozen=True)
class Line:
    """A line from 0 to 1 with its words; what lies on it is displayed values."""

    title: str
    value: str
    """What the picture shows, in digits or words."""
    span: Point | None = None
    dot: float | None = None
    own: float | None = None
    target: Point | None = None
    borders: tuple[float, ...] = ()
    """Where one band ends and the next begins."""
    ends: tuple[str, str] | None = None
    """What the low and the high end mean."""
    cells: bool = False
    """Whether the bands are full or empty, as parts of a whole."""
    apart: Point | None = None
    """From where the team ends to the own mark."""
    strong: bool = True
    """Whether the title is set in bold."""
    note: str = ""
    """What the title means, where there is room."""
    says: str = ""
    """The value as a sentence, where there is room."""

    @property
    def drawing(self) -> Drawing:
        """The picture alone, `HEIGHT` pixels high: the words stand beside it."""
        return _laid_out(_on(self, HEIGHT / 2), HEIGHT, [])


def below_each_other(lines: Sequence[Line]) -> tuple[Drawing, int]:
    """Draw lines with their words on both sides; returns the height as well, in pixels."""
    room = SHORT_TITLES if all(line.strong for line in lines) else LONG_TITLES
    traces: list[Trace] = []
    texts: list[Drawing] = []
    top = 0.0
    for line in lines:
        bold = {"size": TITLE_SIZE, "color": LIGHT["ink"], "weight": 600}
        plain = {"size": WORDS_SIZE, "color": LIGHT["ink"]}
        quiet = {"size": WORDS_SIZE, "color": LIGHT["quiet"]}
        title = _text(line.title, bold if line.strong else plain, room[0], side=-1)
        value = _text(line.value, quiet, room[1], side=1)
        half = (
            max(HEIGHT, *(LEADING * (1 + text["text"].count("<br>")) for text in (title, value)))
            / 2
        )
        y = top + half
        texts += [text | {"y": y, "yanchor": "middle"} for text in (title, value) if text["text"]]
        traces += _on(line, y)
        if line.ends:
            below = {"font": quiet, "showarrow": False, "y": y + HEIGHT / 2 - 3, "yanchor": "top"}
            low, high = ({"text": end, "x": x} for x, end in enumerate(line.ends))
            texts += [
                below | low | {"xanchor": "left", "xshift": -RAIL},
                below | high | {"xanchor": "right", "xshift": RAIL},
            ]
        top = y + max(half, (HEIGHT / 2 + LEADING) * bool(line.ends)) + GAP
    height = math.ceil(top - GAP + 2)
    return _laid_out(traces, height, texts, room), height


def _on(line: Line, y: float) -> list[Trace]:
    """Return the traces of a line at a height, the lowest first."""
    wide = CELL if line.cells else RAIL
    rail = {"color": LIGHT["line"], "width": wide}
    drawn = [_across(Mark.RAIL, (0, 1), y, rail)]
    if not line.cells:
        round_ends = {"symbol": "circle", "size": wide, "color": LIGHT["line"]}
        drawn.append(markers(Mark.RAIL, [(0, y), (1, y)], round_ends))
    if line.target:
        band = {"color": LIGHT["quiet"], "width": CELL}
        drawn.append(_across(Mark.TARGET, line.target, y, band) | {"opacity": TARGET_OPACITY})
    if line.span:
        span = {"color": LIGHT["act"], "width": wide}
        seen = 1 if line.cells else SPAN_OPACITY
        drawn.append(_across(Mark.SPAN, line.span, y, span) | {"opacity": seen})
    if line.borders:
        cut = {"color": LIGHT["paper"], "width": RIM}
        look = {"symbol": "line-ns-open", "size": BORDER_SIZE, "color": LIGHT["paper"], "line": cut}
        drawn.append(markers(Mark.BORDER, [(border, y) for border in line.borders], look))
    if line.apart:
        way = {"color": LIGHT["ink"], "width": THIN, "dash": "dot"}
        drawn.append(_across(Mark.APART, line.apart, y, way))
    if line.dot is not None:
        rim = {"color": LIGHT["paper"], "width": RIM}
        look = {"symbol": "circle", "size": DOT_SIZE, "color": LIGHT["act"], "line": rim}
        drawn.append(markers(Mark.DOT, [(line.dot, y)], look))
    if line.own is not None:
        ink = {"color": LIGHT["ink"], "width": RIM}
        look = {"symbol": "diamond-open", "size": OWN_SIZE, "color": LIGHT["ink"], "line": ink}
        drawn.append(markers(Mark.OWN, [(line.own, y)], look))
    return drawn


def _across(mark: Mark, ends: Point, y: float, line: Drawing) -> Trace:
    return stroke(mark, [(end, y) for end in ends], line)


def _text(words: str, font: Drawing, width: int, side: int) -> Drawing:
    """Set words in the column left (-1) or right (1) of the lines, in as many rows as they need."""
    rows = textwrap.wrap(words, int(width / (LETTER * font["size"])))
    anchor = "left" if side < 0 else "right"
    return {
        "text": "<br>".join(rows),
        "font": font,
        "showarrow": False,
        "xref": "paper",
        "x": (side + 1) / 2,
        "xanchor": anchor,
        "align": anchor,
        "xshift": side * (width + INSET),
    }


def _laid_out(
    traces: list[Trace], height: float, texts: list[Drawing], room: tuple[int, int] = (0, 0)
) -> Drawing:
    hidden = {"visible": False, "fixedrange": True}
    return {
        "data": traces,
        "layout": {
            "template": None,
            "autosize": True,
            "margin": {"l": room[0] + INSET, "r": room[1] + INSET, "t": 0, "b": 0},
            "paper_bgcolor": LIGHT["paper"],
            "plot_bgcolor": LIGHT["paper"],
            "font": {"family": FONT, "size": WORDS_SIZE, "color": LIGHT["ink"]},
            "hovermode": False,
            "dragmode": False,
            "xaxis": {**hidden, "range": [0, 1]},
            "yaxis": {**hidden, "range": [height, 0]},
            "annotations": texts,
        },
    }
