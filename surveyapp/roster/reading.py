"""From a CSV or XLSX file to rows of clean text, whatever program wrote the file."""

import codecs
import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from surveyapp.roster.faults import N_, Fault, RosterError, Said, refusal
from surveyapp.roster.workbooks import SPREADSHEET_MEND, Record, workbook_tables

REQUIRED = ("name", "email", "leader_email")
OPTIONAL = ("team", "language")
COLUMNS = REQUIRED + OPTIONAL
KNOWN_COLUMNS = N_(
    "the columns are %(required)s and, if wanted, %(optional)s",
    required=", ".join(REQUIRED),
    optional=", ".join(OPTIONAL),
)

MAX_FILE_BYTES = 30 * 1024**2
MAX_ROWS = 200_000
MAX_CELL_CHARACTERS = 320  # the longest address that mail standards allow (64 + 1 + 255)
MAX_COLUMNS = 100
MAX_FAULTS = 50_000

OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and every workbook with a password
OTHER_FILES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"<",
)  # web pages that call themselves .xls
EXCEL_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")


@dataclass(frozen=True)
class Row:
    """One row of the file: stripped, NFC-normalised text; a blank cell is ''."""

    number: int
    name: str
    email: str
    leader_email: str
    team: str = ""
    language: str = ""


def gather(path: Path) -> tuple[list[Row], list[Fault]]:
    """Read the rows and, beside them, the faults that still let the other cells be judged.

    A faulty cell is as it was read, or blank where it has no text. Raises RosterError where
    reading cannot go on: no readable file, no usable header, too large, broken quotation marks.
    """
    data = _load(path)
    tables = workbook_tables(data) if data.startswith(b"PK") else iter([_csv_records(data)])
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
    empty = refusal(problem=N_("The file is empty"), mend=KNOWN_COLUMNS)
    raise RosterError(header_faults) if header_faults else empty


def _load(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        problem = N_("The file cannot be opened: %(reason)s", reason=reason)
        raise refusal(problem=problem, mend=N_("check the name and the permissions")) from error
    if len(data) > MAX_FILE_BYTES:
        mend = N_("remove pictures and other sheets, or import a part at a time")
        problem = N_("The file is larger than %(most)s MB", most=MAX_FILE_BYTES // 1024**2)
        raise refusal(problem=problem, mend=mend)
    if data.startswith(OLD_WORKBOOK):
        mend = N_("save it as .xlsx without a password")
        problem = N_("The workbook has a password or is in the old .xls form")
        raise refusal(problem=problem, mend=mend)
    if data.lstrip().startswith(OTHER_FILES):
        raise refusal(problem=N_("The file is no table"), mend=SPREADSHEET_MEND)
    return data


def _header(record: Record) -> tuple[dict[str, int], set[int], list[Fault]]:
    """Find the columns; gives column to index, every index with a title, and the faults."""
    number, cells = record
    if len(cells) > MAX_COLUMNS:
        problem = N_("The header has more than %(most)s columns", most=MAX_COLUMNS)
        raise refusal(problem=problem, mend=KNOWN_COLUMNS)
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
            mend = KNOWN_COLUMNS
            if near:
                mend = N_(
                    "did you mean %(column)s? %(columns)s",
                    column=_TITLES[near[0]],
                    columns=KNOWN_COLUMNS,
                )
            faults.append(Fault(number, None, title, N_("Unknown column"), mend))
        elif column in columns:
            mend = N_("keep one of the two columns")
            faults.append(Fault(number, column, title, N_("Column given twice"), mend))
        else:
            columns[column] = index
    missing = [column for column in REQUIRED if column not in columns]
    problem = N_("Column missing")
    faults += [Fault(number, column, "", problem, KNOWN_COLUMNS) for column in missing]
    return columns, titled, faults


def _body(
    records: Iterator[Record], columns: dict[str, int], titled: set[int], faults: list[Fault]
) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    # programs leave out the separators of blank cells at a row's end; only these may be missing
    least = max(columns[column] for column in REQUIRED) + 1
    try:
        for number, cells in records:
            if len(faults) > MAX_FAULTS:
                mend = N_("correct the others first")
                raise refusal(problem=N_("The file has more faults than are looked for"), mend=mend)
            if len(rows) == MAX_ROWS:
                mend = N_("import one organisation at a time")
                problem = N_("The file has more than %(most)s rows", most=MAX_ROWS)
                raise refusal(problem=problem, mend=mend)
            if len(cells) < least:
                mend = N_("write every separator, also around a blank cell")
                faults.append(Fault(number, None, "", N_("Row with too few cells"), mend))
            for index, cell in enumerate(cells):
                if index not in titled and (text := str(cell).strip()):
                    mend = N_("put quotation marks around a text that holds a separator")
                    faults.append(Fault(number, None, text, N_("Cell outside the columns"), mend))
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
        mend = N_("format the column as text and type the value again")
        return "", Fault(number, column, str(cell), N_("Looks like a date"), mend)
    if isinstance(cell, bool):
        text = str(cell).upper()
    elif isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))  # a workbook knows no whole numbers: team 7 arrives as 7.0
    else:
        text = str(cell).strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).strip("\N{ZERO WIDTH NO-BREAK SPACE}").strip()
    found: tuple[Said, Said] | None = None
    if len(text) > MAX_CELL_CHARACTERS:
        mend = N_("shorten it to %(most)s characters", most=MAX_CELL_CHARACTERS)
        found = N_("Cell too long"), mend
    elif "\0" in text:
        mend = N_("the file is no plain text: %(mend)s", mend=SPREADSHEET_MEND)
        found = N_("Cell with NUL bytes"), mend
    elif EXCEL_ERROR.fullmatch(text):
        mend = N_("correct the formula, or type the value itself")
        found = N_("Error value of a spreadsheet"), mend
    return text, Fault(number, column, text, *found) if found else None


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
        mend = N_("close the quotation mark, or write it twice where it belongs to the text")
        problem = N_("Quotation marks that do not pair")
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
    raise refusal(problem=N_("The file is not readable text"), mend=SPREADSHEET_MEND)


def _delimiter(text: str) -> str:
    """Choose by the header alone: names and team names may hold any separator."""
    start = text.lstrip()[: MAX_COLUMNS * MAX_CELL_CHARACTERS]

    def fitness(sign: str) -> tuple[int, int]:
        cells = next(csv.reader(io.StringIO(start, newline=""), delimiter=sign), [])
        return sum(_title_key(cell) in _TITLES for cell in cells), len(cells)

    return max(",;\t", key=fitness)


def _title_key(title: str) -> str:
    """Make "Leader E-Mail" and "leader_email" the same."""
    return "".join(title.casefold().replace("_", "").replace("-", "").split())


HR_TITLES = {
    "name": "Nom, Nombre, Vor- und Nachname",
    "email": "E-Mail-Adresse, Adresse e-mail, Courriel, Correo, Correo electrónico",
    "leader_email": "E-Mail Führungskraft, E-Mail Vorgesetzte, Führungskraft E-Mail,"
    " E-mail du responsable, E-mail del responsable",
    "team": "Équipe, Equipo",
    "language": "Sprache, Langue, Idioma",
}
"""What HR systems call a column in the other languages."""
_TITLES = {_title_key(column): column for column in COLUMNS} | {
    _title_key(title): column for column, titles in HR_TITLES.items() for title in titles.split(",")
}
