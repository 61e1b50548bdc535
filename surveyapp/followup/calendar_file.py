"""A calendar file of one day (RFC 5545), for any calendar program."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

LINE_OCTETS: Final = 75
"""Section 3.1: no line is longer, its end apart; what goes on begins with a space."""
NAMESPACE: Final = uuid.UUID("0dd3ca4c-3a71-489b-9139-9d07d7f355c5")
EVENING_BEFORE: Final = "-PT15H"
"""Nine in the morning of the day before: reminders of a whole day count from its midnight."""


def whole_day(
    name: str, day: dt.date, summary: str, description: str, revised_on: dt.date
) -> bytes:
    """Return a calendar with one event that lasts all of `day`; the same input, the same bytes.

    `name` says which event this is: with the same one a calendar replaces what it had. It is
    hashed, since ids travel on with an invitation.
    """
    uid = uuid.uuid5(NAMESPACE, name)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//surveyapp//Check-in agreement//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{revised_on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(description)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(summary)}",
        f"TRIGGER:{EVENING_BEFORE}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _escaped(text: str) -> str:
    """Write a value of type TEXT (section 3.3.11)."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n")):
        text = text.replace(plain, written)
    return text.replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Break a line between characters, never inside one."""
    parts, used = [b""], 0
    for character in line:
        octets = character.encode()
        if used + len(octets) > LINE_OCTETS:
            parts.append(b" ")
            used = 1
        parts[-1] += octets
        used += len(octets)
    return b"\r\n".join(parts)
