"""What is wrong with a people file, in words that the person who made the file can act on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surveyapp.core.errors import DomainError

VALUE_SHOWN = 60  # characters
LINES_SHOWN = 200  # per problem: one wrong column in a large file must not bury the other problems


class Said(str):
    """English words that other languages have a sentence for, too: by `msgid`, with `values` in it.

    A value may itself be `Said`.
    """

    __slots__ = ("msgid", "values")
    msgid: str
    values: Mapping[str, object]


def N_(msgid: str, **values: object) -> Said:  # noqa: N802 - the name by which gettext's tools find marked text
    """Say something in English that whoever shows it may translate."""
    said = Said(msgid % values if values else msgid)
    said.msgid, said.values = msgid, values
    return said


@dataclass(frozen=True)
class Fault:
    """One fault: `row` as a spreadsheet numbers it (header 1), None for the whole file.

    `value` is the cell as it was read, at full length; `problem` is the same words for every
    fault of a kind, so that faults can be grouped by it; `mend` says what to do. Both are `Said`
    where they come from this package.
    """

    row: int | None
    column: str | None
    value: str
    problem: str
    mend: str

    @property
    def shown(self) -> str:
        """The value, cut where it would fill a page."""
        cut = self.value[: VALUE_SHOWN - 1] + "\N{HORIZONTAL ELLIPSIS}"
        return self.value if len(self.value) <= VALUE_SHOWN else cut

    def __str__(self) -> str:
        """Give the fault's place, value and mend on one line."""
        place = [] if self.row is None else [f"row {self.row}"]
        place += [] if self.column is None else [self.column]
        # repr, because the value comes from a stranger's file and may hold terminal control codes
        parts = [", ".join(place), repr(self.shown) if self.value else ""]
        what = ": ".join(part for part in parts if part)
        return f"  {what}  -> {self.mend}" if what else f"  -> {self.mend}"


class RosterError(DomainError):
    """A people file was refused; `faults` says why, and its text is fit for the person."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    @property
    def groups(self) -> Mapping[str, list[Fault]]:
        """The faults by problem, in the order in which the problems first appear."""
        groups: dict[str, list[Fault]] = {}
        for fault in self.faults:
            groups.setdefault(fault.problem, []).append(fault)
        return groups

    def __str__(self) -> str:
        """Write the faults by problem, one on a line."""
        lines = []
        for problem, faults in self.groups.items():
            times = f" ({len(faults):,} times)" if len(faults) > 1 else ""
            lines.append(problem + times)
            lines += [str(fault) for fault in faults[:LINES_SHOWN]]
            if len(faults) > LINES_SHOWN:
                lines.append(f"  and {len(faults) - LINES_SHOWN:,} more like these")
        return "\n".join([*lines, "Nothing was changed."])


def refusal(*, problem: str, mend: str) -> RosterError:
    """Give the error for a fault of the whole file."""
    return RosterError([Fault(None, None, "", problem, mend)])
