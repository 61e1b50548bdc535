"""The calendar file, read back by the rules of RFC 5545 with a reader of the test's own."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.ballot import plain_text
from surveyapp.followup.calendar_file import LINE_OCTETS, whole_day

DAY, REVISED = dt.date(2027, 3, 31), dt.date(2027, 1, 2)
TRICKY = "Offers, before 10:00; “C:\\temp”\nsecond line, ünïcödé " + "語" * 60
NAME = re.compile(r"[A-Z-]+(;[A-Z-]+=[^:;]+)*")
TYPED = st.text(max_size=300).map(plain_text)


@dataclass(frozen=True)
class Component:
    """A component of a calendar: its name, its properties, what is inside."""

    name: str
    properties: dict[str, str]
    inside: list[Component]


def unfold(file: bytes) -> list[str]:
    """Return the content lines (section 3.1)."""
    assert file.endswith(b"\r\n")
    lines = file[:-2].split(b"\r\n")
    assert all(len(line) <= LINE_OCTETS for line in lines)
    assert not any(re.search(rb"[\r\n]", line) for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
    return file[:-2].replace(b"\r\n ", b"").decode().split("\r\n")


def read(file: bytes) -> Component:
    """Read a calendar; what is not one fails."""
    lines = iter(unfold(file))

    def component(name: str) -> Component:
        properties: dict[str, str] = {}
        inside = []
        for line in lines:
            key, _, value = line.partition(":")
            assert NAME.fullmatch(key), line
            if key == "BEGIN":
                inside.append(component(value))
            elif key == "END":
                assert value == name
                return Component(name, properties, inside)
            else:
                assert key not in properties, line
                properties[key] = value
        message = f"{name} does not end"
        raise AssertionError(message)

    assert next(lines) == "BEGIN:VCALENDAR"
    found = component("VCALENDAR")
    assert next(lines, None) is None
    return found


def text(value: str) -> str:
    """Read a value of type TEXT (section 3.3.11)."""
    assert not re.search(r"(?<!\\)(\\\\)*[;,]", value), "a bare separator"
    escaped = {"n": "\n", "N": "\n"}
    return re.sub(r"\\(.)", lambda found: escaped.get(found[1], found[1]), value)


def event(summary: str = "Look back", description: str = TRICKY, name: str = "a") -> Component:
    calendar = read(whole_day(name, DAY, summary, description, REVISED))
    assert calendar.properties["VERSION"] == "2.0"
    assert calendar.properties["PRODID"]
    (found,) = calendar.inside
    assert found.name == "VEVENT"
    return found


def test_it_is_one_whole_day_with_all_that_an_event_must_have() -> None:
    found = event().properties
    assert found["DTSTART;VALUE=DATE"] == "20270331"
    assert found["DTSTAMP"] == "20270102T000000Z"
    assert found["UID"]
    assert found["TRANSP"] == "TRANSPARENT"
    assert {"DTEND", "DURATION"}.isdisjoint(found)


def test_it_reminds_on_the_morning_before() -> None:
    (alarm,) = event().inside
    assert alarm.name == "VALARM"
    assert alarm.properties == {
        "ACTION": "DISPLAY",
        "DESCRIPTION": "Look back",
        "TRIGGER": "-PT15H",
    }


def test_the_same_name_is_the_same_event_and_is_not_told() -> None:
    first, again, other = (event(name=name).properties["UID"] for name in ("id1", "id1", "id2"))
    assert first == again != other
    assert "id1" not in first


def test_the_same_agreement_is_the_same_bytes() -> None:
    assert len({whole_day("a", DAY, "b", "c", REVISED) for _ in range(2)}) == 1


@given(TYPED, TYPED)
def test_whatever_is_typed_comes_back(summary: str, description: str) -> None:
    found = event(summary, description).properties
    assert text(found["SUMMARY"]) == summary
    assert text(found["DESCRIPTION"]) == description


@pytest.mark.parametrize("typed", ["END:VEVENT", "x\r\nEND:VEVENT", "x\nATTENDEE:a", "\rBEGIN:X"])
def test_no_text_ends_the_event_or_adds_to_it(typed: str) -> None:
    found = event(typed, typed)
    assert set(found.properties) == set(event().properties)
    assert unicodedata.normalize("NFC", text(found.properties["SUMMARY"])) == "\n".join(
        re.split(r"\r\n|\r|\n", typed)
    )
