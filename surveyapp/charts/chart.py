"""A chart: a figure, and the same in words, as a sentence and a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import plotly.graph_objects as go

if TYPE_CHECKING:
    from surveyapp.charts.lines import Line

Drawing: TypeAlias = dict[str, Any]
"""A figure as plain data, or a part of one: "data" and "layout", as plotly.js and our own writer
read them."""


class Name(str):
    """A name that somebody gave, such as a person's or a round's: it is never translated."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """What a chart shows, as cells that are already written in the reader's language."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """As many cells each as the head; the first one names the row."""


@dataclass(frozen=True)
class Chart:
    """A figure with its text twin; both hold displayed values only."""

    name: str
    """Tells the chart from the others of a page: lower case letters and hyphens."""
    drawing: Drawing
    """In the colours of the light palette, without a size of its own."""
    says: str
    """What to take from it, in one sentence."""
    table: Table
    width: int
    """Pixels, where it is written outside of the page."""
    height: int
    lines: tuple[Line, ...] = ()
    """Of a chart that is lines below each other: each for itself, for words beside it."""

    @cached_property
    def figure(self) -> go.Figure:
        """The drawing as Plotly's figure: Plotly checks every setting, which takes a while."""
        return go.Figure(self.drawing)
