"""No text of any page stays in English where another language is spoken."""

from __future__ import annotations

import datetime as dt
import html
from typing import TYPE_CHECKING

import pytest
from babel.dates import format_date

from surveyapp.web import language
from surveyapp.web.pages import today
from surveyapp.web.security import CONTENT_SECURITY_POLICY
from tests import every_page
from tests.budgets import TOP
from tests.installation import installation, page_client, settings_for
from tests.page_checks import page_faults, parse
from tests.pseudo_language import (
    LOCALE,
    figure_texts,
    marked,
    messages,
    untranslated,
    write_catalogue,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.every_page import Walk

NOT_PAGES = ("mail", "report")
"""Folders of templates that no browser is sent."""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[Walk]:
    """Visit every page in the pseudo-language, once."""
    folder = tmp_path_factory.mktemp("pseudo")
    write_catalogue(folder / "translations")
    with installation(settings_for(folder), migrated_database) as app:
        app.config["LANGUAGES"] = ("en", LOCALE)
        app.extensions["babel"].translation_directories = [str(folder / "translations")]
        language.babel.domain_instance.cache.clear()
        clients = {who: page_client(app) for who in ("anonymous", "everything", "nobody")}
        yield every_page.walk(app, clients, LOCALE)
        language.babel.domain_instance.cache.clear()


def dates() -> set[str]:
    near = [today() + dt.timedelta(days=days) for days in range(-370, 80)]
    return {format_date(date, how, locale=LOCALE) for date in near for how in ("full", "medium")}


def test_no_page_shows_an_untranslated_text(walked: Walk) -> None:
    names = {html.escape(every_page.MARKED_UP), every_page.EARLIER_ROUND}
    found = [
        f"{what}: {text}"
        for what, page in walked.pages.items()
        for text in untranslated(page, dates(), names)
    ]
    assert not found, "\n".join(found)


def test_every_template_was_read(walked: Walk) -> None:
    pages = {
        str(file.relative_to(TOP / "templates"))
        for file in (TOP / "templates").rglob("*.html")
        if not file.name.startswith("_") and file.parent.name not in NOT_PAGES
    }
    assert walked.templates == pages - {"base.html"}


def test_pages_say_which_language_they_are_in(walked: Walk) -> None:
    assert {parse(page).get("lang") for page in walked.pages.values()} == {LOCALE}


def test_the_walk_sees_what_people_see(walked: Walk) -> None:
    assert "⟦Micro-managing⟧" in walked.pages["home"]


def test_figures_carry_no_markup_but_line_breaks(walked: Walk) -> None:
    texts = [text for page in walked.pages.values() for text in figure_texts(parse(page))]
    assert any(html.escape(every_page.MARKED_UP) in text for text in texts)
    assert any("<br>" in text for text in texts)
    assert [text for text in texts if "<" in text.replace("<br>", "")] == []


def test_messages_of_python_and_of_templates_are_both_found() -> None:
    found = set(messages())
    assert {"Type a printed code", "This form has expired", "Code on your slip"} <= found
    assert "My leader trusts me to do my job well." in found
    assert ("%(num)s team", "%(num)s teams") in found


def test_one_english_word_for_two_things_is_two_texts() -> None:
    found = set(marked())
    assert {("agreed", None), ("agreed", "a check-in agreement")} <= found
    assert {("released", None), ("released", "a round")} <= found


def test_no_text_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(messages())
    assert capsys.readouterr().err == ""


PAGE = """<!doctype html><html lang="eo"><title>⟦T⟧</title><h1>⟦T⟧</h1>
<p>⟦Until ⟦now⟧ <b>and</b> on⟧ · 5, Friday <i translate="no">Dana</i></p>
<input placeholder="⟦P⟧" aria-label="⟦A⟧"><textarea aria-label="⟦A⟧">typed</textarea>
<div data-label="⟦D⟧"></div>
<svg aria-label="⟦S⟧"><title>Dana</title><text>⟦M⟧<tspan>Dana</tspan></text></svg>
<script type="application/json" id="a-figure">
{"data": [{"hovertext": ["Dana<br>⟦H⟧"]}], "layout": {"annotations": [{"text": "⟦N⟧"}]}}</script>"""


def test_a_translated_page_has_no_finding() -> None:
    assert page_faults(PAGE, {"Content-Security-Policy": CONTENT_SECURITY_POLICY}) == []
    assert untranslated(PAGE, {"Friday"}, {"Dana"}) == []


@pytest.mark.parametrize(
    ("part", "instead", "finding"),
    [
        ("<title>⟦T⟧", "<title>T", "T"),
        ("5, Friday", "5 people", "· 5 people"),
        ("<b>and</b> on⟧", "<b>and</b>⟧ on", "on · 5, Friday"),
        (' translate="no"', "", "Dana"),
        ("⟦P⟧", "P", "P"),
        ("⟦A⟧", "A", "A"),
        ("⟦D⟧", "⟦D⟧ d", "⟦D⟧ d"),
        ("⟦S⟧", "S", "S"),
        ("⟦M⟧", "M", "MDana"),
        ("<tspan>Dana", "<tspan>Eve", "⟦M⟧Eve"),
        ("<br>⟦H⟧", "<br>H", "Dana<br>H"),
        ("⟦N⟧", "N", "N"),
        ("on⟧", "on", "1 brackets stay open"),
    ],
)
def test_an_untranslated_text_is_found(part: str, instead: str, finding: str) -> None:
    assert part in PAGE
    assert finding in untranslated(PAGE.replace(part, instead), {"Friday"}, {"Dana"})
