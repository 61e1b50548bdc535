"""From an XLSX file to its sheets' cells, without trusting what the file says of itself."""

import functools
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO
from xml.parsers import expat

from python_calamine import CalamineWorkbook

from surveyapp.roster.faults import N_, RosterError, refusal

MAX_UNZIPPED_BYTES = 60 * 1024**2  # 100,000 people take 40 MB
MAX_GROWTH = 12  # of larger files: how many times its own size one may unpack to
MAX_ELEMENTS = 4_500_000  # of all parts; 200,000 people with five cells each take 4.2 million
MAX_GRID_CELLS = 2_500_000  # rows times columns of one sheet, blank cells counted
MAX_SHARED_CHARACTERS = 250_000_000  # cells with a shared text, times the longest of them

NEW_WORKBOOK = N_("copy the people into a new workbook")
SPREADSHEET_MEND = N_("open it in a spreadsheet program and save it as .xlsx or as CSV (UTF-8)")

ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\s[^>]*?\bt=["'])e(?=["'])""")

Record = tuple[int, Sequence[object]]  # a row's number in the spreadsheet, and its cells


def workbook_tables(data: bytes) -> Iterator[Iterator[Record]]:
    """Give the rows of each sheet that are not blank; raises RosterError for a damaged file."""
    try:
        with CalamineWorkbook.from_filelike(_checked_copy(data)) as book:
            for index in range(len(book.sheet_names)):
                grid = book.get_sheet_by_index(index).to_python(skip_empty_area=False)
                yield (
                    (number, cells)
                    for number, cells in enumerate(grid, start=1)
                    if any(str(cell).strip() for cell in cells)
                )
    except (RosterError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    # a panic inside the Rust reader arrives as a bare BaseException; a damaged file is no accident
    # of ours, so none of its many ways to fail may end in a traceback
    except BaseException as error:
        raise refusal(problem=N_("The workbook is damaged"), mend=SPREADSHEET_MEND) from error


def _checked_copy(data: bytes) -> io.BytesIO:
    """Repack the parts that matter: the Rust reader sees only what was measured here."""
    copy, meter = io.BytesIO(), _Meter()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(copy, "w") as target:
        parts = {info.filename: info for info in source.infolist()}
        # no more than the declared size is ever unpacked, so a bomb gains nothing by lying
        most = max(MAX_UNZIPPED_BYTES, MAX_GROWTH * len(data))
        if sum(info.file_size for info in parts.values()) > most:
            problem = N_("The workbook unpacks to over %(most)s MB", most=most // 1024**2)
            raise refusal(problem=problem, mend=NEW_WORKBOOK)
        for name, info in parts.items():
            if name.endswith((".xml", ".rels")):
                with source.open(info) as part:
                    meter.add(part)
                # the reader turns error cells into blanks, and a blank address means "no mail"
                target.writestr(name, ERROR_CELL.sub(rb"\1str", source.read(info)))
    copy.seek(0)
    return copy


class _Meter:
    """What a workbook takes once it is read, added up over its parts as they are unpacked."""

    def __init__(self) -> None:
        self.elements = self.shared = self.longest = 0

    def add(self, part: IO[bytes]) -> None:
        """Refuse too many elements, and cells that span a huge area or repeat a huge text.

        The reader allocates the whole rectangle, and each shared text once for every cell.
        """
        row = column = bottom = right = length = 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal row, column, bottom, right, length
            self.elements += 1
            if self.elements > MAX_ELEMENTS:
                raise refusal(problem=N_("The workbook has too many cells"), mend=NEW_WORKBOOK)
            kind = tag.rpartition(":")[2]
            if kind == "row":
                row, column = int(attributes.get("r", row + 1)), 0
            elif kind == "c":
                place = attributes.get("r", "")  # such as AB12; left out, it is the next one
                letters = place.rstrip("0123456789")
                column = functools.reduce(_column_number, letters, 0) if letters else column + 1
                row = int(place[len(letters) :] or row)
                self.shared += attributes.get("t") == "s"
            elif kind in {"v", "is", "f"}:
                bottom, right = max(bottom, row), max(right, column)
            elif kind == "si":
                length, parser.CharacterDataHandler = 0, text

        def text(piece: str) -> None:
            nonlocal length
            length += len(piece)
            self.longest = max(self.longest, length)

        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.ParseFile(part)
        if bottom * right > MAX_GRID_CELLS:
            mend = N_("delete the rows and columns outside the table, and other large sheets")
            problem = N_("The workbook has cells far outside the table")
            raise refusal(problem=problem, mend=mend)
        if self.shared * self.longest > MAX_SHARED_CHARACTERS:
            raise refusal(problem=N_("The workbook has too long texts"), mend=NEW_WORKBOOK)


def _column_number(number: int, letter: str) -> int:
    return number * 26 + ord(letter) - ord("A") + 1
