from __future__ import annotations

import multiprocessing
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import current_app
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.reports import making
from surveyapp.reports.bundle import Folder, ForeignFileError, write_zip
from surveyapp.reports.group import group_of
from surveyapp.reports.making import Files, Format, Step, Wanted, in_language, made, steps
from surveyapp.reports.naming import DEVICES, OURS, leader_names, plain
from surveyapp.storage.models import Paper
from tests.pseudo_language import LOCALE, speaking
from tests.publications import PUBLICATIONS
from tests.reports.results import SURVEY, result, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from surveyapp.reports.results import LeaderResult

KINDS = ("hands-off", "fine", "too few", "between", "micro-leading", "micro-managing", "fine")
ALL = frozenset(Format)


def crowd() -> list[LeaderResult]:
    """Return more leaders than are done without other processes."""
    return [
        result(PUBLICATIONS[kind], f"Leader {place}", id_=f"{place:012}")
        for place, kind in enumerate(KINDS)
    ]


def everything(wanted: Wanted) -> list[tuple[str, bytes]]:
    return [found for _step, files in made(steps(crowd(), wanted)) for found in files.items()]


def test_processes_make_the_same_bytes_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Wanted(frozenset({Format.PDF, Format.XLSX, Format.SVG, Format.PNG}), Paper.LETTER)
    with_processes = everything(wanted)
    assert multiprocessing.active_children() == []
    monkeypatch.setattr(making, "FEW", 1000)
    assert everything(wanted) == with_processes


def test_processes_speak_the_language_of_whoever_asked(tmp_path: Path) -> None:
    with speaking(current_app, tmp_path / "translations"), in_language(LOCALE):
        files = dict(everything(Wanted(frozenset({Format.PDF}), Paper.A4)))
    assert "⟦Inshort⟧" in text_of(files["leader-0.pdf"])


def test_whoever_stops_early_leaves_no_process_behind() -> None:
    going = made(steps(crowd(), Wanted(frozenset({Format.PDF}), Paper.A4)))
    next(going)
    going.close()
    assert multiprocessing.active_children() == []


def test_all_that_was_asked_for_is_there_under_plain_names() -> None:
    names = [name for name, _content in everything(Wanted(ALL, Paper.A4, group_of(crowd())))]
    assert len(set(names)) == len(names)
    assert {"leader-0.pdf", "workbook.xlsx", "positions.csv", "group.pdf"} <= set(names)
    assert {"charts/leader-1/map-triangle.svg", "charts/leader-1/items.png"} <= set(names)
    assert not [name for name in names if name.startswith("charts/leader-2/")]  # too few answered


@given(st.lists(st.text(max_size=80), max_size=12))
def test_names_are_safe_and_all_different(names: list[str]) -> None:
    about = [replace(result(), leader=name, id=str(place)) for place, name in enumerate(names)]
    found = leader_names(about)
    assert len(found) == len(set(found.values()) - OURS)
    for name in found.values():
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert 0 < len(name) <= 70
        assert name not in DEVICES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dana Okafor", "dana-okafor"),
        ("Řehoř Ødegård-Weiß", "rehor-odegard-weiss"),
        ("../../etc/passwd", "etc-passwd"),
        ("Иван", "ivan"),
        ("CON", "con-"),
        ("???", "leader"),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_name_is_written_plainly(name: str, expected: str) -> None:
    assert plain(name, "leader") == expected


def test_leaders_of_one_name_and_of_a_name_of_ours_are_numbered() -> None:
    about = [
        replace(result(), leader=name, id=name + str(n))
        for n, name in enumerate(["Bo", "bo", "Bo 2", "Workbook"])
    ]
    assert list(leader_names(about).values()) == ["bo", "bo-2", "bo-2-2", "workbook-2"]


def some(*names: str) -> Iterator[tuple[Step, Files]]:
    for name in names:
        yield Step(f"About\n{name}", dict), {name: name.encode()}


def test_a_zip_is_private_tells_no_time_and_is_the_same_each_time(tmp_path: Path) -> None:
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    for path in (one, two):
        write_zip(path, SURVEY, some("a.pdf", "charts/b.svg"))
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(one) as pack:
        assert pack.namelist() == ["a.pdf", "charts/b.svg", "readme.txt"]
        assert {entry.date_time for entry in pack.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        said = pack.read("readme.txt").decode()
    assert "Northwind, Spring" in said
    assert "a.pdf: About a.pdf" in said


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[Step, Files]]:
        yield from some("a.pdf")
        message = "the disk is full"
        raise OSError(message)

    with pytest.raises(OSError, match="the disk is full"):
        write_zip(tmp_path / "one.zip", SURVEY, failing())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_overwrites_its_own_files_and_no_others(tmp_path: Path) -> None:
    target = tmp_path / "out"
    Folder(target).write({"a.pdf": b"1", "charts/b.svg": b"2"})
    Folder(target).write({"a.pdf": b"3"})
    assert (target / "a.pdf").read_bytes() == b"3"
    assert target.stat().st_mode & 0o077 == 0
    (target / "a.pdf").write_bytes(b"changed by hand")
    (target / "mine.pdf").write_bytes(b"somebody's")
    for name in ("a.pdf", "mine.pdf", "charts"):
        with pytest.raises(ForeignFileError, match="exists already"):
            Folder(target).write({name: b"4"})
    assert (target / "mine.pdf").read_bytes() == b"somebody's"
    (target / "manifest.json").write_text("[]")
    with pytest.raises(ForeignFileError, match="no list of files made here"):
        Folder(target)
