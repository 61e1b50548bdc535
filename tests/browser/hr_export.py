"""What the HR system of a German company exports, with the faults that such files have."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST: Final = (  # noqa: SIM905 - as a list it would fill a page
    "Anna Björn Cäcilie Dörte Emre Florian Gülay Hannes Ingrid Jürgen Käthe Lukas Maja Noé Özlem"
    " Paul Ruth Sören Théo Ümit"
).split()
LAST: Final = "Größmann Müller Schäfer Weiß Jäger Kühn Löwe Ahlström Süß Dürr".split()  # noqa: SIM905
PEOPLE, LEADERS, TEAM = 200, 16, 12
WITHOUT_MAIL: Final = (190, 195)
PLAIN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e"})
HEADINGS: Final = ("Name", "E-Mail-Adresse", "E-Mail Führungskraft", "Team", "Sprache")


@dataclass(frozen=True)
class Employee:
    """A row of the file."""

    row: int
    """Where it stands, as a spreadsheet counts."""
    name: str
    email: str
    leader: str
    team: str
    language: str


def employees() -> list[Employee]:
    """Return everybody as they should be in the file; the first leads those who lead."""
    names = [f"{FIRST[n % 20]} {LAST[(n // 20 + n) % 10]}" for n in range(PEOPLE)]
    plain = [name.lower().translate(PLAIN).replace(" ", ".") for name in names]
    addresses = [f"{local}@nordwind.example" for local in plain]
    found = []
    for number, name in enumerate(names):
        above = 0 if number <= LEADERS else (number - 1) // TEAM
        found.append(
            Employee(
                row=number + 2,
                name=name,
                email="" if number in WITHOUT_MAIL else addresses[number],
                leader=addresses[above] if number else "",
                team=f"Abteilung {above}" if above else "Geschäftsführung",
                language="de" if number % 3 else "en",
            )
        )
    return found


def misspelt(rows: Sequence[Employee], name: str) -> Employee:
    """Return somebody with an address as good as any, which nobody has."""
    found = next(one for one in rows if one.name == name)
    return replace(found, email=found.email.replace("ss@", "s@"))


def as_csv(rows: Sequence[Employee], *, personnel_numbers: bool = False) -> bytes:
    """Write it as Excel in western Europe does: semicolons, not in UTF-8."""
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter=";")
    table.writerow([*HEADINGS, *(["Personalnummer"] if personnel_numbers else [])])
    for one in rows:
        cells = [one.name, one.email, one.leader, one.team, one.language]
        table.writerow([*cells, *([4711 + one.row] if personnel_numbers else [])])
    return text.getvalue().encode("cp1252")
