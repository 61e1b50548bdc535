"""From a CSV or XLSX file to rows of clean text, whatever program wrote the file."""

import codecs
import csv
import difflib
import functools
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineWorkbook

from surveyapp.roster.faults import Fault, RosterError, refusal

REQUIRED = ("name", "email", "leader_email")
OPTIONAL = ("team", "language")
COLUMNS = REQUIRED + OPTIONAL
KNOWN_COLUMNS = f"the columns are {', '.join(REQUIRED)} and, if wanted, {', '.join(OPTIONAL)}"

MAX_FILE_BYTES = 30 * 1024**2
MAX_ROWS = 200_000
MAX_CELL_CHARACTERS = 320  # the longest address that mail standards allow (64 + 1 + 255)
MAX_COLUMNS = 100
MAX_UNZIPPED_BYTES = 300 * 1024**2
MAX_GRID_CELLS = 2_500_000  # rows times columns of one sheet, blank cells counted

OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and every workbook with a password
EXCEL_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")
SPREADSHEET_MEND = "open it in a spreadsheet program and save it as .xlsx or as CSV (UTF-8)"

ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\s[^>]*?\bt=["'])e(?=["'])""")

Record = tuple[int, Sequence[object]]  # a row's number in the spreadsheet, and its cells


@dataclass(frozen=True)
class Row:
    """One row of the file: stripped, NFC-normalised text; a blank cell is ''."""

    number: int
    name: str
    email: str
    leader_email: str
    team: str = ""
    language: str = ""


def read_rows(path: Path) -> list[Row]:
    """Read every row that is not blank, in file order.

    Raises RosterError with every fault of form; what the rows say is not judged here.
    """
    rows, faults = gather(path)
    if faults:
        raise RosterError(faults)
    return rows


def gather(path: Path) -> tuple[list[Row], list[Fault]]:
    """Read the rows and, beside them, the faults that still let the other cells be judged.

    A faulty cell is as it was read, or blank where it has no text. Raises RosterError where
    reading cannot go on: no readable file, no usable header, too large, broken quotation marks.
    """
    data = _load(path)
    tables = _workbook_tables(data) if data.startswith(b"PK") else iter([_csv_records(data)])
    header_faults: list[Fault] = []
    for records in tables:
        header = next(records, None)
        if header is None:
            continue
        columns, titled, faults = _header(header)
        if columns.keys() >= set(REQUIRED):
            return _body(records, columns, titled, faults)
        # a workbook often opens with a page of instructions; the people are on a later sheet
        header_faults = header_faults or faults
    empty = refusal(problem="The file is empty", mend=KNOWN_COLUMNS)
    raise RosterError(header_faults) if header_faults else empty


def _load(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        problem = f"The file cannot be opened: {reason}"
        raise refusal(problem=problem, mend="check the name and the permissions") from error
    if len(data) > MAX_FILE_BYTES:
        mend = "remove pictures and other sheets, or import a part at a time"
        raise refusal(problem=f"The file is larger than {MAX_FILE_BYTES // 1024**2} MB", mend=mend)
    if data.startswith(OLD_WORKBOOK):
        mend = "save it as .xlsx without a password"
        raise refusal(problem="The workbook has a password or is in the old .xls form", mend=mend)
    return data


def _header(record: Record) -> tuple[dict[str, int], set[int], list[Fault]]:
    """Find the columns; gives column to index, every index with a title, and the faults."""
    number, cells = record
    if len(cells) > MAX_COLUMNS:
        raise refusal(problem=f"The header has more than {MAX_COLUMNS} columns", mend=KNOWN_COLUMNS)
    columns: dict[str, int] = {}
    titled: set[int] = set()
    faults: list[Fault] = []
    for index, cell in enumerate(cells):
        title, fault = _text(number, None, cell)
        faults += [fault] if fault else []
        key = _title_key(title)
        if not key:
            continue
        titled.add(index)
        column = _TITLES.get(key)
        if column is None:
            near = difflib.get_close_matches(key[:MAX_CELL_CHARACTERS], _TITLES, n=1)
            hint = f"did you mean {_TITLES[near[0]]}? " if near else ""
            faults.append(Fault(number, None, title, "Unknown column", hint + KNOWN_COLUMNS))
        elif column in columns:
            mend = "keep one of the two columns"
            faults.append(Fault(number, column, title, "Column given twice", mend))
        else:
            columns[column] = index
    missing = [column for column in REQUIRED if column not in columns]
    faults += [Fault(number, column, "", "Column missing", KNOWN_COLUMNS) for column in missing]
    return columns, titled, faults


def _body(
    records: Iterator[Record], columns: dict[str, int], titled: set[int], faults: list[Fault]
) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    # programs leave out the separators of blank cells at a row's end; only these may be missing
    least = max(columns[column] for column in REQUIRED) + 1
    try:
        for number, cells in records:
            if len(rows) == MAX_ROWS:
                mend = "import one organisation at a time"
                raise refusal(problem=f"The file has more than {MAX_ROWS:,} rows", mend=mend)
            if len(cells) < least:
                mend = "write every separator, also around a blank cell"
                faults.append(Fault(number, None, "", "Row with too few cells", mend))
            for index, cell in enumerate(cells):
                if index not in titled and (text := str(cell).strip()):
                    mend = "put quotation marks around a text that holds a separator"
                    faults.append(Fault(number, None, text, "Cell outside the columns", mend))
            values = {}
            for column, index in columns.items():
                cell = cells[index] if index < len(cells) else ""
                values[column], fault = _text(number, column, cell)
                faults += [fault] if fault else []
            rows.append(Row(number, **values))
    except RosterError as error:
        raise RosterError([*faults, *error.faults]) from error
    return rows, faults


def _text(number: int, column: str | None, cell: object) -> tuple[str, Fault | None]:
    """Turn a cell of any type into clean text, with the fault in it if there is one."""
    if isinstance(cell, date | time | timedelta):
        mend = "format the column as text and type the value again"
        return "", Fault(number, column, str(cell), "Looks like a date", mend)
    if isinstance(cell, bool):
        text = str(cell).upper()
    elif isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))  # a workbook knows no whole numbers: team 7 arrives as 7.0
    else:
        text = str(cell).strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).strip("\N{ZERO WIDTH NO-BREAK SPACE}").strip()
    problem = mend = ""
    if len(text) > MAX_CELL_CHARACTERS:
        problem, mend = "Cell too long", f"shorten it to {MAX_CELL_CHARACTERS} characters"
    elif "\0" in text:
        problem, mend = "Cell with NUL bytes", f"the file is no plain text: {SPREADSHEET_MEND}"
    elif EXCEL_ERROR.fullmatch(text):
        problem = "Error value of a spreadsheet"
        mend = "mend the formula, or type the value itself"
    return text, Fault(number, column, text, problem, mend) if problem else None


def _csv_records(data: bytes) -> Iterator[Record]:
    text = _decode(data)
    # quoted line breaks must reach the parser as they are, hence newline=""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=True, skipinitialspace=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        mend = "close the quotation mark, or write it twice where it belongs to the text"
        problem = "Quotation marks that do not pair"
        raise RosterError([Fault(number + 1, None, "", problem, mend)]) from error


def _decode(data: bytes) -> str:
    encodings = ["utf-8", "cp1252"]  # cp1252: what Excel writes as plain "CSV" in western Europe
    if data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal(problem="The file is not readable text", mend=SPREADSHEET_MEND)


def _delimiter(text: str) -> str:
    """Choose by the header alone: names and team names may hold any separator."""
    start = text.lstrip()[: MAX_COLUMNS * MAX_CELL_CHARACTERS]

    def fitness(sign: str) -> tuple[int, int]:
        cells = next(csv.reader(io.StringIO(start, newline=""), delimiter=sign), [])
        return sum(_title_key(cell) in _TITLES for cell in cells), len(cells)

    return max(",;\t", key=fitness)


def _workbook_tables(data: bytes) -> Iterator[Iterator[Record]]:
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
        raise refusal(problem="The workbook is damaged", mend=SPREADSHEET_MEND) from error


def _checked_copy(data: bytes) -> io.BytesIO:
    """Repack the parts that matter: the Rust reader sees only what was measured here."""
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(copy, "w") as target:
        parts = {info.filename: info for info in source.infolist()}
        # no more than the declared size is ever unpacked, so a bomb gains nothing by lying
        if sum(info.file_size for info in parts.values()) > MAX_UNZIPPED_BYTES:
            problem = f"The workbook unpacks to over {MAX_UNZIPPED_BYTES // 1024**2} MB"
            raise refusal(problem=problem, mend="copy the people into a new workbook")
        for name, info in parts.items():
            if name.endswith((".xml", ".rels")):
                part = source.read(info)
                _measure(part)
                # the reader turns error cells into blanks, and a blank address means "no mail"
                target.writestr(name, ERROR_CELL.sub(rb"\1str", part))
    copy.seek(0)
    return copy


def _measure(part: bytes) -> None:
    """Refuse cells that span a huge area: the reader allocates the whole rectangle."""
    row = column = bottom = right = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, bottom, right
        kind = tag.rpartition(":")[2]
        if kind == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif kind == "c":
            place = attributes.get("r", "")  # such as AB12; left out, it is the next one
            letters = place.rstrip("0123456789")
            column = functools.reduce(_column_number, letters, 0) if letters else column + 1
            row = int(place[len(letters) :] or row)
        elif kind in {"v", "is", "f"}:
            bottom, right = max(bottom, row), max(right, column)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(part, True)  # noqa: FBT003 - takes no keyword
    if bottom * right > MAX_GRID_CELLS:
        mend = "delete the rows and columns outside the table, and other large sheets"
        raise refusal(problem="The workbook has cells far outside the table", mend=mend)


def _column_number(number: int, letter: str) -> int:
    return number * 26 + ord(letter) - ord("A") + 1


def _title_key(title: str) -> str:
    """Make "Leader E-Mail" and "leader_email" the same."""
    return "".join(title.casefold().replace("_", "").replace("-", "").split())


_TITLES = {_title_key(column): column for column in COLUMNS}
