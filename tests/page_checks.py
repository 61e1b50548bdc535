"""What every page of ours keeps to, as a list of faults: empty for a good page."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import html5lib
from html5lib.html5parser import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

LABELLED: Final = {"input", "select", "textarea"}
WITHOUT_LABEL: Final = {"hidden", "submit", "button", "image", "reset"}
DRAWN: Final = re.compile(r'(?<= name="csrf_token" )((?:type="hidden" )?value=")[^"<>&]+(?=")')
"""What is drawn anew for each page, and is the same to every rule."""
REFERENCES: Final = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


def parse(page: str) -> Element:
    """Parse a page; raises `ParseError` for anything that is not valid HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(page)
    return root


def page_faults(page: str, headers: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a page and its headers."""
    return [*_policy_faults(headers), *_faults(DRAWN.sub(r"\1x", page))]


@lru_cache(2000)
def _faults(page: str) -> list[str]:
    """Return what is wrong with a page; tests load many that are the same."""
    try:
        root = parse(page)
    except ParseError as error:
        return [f"invalid HTML: {error}"]
    return [
        *_heading_faults(root),
        *_id_faults(root),
        *_label_faults(root),
        *_inline_faults(root),
    ]


def text_of(element: Element) -> str:
    """Return all text inside, with runs of white space as one space."""
    return " ".join("".join(element.itertext()).split())


def _policy_faults(headers: Mapping[str, str]) -> Iterator[str]:
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"content security policy: {policy or 'none'}"


def _heading_faults(root: Element) -> Iterator[str]:
    if not root.get("lang"):
        yield "no language"
    titles = [text_of(found) for found in root.iter("title")]
    headings = [text_of(found) for found in root.iter("h1")]
    if len(headings) != 1:
        yield f"{len(headings)} main headings: {headings}"
    elif titles != headings or not headings[0]:
        yield f"title {titles} is not the main heading {headings}"


def _id_faults(root: Element) -> Iterator[str]:
    ids = Counter(found.get("id") for found in root.iter() if found.get("id") is not None)
    yield from (f"id {name!r} stands {times} times" for name, times in ids.items() if times > 1)
    for element in root.iter():
        wanted = [name for key in REFERENCES for name in (element.get(key) or "").split()]
        target = element.get("href") or ""
        if target.startswith("#"):
            wanted.append(target[1:])
        yield from (f"{element.tag} refers to no id {name!r}" for name in wanted if name not in ids)


def _label_faults(root: Element) -> Iterator[str]:
    labels = [label for label in root.iter("label") if _own_words(label)]
    named = {label.get("for") for label in labels}
    wrapped = {inside for label in labels for inside in label.iter()}
    for field in root.iter():
        if field.tag not in LABELLED or field.get("type") in WITHOUT_LABEL:
            continue
        own = field.get("aria-label") or field.get("aria-labelledby")
        if not (own or field in wrapped or (field.get("id") or "") in named):
            yield f"{field.tag} {field.get('name')!r} has no label"


def _own_words(label: Element) -> str:
    """Return a label's text without that of the fields inside, such as a list's options."""
    inside = "".join(text_of(field) for field in label.iter() if field.tag in LABELLED)
    return text_of(label).removesuffix(inside).strip()


def _inline_faults(root: Element) -> Iterator[str]:
    for element in root.iter():
        if element.tag == "style" or "style" in element.attrib:
            yield f"inline style at {element.tag}"
        if element.tag == "script":
            data = element.get("type") == "application/json"
            if not data and ("src" not in element.attrib or element.text):
                yield "inline script"
        for name, value in element.attrib.items():
            if name.startswith("on"):
                yield f"event attribute {name} at {element.tag}"
            if value.strip().lower().startswith("javascript:"):
                yield f"script in {name} at {element.tag}"
