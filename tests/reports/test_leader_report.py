from __future__ import annotations

import datetime as dt
import subprocess
import sys
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from pypdf import PdfReader

from surveyapp.core.checkin import Agreed
from surveyapp.core.publication import Withheld
from surveyapp.reports.leader_report import withheld_parts
from surveyapp.reports.making import leader_pdf
from surveyapp.storage.models import Paper
from tests.publications import EARLIER, FINE, PUBLICATIONS, TOO_FEW, changed
from tests.reports.results import MARKUP, NAMES, read, result, squeezed, text_of
from tests.reports.tags import elements, faults, root_of

if TYPE_CHECKING:
    from surveyapp.core.publication import Publication

EVERY = PUBLICATIONS | changed("bbbbbbbbbbbb")
LEAST_LETTERS = 150
"""A page with fewer letters would look empty."""


def printed(publication: Publication, paper: Paper = Paper.A4) -> bytes:
    """Print a result with everything beside it that can be."""
    return leader_pdf(result(publication, own=True, earlier=EARLIER), paper)


@cache
def document(name: str, paper: Paper = Paper.A4) -> bytes:
    """Print each only once."""
    return printed(EVERY[name], paper)


@pytest.mark.parametrize("name", EVERY)
def test_every_kind_of_result_is_readable_by_a_screen_reader(name: str) -> None:
    reader = read(document(name))
    assert faults(reader) == []
    assert root_of(reader)["/Lang"] == "en"
    assert reader.metadata
    assert reader.metadata.title == "How your team feels led: Dana Okafor, Spring"


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("paper", Paper)
def test_no_page_of_any_report_looks_empty(name: str, paper: Paper) -> None:
    pages = read(document(name, paper)).pages
    assert 1 <= len(pages) <= 10
    letters = [len(squeezed(page.extract_text())) for page in pages]
    assert min(letters) >= LEAST_LETTERS, letters
    width = round(float(pages[0].mediabox.width))
    assert width == {Paper.A4: 595, Paper.LETTER: 612}[paper]


def test_a_full_report_has_its_parts_in_order_as_bookmarks() -> None:
    reader = read(document("fine"))
    marks = [str(mark["/Title"]) for mark in reader.outline if not isinstance(mark, list)]
    assert marks == [
        "In short",
        "The map",
        "The scales",
        "The amount of supervision",
        "Agreement",
        "Own view",
        "Single questions",
        "Comments",
        "One focus",
        "For the team meeting",
        "Check-in agreement",
        "Method",
    ]
    text = text_of(document("fine"))
    places = [text.rindex(squeezed(mark)) for mark in marks[:4]]
    assert 6 <= len(reader.pages) <= 10
    assert places == sorted(places)


def test_too_few_answers_give_one_honest_page_with_the_guide() -> None:
    reader = read(document("too few"))
    (page,) = reader.pages
    text = squeezed(page.extract_text())
    for said in (
        "Too few people answered",
        "Not shown: fewer than 5 people answered this.",
        "Single answers could otherwise be guessed.",
        "Questions",
    ):
        assert squeezed(said) in text


def test_maps_are_figures_with_a_text_and_their_values_stand_in_tables() -> None:
    tags = list(elements(read(document("fine"))))
    texts = [str(tag["/Alt"]) for tag in tags if tag["/S"] == "/Figure"]
    assert texts == ["Triangle: Mostly hands-off.", "Square: Mostly hands-off."]
    assert sum(tag["/S"] == "/Table" for tag in tags) >= 4
    assert sum(tag["/S"] == "/TH" for tag in tags) >= 12


def test_pictures_are_drawn_and_no_pixels() -> None:
    reader = read(document("fine"))
    assert not [image for page in reader.pages for image in page.images]
    assert len(document("fine")) < 300_000


def test_text_is_selectable_in_reading_order_for_another_reader() -> None:
    opened = pypdfium2.PdfDocument(document("fine"))
    try:
        text = squeezed("".join(page.get_textpage().get_text_range() for page in opened))
    finally:
        opened.close()
    order = [
        "Dana Okafor",
        "Mostly hands-off",
        "In this report",
        "How closely people feel their work is followed.",
        "Bring <b>cake</b>",
        "How this came about, and what is not shown",
    ]
    places = [text.rindex(squeezed(said)) for said in order]
    places[0:2] = [text.index(squeezed(said)) for said in order[0:2]]
    assert places == sorted(places)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_withheld_is_named_with_its_reason(name: str) -> None:
    about = result(EVERY[name], own=True, earlier=EARLIER)
    text = text_of(document(name))
    if name == "too few":
        return
    for what, why in withheld_parts(about):
        assert squeezed(what) in text
        assert squeezed(why) in text
    publication = EVERY[name]
    withheld = [scale for scale in publication.scales.values() if isinstance(scale, Withheld)]
    assert len(withheld_parts(about)) >= len(withheld)


def test_an_own_view_is_said_only_where_there_is_one() -> None:
    with_it, without = printed(FINE), leader_pdf(result(FINE), Paper.A4)
    said = squeezed("You and your team see it differently")
    assert said in text_of(with_it)
    assert said not in text_of(without)
    assert squeezed("You did not fill in your own view") in text_of(without)


@pytest.mark.parametrize("name", NAMES)
def test_names_and_comments_appear_letter_by_letter(name: str) -> None:
    publication = replace(FINE, comments={"C1": (name, "=1+1"), "C2": TOO_FEW})
    text = text_of(leader_pdf(result(publication, leader=name), Paper.A4))
    assert text.count(squeezed(name)) >= 3
    assert "=1+1" in text


def test_names_are_data_and_no_markup(sent: list[dict[str, Any]]) -> None:
    leader_pdf(result(), Paper.A4)
    leader_pdf(result(leader=MARKUP), Paper.A4)
    assert sent[0]["template"] == sent[1]["template"]
    assert all("output" not in call for call in sent)


def test_a_long_name_stays_on_the_page() -> None:
    long = "Wolfeschlegelsteinhausenbergerdorff" * 6
    reader = read(leader_pdf(result(leader=long), Paper.A4))
    assert squeezed(long) in squeezed(reader.pages[0].extract_text())


IN_A_PROCESS = """
import sys
from flask import Flask
from flask_babel import Babel
from surveyapp.reports.making import leader_pdf
from surveyapp.storage.models import Paper
from tests.publications import EARLIER, FINE
from tests.reports.results import result
app = Flask("x")
Babel(app)
with app.app_context():
    sys.stdout.buffer.write(leader_pdf(result(FINE, own=True, earlier=EARLIER), Paper.A4))
"""


def test_the_same_publication_is_the_same_bytes_in_every_process() -> None:
    twice = [
        subprocess.run([sys.executable, "-c", IN_A_PROCESS], capture_output=True, check=True).stdout
        for _process in range(2)
    ]
    assert twice[0] == twice[1] == document("fine")
    metadata = PdfReader.metadata.fget(read(twice[0]))  # type: ignore[attr-defined]
    assert not {"/CreationDate", "/ModDate"} & set(metadata)


def test_an_organisation_has_its_name_and_colour_on_it() -> None:
    plain = result()
    other = replace(plain, survey=replace(plain.survey, organisation="Contoso", colour="#7a1fa2"))
    document = leader_pdf(other, Paper.A4)
    assert text_of(document).count("Contoso") >= 5
    contents: Any = read(document).pages[0]["/Contents"]
    drawn = contents.get_object().get_data()
    assert b"0.47843137 0.12156863 0.63529414" in drawn  # 7a, 1f, a2 of ff


AGREED = Agreed(
    "Offers, #1 *before* they go out",
    "Tuesdays",
    "Fifteen minutes",
    dt.date(2027, 9, 1),
    "Four in a row",
)


def test_an_earlier_agreement_is_shown_with_how_it_went() -> None:
    kept = replace(FINE, items=FINE.items | {"K1": 8, "K2": TOO_FEW})
    about = replace(result(kept), before=AGREED, asked_about_it=True)
    document = leader_pdf(about, Paper.A4)
    text = text_of(document)
    for said in (
        "The check-in agreement Kept",
        "What we agreed on was kept.",
        "about 4.0",
        "What we agreed on felt: Not shown: fewer than 10 people answered this.",
        AGREED.what,
        "Wednesday, September 1, 2027",
    ):
        assert squeezed(said) in text
    assert faults(read(document)) == []
    few = replace(result(PUBLICATIONS["micro-leading"]), before=AGREED)
    assert squeezed("Not asked: answers to single questions") in text_of(leader_pdf(few, Paper.A4))


def test_what_was_agreed_since_stands_in_place_of_the_form() -> None:
    blank = text_of(leader_pdf(result(), Paper.A4))
    recorded = text_of(leader_pdf(replace(result(), agreed=AGREED), Paper.A4))
    assert squeezed("which work, which milestones") in blank
    assert squeezed("which work, which milestones") not in recorded
    assert squeezed("What you and your team agreed on") in recorded
    assert squeezed(AGREED.sign) in recorded
