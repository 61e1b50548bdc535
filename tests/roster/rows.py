"""Rows to be checked, written short, and their faults."""

import pytest

from surveyapp.roster.checking import check
from surveyapp.roster.faults import Fault, RosterError
from surveyapp.roster.reading import Row


def rows_of(*lines: str) -> list[Row]:
    """Make rows from 'name,email,leader_email,team,language'; a word is enough for an address."""
    rows = []
    for number, line in enumerate(lines, start=2):
        name, email, leader, team, language = [*line.split(","), "", "", "", ""][:5]
        rows.append(Row(number, name, address(email), address(leader), team, language))
    return rows


def address(word: str) -> str:
    return f"{word}@demo.example" if word.isalnum() else word


def faults_of(*lines: str) -> tuple[Fault, ...]:
    with pytest.raises(RosterError) as caught:
        check(rows_of(*lines))
    return caught.value.faults


def only_fault(*lines: str) -> Fault:
    (fault,) = faults_of(*lines)
    return fault
