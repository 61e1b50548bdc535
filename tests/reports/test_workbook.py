from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from surveyapp.charts import words
from surveyapp.core.publication import BAND_BORDERS, PublishedScale
from surveyapp.reports import workbook as module
from surveyapp.reports.making import leader_workbook
from surveyapp.reports.workbook import csv_files
from tests.publications import EARLIER, FINE, FINE_ITEMS, PUBLICATIONS, TOO_FEW
from tests.reports.results import result

FORMULAS = [
    '=HYPERLINK("http://evil.example")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\uff1d1+1",
    "  =1",
]
SHEETS = ["Positions", "Scales", "Items", "Comments", "Definitions"]


def sheets(document: bytes) -> dict[str, list[list[Any]]]:
    """Read a workbook with another library than the one that wrote it."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(document))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def part(document: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as pack:
        return pack.read(name).decode()


def test_it_has_a_sheet_for_each_kind_of_value_and_one_that_explains_them() -> None:
    found = sheets(leader_workbook([result()]))
    assert list(found) == SHEETS
    explained = {(row[0], row[1]) for row in found["Definitions"][1:]}
    for name in SHEETS[:-1]:
        assert {(name, title) for title in found[name][0]} <= explained


def test_numbers_are_numbers_and_the_displayed_ones_beside_their_words() -> None:
    found = sheets(leader_workbook([result(own=True)]))
    head, row = found["Positions"]
    at = dict(zip(head, row, strict=True))
    assert (at["Hands-off"], at["Hands-off, in words"]) == (0.5, "about 0.50")
    assert at["Micro-managing, in words"] == "0.05 or less"
    assert at["Likely cases of 10"] == 9
    scale = {line[1]: dict(zip(found["Scales"][0], line, strict=True)) for line in found["Scales"]}
    published = FINE.scales["t"]
    assert isinstance(published, PublishedScale)
    assert scale["Trust"]["Average"] == 0.3
    assert (scale["Trust"]["From"], scale["Trust"]["To"]) == published.range
    assert scale["Trust"]["Own view"] == 0.88
    items = {line[1]: line for line in found["Items"]}
    shown = [mean for mean in FINE_ITEMS.values() if isinstance(mean, int)]
    assert sorted(line[2] for line in found["Items"][1:] if line[2] != "") == sorted(
        mean / 2 for mean in shown
    )
    assert items["My leader trusts me to do my job well."][3] == "about 3.5"


def test_of_few_people_there_is_the_band_and_no_finer_number() -> None:
    found = sheets(leader_workbook([result(PUBLICATIONS["micro-managing"])]))
    scales = [dict(zip(found["Scales"][0], row, strict=True)) for row in found["Scales"][1:]]
    assert {row["Average"] for row in scales} == {""}
    numbers = {row[end] for row in scales for end in ("From", "To")} - {""}
    assert numbers <= {0.0, *BAND_BORDERS, 1.0}
    assert len(found["Items"]) == 1


@pytest.mark.parametrize("text", FORMULAS)
def test_what_somebody_wrote_is_never_run(text: str) -> None:
    about = result(replace(FINE, comments={"C1": (text,), "C2": TOO_FEW}), leader=text)
    document = leader_workbook([about])
    for number in range(1, 6):
        assert "<f>" not in part(document, f"xl/worksheets/sheet{number}.xml")
    with zipfile.ZipFile(io.BytesIO(document)) as pack:
        assert not [name for name in pack.namelist() if "externalLink" in name]
    assert sheets(document)["Comments"][1][2] == text
    for content in csv_files([about]).values():
        cells = [
            cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row
        ]
        assert text not in cells
        assert not [cell for cell in cells if module.RUNS.match(cell)]


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(1)", "\uff1d1+1", ' "=1+1"', "\u00a0=1"]
)
@pytest.mark.parametrize("before", ["Thanks;", 'Say "hi";', "Thanks\t", "Thanks\n", "a\r\n", ";;"])
def test_nor_where_a_spreadsheet_splits_the_text_at_other_places(before: str, formula: str) -> None:
    about = [result(replace(FINE, comments={"C1": (before + formula,), "C2": TOO_FEW}))]
    said = csv_files(about)["comments.csv"].decode("utf-8-sig")
    for separator in ",;\t":
        cells = [cell for row in csv.reader(io.StringIO(said), delimiter=separator) for cell in row]
        assert not [cell for cell in cells if re.match(r'[\s"]*[=+\-@\uff1d]', cell)]


def test_csv_says_the_same_as_the_workbook_and_opens_as_utf_8() -> None:
    about = [result(own=True, earlier=EARLIER), result(PUBLICATIONS["hands-off"], "Zoë Ångström")]
    found = sheets(leader_workbook(about))
    for (name, content), title in zip(csv_files(about).items(), SHEETS, strict=True):
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        plain = [[_plain(cell) for cell in row] for row in rows]
        assert plain == [[_plain(cell) for cell in row] for row in found[title]], name


def _plain(cell: object) -> object:
    try:
        return float(str(cell))
    except ValueError:
        return str(cell)


def test_headings_stay_in_sight_and_columns_can_be_filtered() -> None:
    document = leader_workbook([result()])
    for number in range(1, 6):
        sheet = part(document, f"xl/worksheets/sheet{number}.xml")
        assert 'state="frozen"' in sheet
        assert "<autoFilter" in sheet
        assert "<cols>" in sheet


def test_the_map_is_a_picture_with_a_text() -> None:
    for about in ([result()], [result(), result(PUBLICATIONS["hands-off"], "Eve")]):
        document = leader_workbook(about)
        with zipfile.ZipFile(io.BytesIO(document)) as pack:
            assert pack.read("xl/media/image1.png").startswith(b"\x89PNG")
        assert 'descr="' in part(document, "xl/drawings/drawing1.xml")
    none = leader_workbook([result(PUBLICATIONS["too few"])])
    with zipfile.ZipFile(io.BytesIO(none)) as pack:
        assert not [name for name in pack.namelist() if "media" in name]


def test_the_same_results_are_the_same_bytes_and_tell_no_time() -> None:
    about = [result(own=True), result(PUBLICATIONS["hands-off"], "Eve")]
    first, second = leader_workbook(about), leader_workbook(about)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as pack:
        assert {entry.date_time for entry in pack.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "2000-01-01" in part(first, "docProps/core.xml")


def test_withheld_values_are_reasons_in_words() -> None:
    found = sheets(leader_workbook([result(PUBLICATIONS["too few"])]))
    assert found["Positions"][1][1] == "Too few answered"
    assert all("Not shown" in row[2] for row in found["Scales"][1:])
    assert {words.withheld_comments(TOO_FEW, 10)} == {row[2] for row in found["Comments"][1:]}
