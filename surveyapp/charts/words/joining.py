"""Joining texts as each language joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence


def labelled(what: str, said: str) -> str:
    """Put a label before what is said of it; some languages set a space before the colon."""
    return str(_("%(what)s: %(said)s", what=what, said=said))


def listed(parts: Sequence[str]) -> str:
    """Write several as one list: one, two and three."""
    return str(format_list(list(parts), locale=get_locale()))
