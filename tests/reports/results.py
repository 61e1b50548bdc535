"""Results to report, and what is printed of them."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING

from pypdf import PdfReader

from surveyapp.charts.reading import Reading
from surveyapp.core.guide import Audience
from surveyapp.reports.results import LeaderResult, Survey
from tests.publications import FINE

if TYPE_CHECKING:
    from surveyapp.core.publication import Publication
    from surveyapp.core.questionnaire import Answers

MARKUP = '#1 *$x$* "q" _u_ @a <b> [c] \\n `d` // e'
NAMES = [MARKUP, "Řehoř Ødegård-Weiß", "Иван Αθηνά", "Nguyễn Thị Ơ"]
"""What any name may hold."""
SURVEY = Survey("Northwind", None, "Spring", dt.date(2027, 4, 30), 5, 10)
OWN: Answers = {"S1": 4, "S2": 3, "S3": 4, "S4r": 2, "T1": 5, "T2": 4, "P1": 4, "P2": 5, "E1": 2}


def result(
    publication: Publication = FINE,
    leader: str = "Dana Okafor",
    *,
    own: bool = False,
    earlier: Publication | None = None,
    id_: str = "aaaaaaaaaaaa",
) -> LeaderResult:
    """Return a leader's result with this publication; the earlier one is of "Autumn"."""
    reading = Reading(
        publication,
        Audience.LEADER,
        all_bands=False,
        own=OWN if own else None,
        guessed=(0.7, 0.8) if own else None,
        earlier=("Autumn", earlier) if earlier else None,
    )
    return LeaderResult(id_, leader, f"Team {leader}", SURVEY, released=True, reading=reading)


def read(document: bytes) -> PdfReader:
    """Open a PDF."""
    return PdfReader(io.BytesIO(document))


def squeezed(text: str) -> str:
    """Leave out all white space, so that a line's end says nothing."""
    return re.sub(r"\s+|\u200b", "", text)


def text_of(document: bytes) -> str:
    """Return all text of a PDF, squeezed."""
    return squeezed("".join(page.extract_text() for page in read(document).pages))
