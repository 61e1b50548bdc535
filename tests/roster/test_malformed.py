"""Three hundred files that something went wrong with: each is read right, or says what is wrong."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import func, select

from surveyapp.roster.applying import apply
from surveyapp.roster.checking import check_file
from surveyapp.roster.faults import RosterError
from surveyapp.storage.database import writing
from surveyapp.storage.models import Membership, Organisation, Person, Team
from tests import factories
from tests.roster.files import HEADER, saved, workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from surveyapp.roster.checking import Roster

    Cells = list[list[str]]
    Malform = Callable[[random.Random, Cells], bytes]

FILES: Final = 300
LEADERS: Final = 3
SIZE: Final = 6
GIVEN: Final = ("Zoë", "Jürgen", "Ana", "O’Neil", "María-José", "Łukasz", "Dana", "Ngozi", "Åsa")


def people(draw: random.Random) -> Cells:
    """Return the cells of a correct file: three leaders and their teams."""
    rows = [
        [f"Leader {n}", f"l{n}@demo.example", "l0@demo.example" if n else "", "", "en"]
        for n in range(LEADERS)
    ]
    for n in range(LEADERS * SIZE):
        name = f"{draw.choice(GIVEN)} {n}"
        rows.append(
            [
                name,
                f"p{n}@demo.example",
                f"l{n % LEADERS}@demo.example",
                f"Team {n % LEADERS}",
                draw.choice(("de", "fr", "")),
            ]
        )
    return rows


def text(
    cells: Cells, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n"
) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([HEADER, *cells])
    return written.getvalue()


def book(cells: Cells, folder: Path) -> bytes:
    return workbook(folder, [HEADER, *cells]).read_bytes()


def with_cell(draw: random.Random, cells: Cells, column: int, value: str) -> bytes:
    cells[draw.randrange(LEADERS, len(cells))][column] = value
    return text(cells).encode()


def circle(draw: random.Random, cells: Cells) -> bytes:
    first, second = draw.sample(range(LEADERS), 2)
    cells[first][2], cells[second][2] = cells[second][1], cells[first][1]
    return text(cells).encode()


# What is only another way of writing the same file.
HARMLESS: Final[dict[str, Malform]] = {
    "another encoding": lambda draw, cells: text(
        [[cell.replace("Ł", "L") for cell in row] for row in cells]
    ).encode(draw.choice(("cp1252", "utf-8-sig", "utf-16"))),
    "another delimiter": lambda draw, cells: text(cells, draw.choice(";\t")).encode(),
    "every cell quoted": lambda draw, cells: text(
        cells, draw.choice(",;\t"), csv.QUOTE_ALL
    ).encode(),
    "other line ends": lambda draw, cells: text(cells, end=draw.choice(("\n", "\r\n"))).encode(),
    "blank rows": lambda draw, cells: (
        text(cells).replace("\r\n", "\r\n" * draw.choice((2, 3))).encode()
    ),
    "spaces around": lambda draw, cells: text(
        [[f"{' ' * draw.randint(0, 2)}{cell} " for cell in row] for row in cells]
    ).encode(),
}

# What must be refused: the words that the message has.
HARMFUL: Final[dict[str, tuple[Malform, str]]] = {
    "no quotation mark at the end": (
        lambda _draw, cells: text(cells, quoting=csv.QUOTE_ALL).encode()[:-3],
        "Quotation marks",
    ),
    "NUL bytes": (lambda draw, cells: with_cell(draw, cells, draw.randrange(5), "a\0b"), "NUL"),
    "bytes of no encoding": (
        lambda _draw, cells: text(cells).encode() + b"\x81\x8d\x8f\x90\x9d,x\xff",
        "not readable text",
    ),
    "a huge cell": (
        lambda draw, cells: with_cell(
            draw, cells, draw.randrange(4), "x" * draw.choice((321, 5000, 70_000))
        ),
        "too long",
    ),
    "a circle": (
        circle,
        "circle",
    ),
    "a formula for a name": (
        lambda draw, cells: with_cell(
            draw,
            cells,
            draw.choice((0, 3)),
            draw.choice(
                ("=1+1", "+cmd|'/c calc'!A0", "@SUM(A1)", '=HYPERLINK("http://evil.example")')
            ),
        ),
        "formula",
    ),
    "an address that is none": (
        lambda draw, cells: with_cell(
            draw,
            cells,
            1,
            draw.choice(
                ("p1@", "@x.de", "a b@c.de", "a@b", "x@@y.de", "mailto:a@b.de", "a@b.de;c@d.de")
            ),
        ),
        "",
    ),
    "a leader who is nobody": (
        lambda draw, cells: with_cell(draw, cells, 2, f"nobody{draw.randrange(9)}@demo.example"),
        "",
    ),
    "a title missing": (
        lambda draw, cells: text(cells).replace(draw.choice(HEADER[:3]), "other", 1).encode(),
        "Column missing",
    ),
    "a row cut short": (
        lambda draw, cells: (
            text(cells) + draw.choice(("Kim", "Kim,kim@demo.example")) + "\r\n"
        ).encode(),
        "too few cells",
    ),
    "a cell too many": (
        lambda _draw, cells: (
            text(cells) + "Kim,kim@demo.example,l0@demo.example,,en,more\r\n"
        ).encode(),
        "outside the columns",
    ),
    "a language that is none": (
        lambda draw, cells: with_cell(draw, cells, 4, draw.choice(("xx", "german", "1"))),
        "",
    ),
    "an error of a spreadsheet": (
        lambda draw, cells: with_cell(
            draw, cells, draw.randrange(5), draw.choice(("#REF!", "#N/A", "#NAME?"))
        ),
        "Error value",
    ),
    "nothing": (lambda draw, _cells: draw.choice((b"", b"\r\n \r\n", b"\xef\xbb\xbf")), "empty"),
    "an old workbook": (
        lambda draw, _cells: bytes.fromhex("d0cf11e0a1b11ae1") + draw.randbytes(200),
        "password",
    ),
    "noise": (lambda draw, _cells: b"PK\x03\x04" + draw.randbytes(500), "damaged"),
}


def damaged_workbook(draw: random.Random, cells: Cells, folder: Path) -> bytes:
    """Return a workbook of which something is cut, changed, blown up or left out."""
    whole = book(cells, folder)
    how = draw.randrange(4)
    if how == 0:
        return whole[: draw.randrange(30, len(whole) - 30)]
    if how == 1:
        place = draw.randrange(len(whole) // 2)
        return whole[:place] + draw.randbytes(8) + whole[place + 8 :]
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as source,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        names = source.namelist()
        victim = draw.choice([name for name in names if name.endswith(".xml")])
        for name in names:
            if name == victim and how == 2:
                continue
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml" and how == 3:
                content = content.replace(
                    b"</sheetData>",
                    draw.choice(
                        (
                            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
                            b"<row>" * 50 + b"</sheetData>",
                            b"</sheetData>" + b" " * 10_000_000,
                        )
                    ),
                )
            target.writestr(name, content)
    return changed.getvalue()


def read(path: Path) -> Roster | RosterError:
    try:
        return check_file(path)
    except RosterError as error:
        return error


def count() -> tuple[int, ...]:
    with writing() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Person, Team, Membership)
        )


@pytest.mark.parametrize("what", HARMLESS)
def test_another_way_of_writing_a_file_reads_the_same(tmp_path: Path, what: str) -> None:
    for seed in range(FILES // 2 // len(HARMLESS)):
        draw = random.Random(f"{what} {seed}")
        cells = people(draw)
        if what == "another encoding":
            cells = [[cell.replace("Ł", "L") for cell in row] for row in cells]
        expected = check_file(saved(tmp_path, text(cells), "right.csv"))
        assert read(saved(tmp_path, HARMLESS[what](draw, cells))) == expected


@pytest.mark.parametrize("what", HARMFUL)
def test_a_malformed_file_is_named_and_nothing_of_it_is_written(tmp_path: Path, what: str) -> None:
    malform, words = HARMFUL[what]
    for seed in range(FILES // 2 // len(HARMFUL) + 1):
        draw = random.Random(f"{what} {seed}")
        found = read(saved(tmp_path, malform(draw, people(draw))))
        assert isinstance(found, RosterError), f"{what} {seed}: taken"
        assert words.lower() in str(found).lower(), f"{what} {seed}: {found}"
        assert all(fault.problem and fault.mend for fault in found.faults)


def test_a_damaged_workbook_is_refused_or_read_right(tmp_path: Path, app: Flask) -> None:
    factories.make_organisation()
    refused = 0
    for seed in range(FILES // 5):
        draw = random.Random(f"workbook {seed}")
        cells = people(draw)
        expected = check_file(saved(tmp_path, text(cells), "right.csv"))
        found = read(saved(tmp_path, damaged_workbook(draw, cells, tmp_path), "damaged.xlsx"))
        if isinstance(found, RosterError):
            refused += 1
            assert all(fault.problem and fault.mend for fault in found.faults)
            continue
        # Damage that touches no cell, such as a missing style, may go unseen.
        assert found == expected, seed
        with writing() as session:
            apply(session, session.scalars(select(Organisation)).one(), found)
        assert count() == (len(cells), LEADERS, len(cells) - 1)
    assert refused > FILES // 5 // 3
