"""Writes elements of a picture: numbers, colours and places as attributes."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from surveyapp.charts.palette import LIGHT
from surveyapp.charts.svg.frame import UnknownPartError, expect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.charts.svg.frame import Frame

TOKENS: Final = {colour: f"var(--{token})" for token, colour in LIGHT.items()}
PRINTED: Final = {LIGHT["paper"]: "#ffffff"}
"""Outside of the page, paper is white."""
NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SHORTEST_DASH: Final = 3


class Pen:
    """Writes one picture."""

    def __init__(self, frame: Frame, *, page: bool) -> None:
        self.frame = frame
        self.page = page
        self.parts: list[str] = []

    def add(self, name: str, inside: str = "", **attributes: str | float | None) -> None:
        """Add an element; attributes that are None are left out, "_" in their names means "-"."""
        self.parts.append(self.element(name, inside, **attributes))

    def element(self, name: str, inside: str = "", **attributes: str | float | None) -> str:
        """Write an element."""
        written = "".join(
            f' {key.replace("_", "-")}="{value if isinstance(value, str) else number(value)}"'
            for key, value in attributes.items()
            if value is not None
        )
        return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"

    def x(self, value: float, ref: str = "x") -> str:
        """Write a place across."""
        place = number(self.frame.x.place(value, ref))
        return f"{place}%" if self.frame.fluid else place

    def y(self, value: float) -> str:
        """Write a height."""
        return number(self.frame.y.place(value, "y"))

    def path(self, points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
        """Write a path through points of the figure."""
        if self.frame.fluid:
            message = "a path of more than two points has no places in percent: use a scaled figure"
            raise UnknownPartError(message)
        return "M" + "L".join(f"{self.x(x)},{self.y(y)}" for x, y in points) + "Z" * closed

    def colour(self, colour: str) -> str:
        """Write a colour of the light palette, in a page as its token."""
        expect("colour", colour, TOKENS)
        return TOKENS[colour] if self.page else PRINTED.get(colour, colour)


def number(value: float) -> str:
    """Write a number with two digits at most."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def text(words: str) -> str:
    """Write somebody's words so that they are nothing but words."""
    return html.escape(NOT_XML.sub("\N{REPLACEMENT CHARACTER}", words))


def dashes(dash: str, width: float) -> str | None:
    """Write a named pattern of dashes as plotly.js does; None for a solid line."""
    expect("line.dash", dash, ("solid", "dot"))
    length = number(max(width, SHORTEST_DASH))
    return f"{length},{length}" if dash == "dot" else None


def opacity(value: float) -> float | None:
    """Return an opacity to write; None if everything is seen."""
    return None if value == 1 else value
