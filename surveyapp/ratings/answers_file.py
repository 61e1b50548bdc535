"""Reading the answers that `surveyapp score` scores: CSV, one row per answer."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from surveyapp.core.errors import DomainError
from surveyapp.core.questionnaire import BY_ID, ITEMS, Answers, Item

LEADER: Final = "leader"
INVITED: Final = "invited"
COLUMNS: Final[tuple[str, ...]] = (LEADER, INVITED, *(item.id for item in ITEMS))

# int() alone would also take "1_0" and other scripts' digits, and refuse very long numbers.
_WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}")
_LONGEST_QUOTE: Final = 40

_Row: TypeAlias = tuple[int, list[str]]


@dataclass(frozen=True)
class LeaderAnswers:
    """The raw answers given for one leader, and how many people had been invited to give them."""

    leader: str
    invited: int
    answers: tuple[Answers, ...]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the file: where (row 1 is the header), what, and how to mend it."""

    row: int
    column: str | None
    problem: str
    mend: str

    def __str__(self) -> str:
        """Return the fault as one line."""
        place = (
            f"row {self.row}" if self.column is None else f"row {self.row}, column {self.column}"
        )
        return f"{place}: {self.problem}; {self.mend}."


class _Invited(NamedTuple):
    row: int
    number: int


@dataclass
class _Leader:
    name: str
    row: int
    answers: list[Answers] = field(default_factory=list)
    invited: list[_Invited] = field(default_factory=list)


class AnswersFileError(DomainError):
    """The file has faults; the message lists all of them, one per line."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults, for callers that show them in their own way."""
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def read_answers(path: Path) -> list[LeaderAnswers]:
    """Return each leader's answers, leaders in the order in which they first appear.

    The file is UTF-8, with or without a byte order mark; its columns are `COLUMNS`, in any order; a
    blank cell is "can't say", a row of blank cells is skipped. Raises AnswersFileError with every
    fault found, and OSError if the file cannot be read.
    """
    rows, faults = _parse(path.read_bytes())
    leaders: list[_Leader] = []
    if rows:
        (header_row, header), *body = rows
        header = [name.strip() for name in header]
        faults.extend(_header_faults(header_row, header))
        leaders = _read_rows(header, body, faults)
        for leader in leaders:
            faults.extend(_invited_faults(leader))
    if not faults and not leaders:
        problem = "no answers below the column names" if rows else "the file is empty"
        mend = "start with a row of column names and add one row per answer"
        faults.append(Fault(1, None, problem, mend))
    if faults:
        raise AnswersFileError(tuple(sorted(faults, key=lambda fault: fault.row)))
    return [
        LeaderAnswers(leader.name, leader.invited[0].number, tuple(leader.answers))
        for leader in leaders
    ]


def _parse(content: bytes) -> tuple[list[_Row], list[Fault]]:
    """Return the rows that are not blank, numbered as in a spreadsheet, and why any are missing."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        return [], [Fault(row, None, "not readable as UTF-8", "save the file as CSV UTF-8")]
    rows: list[_Row] = []
    row = 0
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append((row, cells))
    except csv.Error as error:
        return rows, [Fault(row + 1, None, f"not readable as CSV ({error})", "check its quotes")]
    return rows, []


def _header_faults(row: int, header: list[str]) -> Iterator[Fault]:
    if len(header) == 1 and re.search(r"[;\t]", header[0]):
        problem = "the columns are not separated by commas"
        yield Fault(row, None, problem, "save the file as CSV with commas between the columns")
        return
    missing = [column for column in COLUMNS if column not in header]
    for column in missing:
        yield Fault(row, column, "the column is missing", "add it")
    rename = f"remove it or rename it to {' or '.join(missing)}" if missing else "remove it"
    for place, column in enumerate(header, start=1):
        if column not in COLUMNS:
            yield Fault(row, _quote(column) if column else f"no. {place}", "unknown column", rename)
    for column, times in Counter(header).items():
        if column in COLUMNS and times > 1:
            yield Fault(row, column, f"the column is there {times} times", "keep one of them")


def _read_rows(header: list[str], rows: list[_Row], faults: list[Fault]) -> list[_Leader]:
    """Gather the answers by leader, and add what is wrong with them to `faults`."""
    # A column that is missing or there twice has its fault already; the others are still checked.
    place = {column: header.index(column) for column in COLUMNS if header.count(column) == 1}
    leaders: dict[str, _Leader] = {}
    for row, cells in rows:
        if len(cells) != len(header):
            problem = f"{len(cells)} cells under {len(header)} column names"
            faults.append(Fault(row, None, problem, "give every column one cell"))
            continue
        cell = {column: cells[index].strip() for column, index in place.items()}
        answers = {
            name: _read_answer(row, BY_ID[name], text, faults)
            for name, text in cell.items()
            if name in BY_ID
        }
        invited = _read_invited(row, cell[INVITED], faults) if INVITED in cell else None
        name = cell.get(LEADER)
        if name:
            leader = leaders.setdefault(name, _Leader(name, row))
            leader.answers.append(answers)
            if invited is not None:
                leader.invited.append(_Invited(row, invited))
        elif name is not None:
            faults.append(Fault(row, LEADER, "the cell is blank", "say whom the answer is about"))
    return list(leaders.values())


def _read_answer(row: int, item: Item, text: str, faults: list[Fault]) -> int | None:
    if not text:
        return None
    lowest, highest = item.values[0], item.values[-1]
    mend = f"write a whole number from {lowest} to {highest}, or leave it blank for can't say"
    number = _read_number(row, item.id, text, mend, faults)
    if number is not None and number not in item.values:
        faults.append(Fault(row, item.id, f"{_quote(text)} is out of range", mend))
    return number


def _read_invited(row: int, text: str, faults: list[Fault]) -> int | None:
    mend = "write how many people were invited for this leader, as a whole number"
    if not text:
        faults.append(Fault(row, INVITED, "the cell is blank", mend))
        return None
    return _read_number(row, INVITED, text, mend, faults)


def _read_number(row: int, column: str, text: str, mend: str, faults: list[Fault]) -> int | None:
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    faults.append(Fault(row, column, f"{_quote(text)} is not a whole number", mend))
    return None


def _invited_faults(leader: _Leader) -> Iterator[Fault]:
    if not leader.invited:
        return
    name, first = _quote(leader.name), leader.invited[0]
    for row, number in leader.invited[1:]:
        if number != first.number:
            problem = f"'{number}' differs from '{first.number}' in row {first.row}"
            yield Fault(row, INVITED, problem, f"write the same number in every row of {name}")
    # If the rows differ, only what holds whichever of them is right is a fault of its own.
    most, given = max(number for _, number in leader.invited), len(leader.answers)
    if most < given:
        problem = f"'{most}' invited, but rows of answers for {name}: {given}"
        yield Fault(leader.row, INVITED, problem, "correct the number or remove the extra answers")


def _quote(text: str) -> str:
    # repr shows invisible characters; a whole pasted page would drown the other faults.
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")
