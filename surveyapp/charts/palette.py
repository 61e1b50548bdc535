"""The colours, light and dark, and the letters.

`static/page.css` and `look.css` have the same, `templates/report/look.typ` most of the light ones;
a test compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from surveyapp.core.position import Zone

LIGHT: Final = {
    "paper": "#fbfaf7",
    "card": "#ffffff",
    "ink": "#1f2733",
    "quiet": "#5c6675",
    "line": "#e4e1d9",
    "tint": "#f3f1ea",
    "act": "#24405e",
    "hands-off": "#3968ab",
    "micro-managing": "#b24129",
    "micro-leading": "#227558",
}
DARK: Final = {
    "paper": "#14181e",
    "card": "#1b2028",
    "ink": "#e9e6df",
    "quiet": "#a3abb7",
    "line": "#303743",
    "tint": "#20262f",
    "act": "#a9c7ea",
    "hands-off": "#84aee8",
    "micro-managing": "#ee8a70",
    "micro-leading": "#6cc7a2",
}
FONT: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif"
SWAP: Final = {LIGHT[token]: DARK[token] for token in LIGHT}
"""What the charts' script replaces in the dark."""


def pole(zone: Zone) -> str:
    """Return the light colour of a pole; poles' colours are used for poles alone."""
    return LIGHT[zone.replace("_", "-")]
