"""Long lists: the page of one that somebody asks for, and what they search it for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from flask import request

if TYPE_CHECKING:
    from collections.abc import Sequence

ON_A_PAGE: Final = 100
"""Rows of a list; a map shows everybody."""

Listed = TypeVar("Listed")


@dataclass(frozen=True)
class Page(Generic[Listed]):
    """A part of a long list."""

    rows: Sequence[Listed]
    number: int
    of: int

    @classmethod
    def asked(cls, rows: Sequence[Listed]) -> Page[Listed]:
        """Cut out what the address asks for; pages count from 1, and there is always one."""
        pages = max(1, -(-len(rows) // ON_A_PAGE))
        number = min(max(request.args.get("page", 1, int), 1), pages)
        return cls(rows[(number - 1) * ON_A_PAGE : number * ON_A_PAGE], number, pages)


def searched() -> str:
    """Return what the address searches for, as `folded` writes names."""
    return folded(" ".join(request.args.get("name", "").split()))


def folded(name: str) -> str:
    """Return a name without case and accents."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
