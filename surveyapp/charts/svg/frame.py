"""Where values lie in a picture: the margins and axes of a figure, as plotly.js lays them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from surveyapp.charts.chart import Drawing

INSET: Final = 10
"""Pixels at both ends of a fluid picture, left for marks that reach beyond their place."""
AXIS: Final = ("constrain", "fixedrange", "range", "scaleanchor", "scaleratio", "visible")
MARGIN: Final = ("b", "l", "r", "t")


class UnknownPartError(ValueError):
    """A figure has a part that the writer does not know, and so would have to leave out."""


def only(what: str, part: Drawing, known: tuple[str, ...]) -> None:
    """Raise UnknownPartError if a part of a figure has a setting that is not known."""
    for name in part:
        if name not in known:
            raise UnknownPartError(_message(f"{what}.{name}"))


def expect(what: str, value: object, known: Collection[object]) -> None:
    """Raise UnknownPartError if a setting has a value that is not known."""
    if value not in known:
        raise UnknownPartError(_message(f"{what} = {value!r}"))


def _message(what: str) -> str:
    return f"{what}: this cannot be written as SVG; draw it another way, or teach charts/svg"


@dataclass(frozen=True)
class Axis:
    """A straight axis: where its low end lies in the picture, and how far a unit is, in pixels."""

    low: float
    start: float
    unit: float
    paper: tuple[float, float]
    """Where the plotting area begins on this axis, and how long it is: what "paper" refers to."""

    def place(self, value: float, ref: str) -> float:
        """Return the pixel of a value, or of a part of the plotting area."""
        if ref == "paper":
            return self.paper[0] + value * self.paper[1]
        return self.start + (value - self.low) * self.unit


@dataclass(frozen=True)
class Frame:
    """A picture's size and axes; y runs downwards in pixels, and upwards in values."""

    width: float
    height: float
    fluid: bool
    """Whether the width is that of the place where the picture will stand."""
    x: Axis
    y: Axis


def frame_of(layout: Drawing, width: float, height: float, *, fluid: bool) -> Frame:
    """Lay out a figure's axes in a picture of `width` times `height` pixels.

    With a common scale for x and y the plotted ranges lie in the middle of the plotting area: that
    is what `constrain` "domain" does for x, and what widening the range does for y.
    """
    margin, across, up = layout["margin"], layout["xaxis"], layout["yaxis"]
    only("layout.margin", margin, MARGIN)
    for name, axis in (("xaxis", across), ("yaxis", up)):
        only(f"layout.{name}", axis, AXIS)
        expect(f"layout.{name}.visible", axis["visible"], (False,))
    if fluid:
        # Places across are in percent, which the pen writes: a hundred to the picture's width.
        left, wide = 0.0, 100.0
    else:
        left, wide = margin["l"], width - margin["l"] - margin["r"]
    top, high = margin["t"], height - margin["t"] - margin["b"]
    (x_low, x_high), (y_low, y_high) = across["range"], up["range"]
    x_unit, y_unit = wide / (x_high - x_low), high / (y_high - y_low)
    if "scaleanchor" in up:
        expect("layout.xaxis.constrain", across.get("constrain"), ("domain",))
        expect("layout.yaxis.scaleanchor", up["scaleanchor"], ("x",))
        expect("layout.yaxis.scaleratio", up.get("scaleratio", 1), (1,))
        x_unit = y_unit = min(x_unit, y_unit)
    else:
        expect("layout.xaxis.constrain", across.get("constrain"), (None,))
    x_spare, y_spare = wide - x_unit * (x_high - x_low), high - y_unit * (y_high - y_low)
    return Frame(
        width,
        height,
        fluid,
        Axis(x_low, left + x_spare / 2, x_unit, (left, wide)),
        Axis(y_low, top + high - y_spare / 2, -y_unit, (top + high, -high)),
    )
