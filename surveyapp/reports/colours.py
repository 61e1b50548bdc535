"""An organisation's own colour, dark enough to be read on paper."""

from __future__ import annotations

import re
from typing import Final

DEFAULT: Final = "#24405e"
LEAST_CONTRAST: Final = 4.5
"""Of text to its ground: WCAG 2.2, success criterion 1.4.3."""
STEP: Final = 0.97
LINEAR_UP_TO: Final = 0.04045
COLOUR: Final = re.compile("#[0-9a-fA-F]{6}")


def readable(colour: str) -> str:
    """Return a colour, or the nearest darker one with a contrast of 4.5 to 1 on white paper.

    Raises `ValueError` for what is no colour such as #24405e.
    """
    if not COLOUR.fullmatch(colour):
        message = f"{colour!r} is no colour such as {DEFAULT}"
        raise ValueError(message)
    parts = [float(int(colour[place : place + 2], 16)) for place in (1, 3, 5)]
    while contrast_on_white(written := _written(parts)) < LEAST_CONTRAST:
        parts = [part * STEP for part in parts]
    return written


def contrast_on_white(colour: str) -> float:
    """Return the contrast ratio of a colour such as #24405e on white, from 1 to 21."""
    light = [_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5)]
    luminance = sum(
        weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), light, strict=True)
    )
    return 1.05 / (luminance + 0.05)


def _linear(part: float) -> float:
    # sRGB, IEC 61966-2-1, as WCAG 2.2 quotes it.
    return part / 12.92 if part <= LINEAR_UP_TO else ((part + 0.055) / 1.055) ** 2.4


def _written(parts: list[float]) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in parts)
