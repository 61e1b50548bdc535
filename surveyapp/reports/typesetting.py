"""Typst as the printer: templates and data in, PDF or PNG out, the same bytes each time.

Names may hold any character: they travel as data and are never part of the markup.
"""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from surveyapp.charts.svg import FONT
from surveyapp.config import template_folder

logger = logging.getLogger(__name__)

FONTS: Final = Path(__file__).resolve().parent / "fonts"
LETTERS: Final = "Surveyapp Sans"
MISSING_LETTER: Final = "could not be displayed with font"
"""How Typst says that the standard refuses an empty box in place of a letter."""
PICTURE: Final = b"""
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""
PIXELS_PER_INCH: Final = 144
"""Twice as many pixels as the figure says, for sharp screens and print."""


def pdf(template: str, texts: dict[str, Any]) -> bytes:
    """Print a template of `templates/report/` with its texts, as PDF/UA-1 (ISO 14289-1).

    Tagged, titled, with a language and a text for each picture. The same texts give the same
    bytes, as long as our fonts and those in Typst's wheel have every letter; otherwise the
    server's own fonts help out, and a letter that those lack too is printed as an empty box, with
    a warning in the log.
    """
    folder = template_folder() / "report"

    def compiled(*, own_fonts_only: bool, accessible: bool = True) -> bytes:
        document: bytes = typst.compile(
            folder / template,
            root=folder,
            font_paths=_fonts(own_only=own_fonts_only),
            ignore_system_fonts=own_fonts_only,
            sys_inputs={"texts": json.dumps(texts)},
            format="pdf",
            pdf_standards=["ua-1"] if accessible else [],
        )
        return document

    for own_fonts_only in (True, False):
        try:
            return compiled(own_fonts_only=own_fonts_only)
        except typst.TypstError as error:
            if MISSING_LETTER not in error.message:
                raise
    # The message would name the person; a box in a name is better than no report.
    logger.warning(
        "No font on this server has all letters of the names in %s; the missing ones are printed"
        " as boxes. Fonts such as Noto Sans, installed on the server, mend this.",
        template,
    )
    return compiled(own_fonts_only=False, accessible=False)


def png(svg: str) -> bytes:
    """Turn an SVG picture into pixels, two for each of its own; the same bytes each time."""
    picture: bytes = typst.compile(
        PICTURE,
        font_paths=_fonts(own_only=True),
        sys_inputs={"svg": in_our_letters(svg)},
        format="png",
        ppi=PIXELS_PER_INCH,
    )
    return picture


def forget() -> None:
    """Let go of memory: Typst keeps what it worked out until ten documents later.

    An empty document counts as well; half as much memory makes the next one no slower.
    """
    for _document in range(2):
        typst.compile(b"", font_paths=_fonts(own_only=True), format="svg")


def in_our_letters(svg: str) -> str:
    """Have a picture written in the letters of the page that it is on."""
    return svg.replace(FONT, LETTERS)


@cache
def _fonts(*, own_only: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=not own_only, font_paths=[FONTS])
