"""A language in which every translated text stands in brackets.

What stands outside of them can be read in no language but one.
"""

from __future__ import annotations

import html
import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo

from tests.budgets import TOP
from tests.page_checks import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from flask import Flask

LOCALE: Final = "eo"
OPEN, CLOSE = "⟦", "⟧"
SPOKEN_ATTRIBUTES: Final = (
    "title",
    "alt",
    "placeholder",
    "aria-label",
    "data-label",
    "data-download",
)
SVG: Final = "{http://www.w3.org/2000/svg}"
PICTURE: Final = f"{SVG}svg"
UNSPOKEN_TAGS: Final = {"script", "style", PICTURE, "textarea"}
SOURCES: Final[tuple[tuple[str, list[tuple[str, str]], dict[str, dict[str, Any]]], ...]] = (
    ("surveyapp", [("**.py", "python")], {}),
    ("templates", [("**.html", "jinja2")], {"**.html": {"silent": "false"}}),
)


def bracketed(text: str) -> str:
    """Translate a text into the pseudo-language."""
    return f"{OPEN}{text}{CLOSE}"


def messages(top: Path = TOP) -> Iterator[str | tuple[str, ...]]:
    """Yield every text that is marked for translation, plurals as pairs."""
    yield from (message for message, _context in marked(top))


def marked(top: Path = TOP) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Yield every text with its context, which tells apart what is the same word in English."""
    keywords = DEFAULT_KEYWORDS | {"lazy_gettext": None, "lazy_ngettext": (1, 2)}
    for folder, methods, options in SOURCES:
        found = extract_from_dir(top / folder, methods, options, keywords)
        yield from ((message, context) for _file, _line, message, _comments, context in found)


def write_catalogue(folder: Path) -> None:
    """Write the pseudo-language's compiled catalogue as a translation directory has it."""
    catalogue = Catalog(locale=LOCALE)
    for message, context in marked():
        if isinstance(message, str):
            catalogue.add(message, bracketed(message), context=context)
        else:
            catalogue.add(message, tuple(map(bracketed, message)), context=context)
    compiled = folder / LOCALE / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, catalogue)


def untranslated(page: str, dates: Iterable[str] = (), names: Iterable[str] = ()) -> list[str]:
    """Return the texts of a page that stand in no brackets.

    Digits and punctuation, these dates, and whatever is marked as not for translation may stand
    outside; in figures and pictures, where nothing can be marked, these names as well.
    """
    root = parse(page)
    depth, found = 0, []
    for text in _texts(root):
        rest, depth = _outside(text, depth)
        if _is_spoken(rest, dates):
            found.append(rest.strip())
    if depth:
        found.append(f"{depth} brackets stay open")
    drawn = {*names, *map(html.unescape, names)}
    for texts, allowed in (
        (_attributes(root), ()),
        (figure_texts(root), drawn),
        (picture_texts(root), drawn),
    ):
        found += untranslated_of(texts, allowed)
    return found


def untranslated_of(texts: Iterable[str], allowed: Iterable[str]) -> Iterator[str]:
    """Yield the texts of which more stands in no brackets than what is allowed."""
    for text in texts:
        rest, left = _outside(text, 0)
        if left or _is_spoken(rest, allowed):
            yield text


def figure_texts(root: Element) -> Iterator[str]:
    """Yield every text that a page's figures show."""
    for script in root.iter("script"):
        if (script.get("id") or "").endswith("-figure"):
            yield from _shown(json.loads(script.text or "null"))


@contextmanager
def speaking(app: Flask, folder: Path) -> Iterator[None]:
    """Let an application speak the pseudo-language, whose catalogue goes into a folder."""
    write_catalogue(folder)
    babel = app.extensions["babel"]
    babel.translation_directories[:] = [str(folder)]
    babel.instance.domain_instance.cache.clear()
    yield
    babel.instance.domain_instance.cache.clear()


def picture_texts(root: Element) -> Iterator[str]:
    """Yield every text in a page's own pictures, names beside marks included."""
    for picture in root.iter(PICTURE):
        yield picture.get("aria-label") or ""
        yield from (title.text or "" for title in picture.iter(f"{SVG}title"))
        # Together, since a text may be broken into lines.
        yield " ".join("".join(text.itertext()) for text in picture.iter(f"{SVG}text"))


def _shown(figure: Mapping[str, object]) -> Iterator[str]:
    for key, value in figure.items():
        values = value if isinstance(value, list | tuple) else [value]
        for one in values:
            if isinstance(one, dict):
                yield from _shown(one)
            elif key in {"text", "hovertext", "name", "ticktext"} and isinstance(one, str):
                yield one


def _texts(element: Element) -> Iterator[str]:
    """Yield the texts for translation below an element, in the order in which they are read."""
    if _is_spoken_element(element):
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def _attributes(element: Element) -> Iterator[str]:
    if _is_spoken_element(element):
        yield from (element.get(name) or "" for name in SPOKEN_ATTRIBUTES)
        for child in element:
            yield from _attributes(child)


def _is_spoken_element(element: Element) -> bool:
    return element.get("translate") != "no" and element.tag not in UNSPOKEN_TAGS


def _outside(text: str, depth: int) -> tuple[str, int]:
    """Return what of a text stands in no brackets, and how many brackets are open after it."""
    rest = []
    for character in text:
        if character == CLOSE:
            depth -= 1
        elif character == OPEN:
            depth += 1
        elif depth == 0:
            rest.append(character)
    return "".join(rest), depth


def _is_spoken(text: str, allowed: Iterable[str]) -> bool:
    for name in sorted(allowed, key=len, reverse=True):
        text = text.replace(name, "")
    return re.search(r"[^\W\d_]", text.replace("<br>", "")) is not None
