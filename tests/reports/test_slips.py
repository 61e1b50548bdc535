import datetime as dt
import json
import logging
from pathlib import Path
from typing import Any

import pytest
import segno
import typst
from pypdf import PageObject, PdfReader

from surveyapp.reports import typesetting
from surveyapp.reports.slips import NoSlipsError, round_sheets
from surveyapp.rounds.slips import new_code
from surveyapp.storage.models import Organisation, Round, RoundTeam, Team
from tests.reports.results import MARKUP, NAMES, read
from tests.reports.tags import elements, faults, root_of

WORDS = "apple river stone canyon"
NINE = [new_code() for _ in range(9)]
TWO = [new_code() for _ in range(2)]


def team(
    leader: str = "Anna Novák", name: str = "Night shift", codes: list[str] | None = None
) -> dict[RoundTeam, list[str]]:
    made = RoundTeam(leader_name=leader, team=Team(name=name), fingerprint=WORDS)
    return {made: NINE if codes is None else codes}


def printed(
    *teams: dict[RoundTeam, list[str]],
    base_url: str = "https://survey.example.org/",
    language: str = "en",
) -> bytes:
    spring = Round(
        organisation=Organisation(name="Harbour Works", language=language),
        name="Spring 2026",
        closes_on=dt.date(2026, 6, 12),
    )
    return round_sheets(
        spring, {one: codes for each in teams for one, codes in each.items()}, base_url
    )


def page_texts(document: bytes) -> list[str]:
    """Give each page's text, with every run of white space as one blank."""
    return [" ".join(page.extract_text().split()) for page in read(document).pages]


def lowest_text(page: PageObject) -> float:
    heights: list[float] = []

    def note(text: str, _cm: object, matrix: list[float], _font: object, _size: object) -> None:
        if text.strip():
            heights.append(matrix[5])

    page.extract_text(visitor_text=note)
    return min(heights)


def test_every_code_is_printed_once_and_in_the_order_given() -> None:
    pages = page_texts(printed(team(), team("Ben Oak", "Harbour crane", TWO)))
    whole = " ".join(pages)
    places = [whole.index(code) for code in NINE + TWO]
    assert places == sorted(places)
    assert all(whole.count(code) == 1 for code in NINE + TWO)


def test_a_page_holds_eight_slips_and_each_team_starts_on_a_new_one() -> None:
    first, second, third = page_texts(printed(team(), team("Ben Oak", "Harbour crane", TWO)))
    assert [sum(code in page for code in NINE) for page in (first, second, third)] == [8, 1, 0]
    assert "Night shift" in first
    assert "Further slips for the team of Anna Novák" in second
    assert all(code in third for code in TWO)
    assert "Harbour crane" in third
    assert "Anna" not in third


def test_the_cover_says_what_to_do() -> None:
    (page,) = page_texts(printed(team(codes=TWO)))
    assert (
        "Cut out, fold, put into a hat, let everyone in the team of Anna Novák who is not asked"
        " by email draw one (2 slips). Keep no list."
    ) in page
    assert "On a tablet that many share: https://survey.example.org/kiosk" in page


def test_each_slip_says_what_it_is() -> None:
    (page,) = page_texts(printed(team(codes=TWO)))
    for text in (
        "How does Anna Novák follow your work?",
        "Takes one person’s answers, once. Nobody knows who holds which slip; keep it to yourself.",
        "https://survey.example.org/slip ",
        "Scan it",
        "Friday, June 12, 2026",
        WORDS,
    ):
        assert page.count(text) == len(TWO), text
    assert page.count("Harbour Works · Spring 2026") == 1 + len(TWO)


@pytest.mark.parametrize("name", NAMES)
def test_names_appear_letter_by_letter(name: str) -> None:
    (page,) = page_texts(printed(team(name, f"Team {name}", TWO)))
    assert f"Team {name}" in page
    assert page.count(f"How does {name} follow your work?") == len(TWO)


def test_names_are_data_and_no_markup(sent: list[dict[str, Any]]) -> None:
    printed(team())
    printed(team(MARKUP, MARKUP, TWO))
    assert sent[0]["template"] == sent[1]["template"]
    assert all("output" not in call for call in sent), "nothing is written to disk"


@pytest.mark.parametrize("base_url", ["https://survey.example.org", "https://survey.example.org/"])
def test_the_qr_code_holds_the_code_behind_a_hash(
    base_url: str, sent: list[dict[str, Any]]
) -> None:
    printed(team(codes=TWO), base_url=base_url)
    (only,) = json.loads(sent[0]["sys_inputs"]["texts"])["teams"]
    for code, slip in zip(TWO, only["slips"], strict=True):
        expected = segno.make(f"https://survey.example.org/slip#{code}", error="m", micro=False)
        assert slip["code"] == code
        assert expected.svg_inline(border=0, omitsize=True) in slip["qr"].replace(
            ' xmlns="http://www.w3.org/2000/svg"', ""
        )


def test_the_same_input_gives_the_same_bytes_which_tell_no_time() -> None:
    one, two = printed(team()), printed(team())
    assert one == two
    document = read(one)
    assert document.metadata is not None
    assert document.metadata.creation_date is None
    assert document.metadata.modification_date is None
    assert b"Date>" not in metadata_stream(document)


def metadata_stream(document: PdfReader) -> bytes:
    data: bytes = root_of(document)["/Metadata"].get_object().get_data()
    return data


def test_the_file_is_accessible() -> None:
    document = read(printed(team()))
    assert faults(document) == []
    assert root_of(document)["/Lang"] == "en"
    assert document.metadata is not None
    assert document.metadata.title == "Slips for “Spring 2026”, Harbour Works"
    figures = [tag for tag in elements(document) if tag["/S"] == "/Figure"]
    assert [figure["/Alt"] for figure in figures] == [
        "QR code of the address and the code on this slip"
    ] * len(NINE)


def test_bookmarks_lead_to_the_teams() -> None:
    outline: list[Any] = read(printed(team(), team("Ben Oak", "Harbour crane", TWO))).outline
    assert [entry["/Title"] for entry in outline] == ["Night shift", "Harbour crane"]


def test_language_and_date_are_the_organisations() -> None:
    document = printed(team(codes=TWO), language="de")
    assert root_of(read(document))["/Lang"] == "de"
    assert "Freitag, 12. Juni 2026" in page_texts(document)[0]


@pytest.mark.parametrize(
    ("leader", "base_url"),
    [
        ("Friederike-Wilhelmina von Hohenzollern " * 8, "https://survey.example.org"),
        ("x" * 320, "https://survey.example.org"),
        ("Anna", f"https://{'long-name.' * 20}example.org/{'path' * 20}"),
    ],
)
def test_long_texts_move_no_slip(leader: str, base_url: str) -> None:
    document = printed(team(leader, leader, NINE[:8]), base_url=base_url)
    (page,) = read(document).pages
    (usual,) = read(printed(team(codes=NINE[:8]))).pages
    assert lowest_text(page) == pytest.approx(lowest_text(usual), abs=3)
    assert all(code in page_texts(document)[0] for code in NINE[:8])


def test_letters_that_no_font_has_are_boxes_and_a_warning_without_the_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    unassigned = "\U000e1234"
    with caplog.at_level(logging.WARNING):
        document = printed(team(f"Wang {unassigned}", codes=TWO))
    assert all(code in page_texts(document)[0] for code in TWO)
    assert b"pdfuaid" not in metadata_stream(read(document))
    assert root_of(read(document))["/MarkInfo"]["/Marked"]
    assert "printed as boxes" in caplog.text
    assert "Wang" not in caplog.text


def test_the_servers_fonts_help_out_only_where_letters_are_missing(
    sent: list[dict[str, Any]],
) -> None:
    printed(team())
    assert [call["ignore_system_fonts"] for call in sent] == [True]
    sent.clear()
    printed(team("\U000e1234"))
    assert [(call["ignore_system_fonts"], call["pdf_standards"]) for call in sent] == [
        (True, ["ua-1"]),
        (False, ["ua-1"]),
        (False, []),
    ]


def test_another_fault_of_the_template_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "slips.typ").write_text("#let")
    monkeypatch.setattr(typesetting, "template_folder", lambda: tmp_path)
    with pytest.raises(typst.TypstError):
        printed(team())


def test_a_team_asked_by_mail_alone_has_no_page() -> None:
    pages = page_texts(printed(team(codes=[]), team("Ben Oak", "Harbour crane", TWO)))
    assert len(pages) == 1
    assert "Night shift" not in pages[0]


@pytest.mark.parametrize("teams", [[], [team(codes=[])]])
def test_without_any_code_there_is_no_file(teams: list[dict[RoundTeam, list[str]]]) -> None:
    with pytest.raises(NoSlipsError, match="asked by email"):
        printed(*teams)
