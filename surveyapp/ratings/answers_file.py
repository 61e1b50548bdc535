"""Reading the answers that `surveyapp score` scores: CSV, one row per answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from surveyapp.core.questionnaire import BY_ID, ITEMS, Answers, Item
from surveyapp.ratings.reading import Fault, FaultyFileError, Table, quote, read_table

LEADER: Final = "leader"
INVITED: Final = "invited"
MOST_INVITED: Final = 250
"""As on the roster; a mistyped number would fill the memory with people who do not exist."""
COLUMNS: Final[tuple[str, ...]] = (LEADER, INVITED, *(item.id for item in ITEMS))
# As answers are nearly always written: long files are read several times faster so.
_PLAIN: Final[dict[str, dict[str, int | None]]] = {
    item.id: {"": None} | {str(value): value for value in item.values} for item in ITEMS
}


@dataclass(frozen=True)
class LeaderAnswers:
    """The raw answers given for one leader, and how many people had been invited to give them."""

    leader: str
    invited: int
    answers: tuple[Answers, ...]


class _Invited(NamedTuple):
    row: int
    number: int


@dataclass
class _Leader:
    name: str
    row: int
    answers: list[Answers] = field(default_factory=list)
    invited: list[_Invited] = field(default_factory=list)


class AnswersFileError(FaultyFileError):
    """A file of answers has faults."""


def read_answers(path: Path) -> list[LeaderAnswers]:
    """Return each leader's answers, leaders in the order in which they first appear.

    The file is UTF-8, with or without a byte order mark; its columns are `COLUMNS`, in any order; a
    blank cell is "can't say", a row of blank cells is skipped. Raises AnswersFileError with every
    fault found, and OSError if the file cannot be read.
    """
    table = read_table(path, COLUMNS, mend_missing="add it")
    _check_unknown_columns(table)
    leaders = _read_rows(table)
    for leader in leaders:
        table.faults.extend(_invited_faults(leader))
    if table.faults:
        raise AnswersFileError(table.faults)
    return [
        LeaderAnswers(leader.name, leader.invited[0].number, tuple(leader.answers))
        for leader in leaders
    ]


def _check_unknown_columns(table: Table) -> None:
    missing = " or ".join(table.missing)
    mend = f"remove it or rename it to {missing}" if missing else "remove it"
    for place, column in enumerate(table.header, start=1):
        if column not in COLUMNS:
            name = quote(column) if column else f"no. {place}"
            table.fault(table.header_row, name, "unknown column", mend)


def _read_rows(table: Table) -> list[_Leader]:
    """Gather the answers by leader, and note what is wrong with them."""
    leaders: dict[str, _Leader] = {}
    for row, cell in table.rows:
        answers = {
            name: _read_answer(table, row, BY_ID[name], text)
            for name, text in cell.items()
            if name in BY_ID
        }
        invited = _read_invited(table, row, cell[INVITED]) if INVITED in cell else None
        name = cell.get(LEADER)
        if name:
            leader = leaders.setdefault(name, _Leader(name, row))
            leader.answers.append(answers)
            if invited is not None:
                leader.invited.append(_Invited(row, invited))
        elif name is not None:
            table.fault(row, LEADER, "the cell is blank", "say whom the answer is about")
    return list(leaders.values())


def _read_answer(table: Table, row: int, item: Item, text: str) -> int | None:
    if text in _PLAIN[item.id]:
        return _PLAIN[item.id][text]
    lowest, highest = item.values[0], item.values[-1]
    mend = f"write a whole number from {lowest} to {highest}, or leave it blank for can't say"
    return table.rating(row, item.id, text, range(lowest, highest + 1), mend)


def _read_invited(table: Table, row: int, text: str) -> int | None:
    mend = "write how many people were invited for this leader, as a whole number"
    if not text:
        table.fault(row, INVITED, "the cell is blank", mend)
        return None
    number = table.number(row, INVITED, text, mend)
    if number is not None and number > MOST_INVITED:
        mend = f"at most {MOST_INVITED} people can be scored together: split the group"
        table.fault(row, INVITED, f"{quote(text)} is too many", mend)
        return None
    return number


def _invited_faults(leader: _Leader) -> Iterator[Fault]:
    if not leader.invited:
        return
    name, first = quote(leader.name), leader.invited[0]
    for row, number in leader.invited[1:]:
        if number != first.number:
            problem = f"'{number}' differs from '{first.number}' in row {first.row}"
            yield Fault(row, INVITED, problem, f"write the same number in every row of {name}")
    # If the rows differ, only what holds whichever of them is right is a fault of its own.
    most, given = max(number for _, number in leader.invited), len(leader.answers)
    if most < given:
        problem = f"'{most}' invited, but rows of answers for {name}: {given}"
        yield Fault(leader.row, INVITED, problem, "correct the number or remove the extra answers")
