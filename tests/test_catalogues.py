"""Every text is translated into every language, and fits where the English stands."""

from __future__ import annotations

import gettext
import io
import re
from typing import TYPE_CHECKING

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from surveyapp.web.language import LANGUAGES
from tests.budgets import TOP
from tests.pseudo_language import marked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from babel.messages.catalog import Catalog

FOLDER = TOP / "surveyapp" / "translations"
TRANSLATED = [code for code in LANGUAGES if code != "en"]
FIELD = re.compile(r"%\(\w+\)[sd]|<[^>]+>")
SAME_WORDS_ELSEWHERE = 0.05
"""Share of texts that may be the same as in English: names, Coach, Team."""


def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)


def faults(found: Catalog) -> Iterable[str]:
    """Yield what is missing, or does not fit its place."""
    for message, context in marked():
        entry = found.get(forms(message)[0], context)
        if entry is None:
            yield f"not in the catalogue, run make messages: {message}"
        elif entry.fuzzy or not all(forms(entry.string)):
            yield f"not translated: {message}"
        else:
            several = forms(message)[-1]
            for form in forms(entry.string):
                missing = set(FIELD.findall(several)) ^ set(FIELD.findall(form))
                if missing - ({"%(num)s"} if isinstance(message, tuple) else set()):
                    yield f"{sorted(missing)} in one of them only: {several} | {form}"
                if (several[:1].isspace(), several[-1:].isspace()) != (
                    form[:1].isspace(),
                    form[-1:].isspace(),
                ):
                    yield f"other spaces at its ends: {several} | {form}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_fits(language: str) -> None:
    found = list(faults(catalogue(language)))
    assert not found, f"{len(found)}\n" + "\n".join(found[:40])


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_left_over(language: str) -> None:
    used = {(forms(message)[0], context) for message, context in marked()}
    entries = [entry for entry in catalogue(language) if entry.id]
    assert {(forms(entry.id)[0], entry.context) for entry in entries} <= used


@pytest.mark.parametrize("language", TRANSLATED)
def test_hardly_any_text_is_the_same_as_in_english(language: str) -> None:
    entries = [entry for entry in catalogue(language) if entry.id]
    same = [entry.id for entry in entries if forms(entry.id) == forms(entry.string)]
    assert len(same) < SAME_WORDS_ELSEWHERE * len(entries), same


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_installed_is_what_is_in_the_catalogue(language: str) -> None:
    compiled = FOLDER / language / "LC_MESSAGES" / "messages.mo"
    with compiled.open("rb") as file:
        installed = gettext.GNUTranslations(file)
    for entry in catalogue(language):
        if isinstance(entry.id, str) and entry.id:
            found = installed.pgettext(entry.context, entry.id) if entry.context else None
            assert (found or installed.gettext(entry.id)) == entry.string


def test_a_text_that_lacks_a_field_is_seen() -> None:
    found = catalogue(TRANSLATED[0])
    entry = next(e for e in found if isinstance(e.id, str) and "%(" in e.id)
    entry.string = "without"
    assert any("in one of them only" in fault and "without" in fault for fault in faults(found))


def test_plurals_follow_each_languages_own_rule() -> None:
    for language, zero in (("de", 1), ("fr", 0), ("es", 1)):
        compiled = io.BytesIO()
        write_mo(compiled, catalogue(language))
        compiled.seek(0)
        installed = gettext.GNUTranslations(compiled)
        entry = next(e for e in catalogue(language) if isinstance(e.id, tuple))
        one, several = forms(entry.id)
        assert installed.ngettext(one, several, 0) == forms(entry.string)[zero]
        assert installed.ngettext(one, several, 1) == forms(entry.string)[0]
