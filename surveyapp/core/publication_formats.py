"""Publications of earlier formats: what was written once is read for good."""

from __future__ import annotations

from typing import Any, Final

from surveyapp.core.position import Zone
from surveyapp.core.statement import Statement

STEPS_OF_THE_FIRST: Final = 10


def current(document: dict[str, Any]) -> dict[str, Any]:
    """Bring a document of any format, as parsed JSON, into the present one."""
    for format_, upgrade in _UPGRADES.items():
        if document["format"] == format_:
            document = upgrade(document) | {"format": format_ + 1}
    return document


def _from_first(document: dict[str, Any]) -> dict[str, Any]:
    """Bring a document of the first format, which had the coarse tier alone, into the second."""
    position, scales = document["position"], document["scales"]
    if "tenths" in position:
        position = position | {"parts": position["tenths"], "steps": STEPS_OF_THE_FIRST}
    return document | {
        "position": position,
        "scales": {
            name: {"band": scale, "twentieths": None} if isinstance(scale, int) else scale
            for name, scale in scales.items()
        },
        "items": {},
    }


def _from_second(document: dict[str, Any]) -> dict[str, Any]:
    """Bring a document of the second format, which did not say how sure it is, into the third.

    Its places read as unclear: that is all that can be said of them now.
    """
    position = document["position"]
    if "parts" in position:
        pulls = dict(zip(Zone, position["parts"], strict=True))
        named = Zone(position["zone"]) if position["zone"] else None
        zones = sorted(Zone, key=lambda zone: (zone is named, pulls[zone]), reverse=True)
        few = position["statement"] == Statement.FEW_ANSWERED
        position = position | {
            "statement": Statement.FEW_ANSWERED if few else Statement.UNCLEAR,
            "zones": zones[:2] if named else (),
            "tenths": None,
            "region": None,
        }
    return document | {
        "position": position,
        "scales": {name: scale | {"within": None} for name, scale in document["scales"].items()},
        "agreement": None,
        "fit": None,
        "change": None,
    }


_UPGRADES = {1: _from_first, 2: _from_second}
