"""PDF/UA-1 (ISO 14289-1), as far as a reader other than the writer can check it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

KNOWN = {
    *("Document", "Part", "Sect", "Div", "NonStruct", "H1", "H2", "H3", "P", "Span", "Strong"),
    *("Em", "Link", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead", "TBody"),
    "Figure",
}


def elements(reader: PdfReader) -> Iterator[dict[str, Any]]:
    """Walk the structure tree in reading order."""
    yield from _below(root_of(reader)["/StructTreeRoot"])


def root_of(reader: PdfReader) -> Any:  # noqa: ANN401  (any PDF object)
    """Return the document's catalogue."""
    return reader.trailer["/Root"].get_object()


def _below(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  (any PDF object)
    found = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(found, ArrayObject):
        for one in found:
            yield from _below(one)
    elif isinstance(found, DictionaryObject):
        if "/S" in found and found.get("/Type", "/StructElem") == "/StructElem":
            yield found
        if "/K" in found:
            yield from _below(found["/K"])


def faults(reader: PdfReader) -> list[str]:
    """Return what keeps a document from being read by a screen reader; empty for a good one."""
    root = root_of(reader)
    has = {
        "not marked": root.get("/MarkInfo", {}).get("/Marked"),
        "no language": root.get("/Lang"),
        "the title is not displayed": root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"),
        "no title": reader.metadata and reader.metadata.title,
        "does not say that it is PDF/UA": b"pdfuaid" in root["/Metadata"].get_object().get_data(),
    }
    found = [fault for fault, is_there in has.items() if not is_there]
    roles = {str(k): str(v) for k, v in root["/StructTreeRoot"].get("/RoleMap", {}).items()}
    tags = list(elements(reader))
    names = [str(tag["/S"]) for tag in tags]
    unknown = {roles.get(name, name).lstrip("/") for name in names} - KNOWN
    found += [f"unknown tag {name}" for name in sorted(unknown)]
    found += ["a figure without a text" for tag in tags if _is_bare(tag)]
    found += _heading_faults(names)
    for number, page in enumerate(reader.pages, 1):
        if page.get("/Annots") and page.get("/Tabs") != "/S":
            found.append(f"page {number} in no tab order")
        if "/StructParents" not in page:
            found.append(f"page {number} without tags")
    return found


def _is_bare(tag: dict[str, Any]) -> bool:
    return tag["/S"] == "/Figure" and not str(tag.get("/Alt", "")).strip()


def _heading_faults(names: list[str]) -> Iterator[str]:
    level = 0
    for name in names:
        if name in {"/H1", "/H2", "/H3", "/H4"}:
            now = int(name[2])
            if now > level + 1:
                yield f"{name} follows a heading of level {level}"
            level = now
