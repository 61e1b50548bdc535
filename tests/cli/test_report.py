"""Reports on the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from surveyapp.cli.application import installed_app
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, RoundTeam
from surveyapp.storage.models import Publication as Stored
from tests.cli.commands import fail, open_spring, run, succeed
from tests.publications import PUBLICATIONS
from tests.reports.results import read, text_of
from tests.web import orders

if TYPE_CHECKING:
    from pathlib import Path

LEADERS = ("Dana", "Eve", "Finn", "Gil", "Hana", "Ivo", "Jo", "Kim")
KINDS = dict(zip(LEADERS, orders.KINDS, strict=False))


@pytest.fixture
def closed(installed: Path) -> Path:
    """Close a round of eight leaders."""
    lines = ["name,email,leader_email"]
    for leader in LEADERS:
        address = f"{leader.lower()}@demo.example"
        lines += [f"{leader},{address},", f"{leader} one,,{address}", f"{leader} two,,{address}"]
    open_spring("\n".join(lines))
    succeed("round", "close", "Spring", "--json")
    with installed_app().app_context(), writing() as session:
        for stored in session.query(Stored).join(RoundTeam).order_by(RoundTeam.leader_name):
            leader = session.get_one(RoundTeam, stored.round_team_id).leader_name
            stored.document = PUBLICATIONS[KINDS.get(leader, "fine")].to_json()
    return installed


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_each_leader_gets_a_report(closed: Path) -> None:
    said = succeed("report", "Spring", "--out", "out")
    names = {f"{leader.lower()}.pdf" for leader in LEADERS}
    assert files(closed / "out") == names | {"readme.txt", "manifest.json"}
    assert "9 files in out, about 8 leaders." in said
    assert "Eve" in text_of((closed / "out" / "eve.pdf").read_bytes())
    assert (closed / "out" / "eve.pdf").stat().st_mode & 0o077 == 0


def test_every_format_of_one_leader_on_the_other_paper(closed: Path) -> None:
    command = ["report", "Spring", "--out", "out", "--leader", "DANA@demo.example"]
    succeed(*command, "--format", "pdf,xlsx,CSV, png,svg", "--paper", "letter")
    found = files(closed / "out")
    assert {"dana.pdf", "workbook.xlsx", "positions.csv", "comments.csv"} <= found
    assert {"charts/dana/map-triangle.png", "charts/dana/scales.svg"} <= found
    assert not [name for name in found if "eve" in name]
    assert (
        round(float(read((closed / "out" / "dana.pdf").read_bytes()).pages[0].mediabox.width))
        == 612
    )


def test_all_in_one_file_twice_is_the_same_file(closed: Path) -> None:
    for out in ("one", "two", "one"):
        succeed("report", "Spring", "--out", out, "--format", "pdf,xlsx", "--zip", "--group")
    one, two = (closed / out / "reports-spring.zip" for out in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert files(closed / "one") == {"reports-spring.zip", "manifest.json"}
    with zipfile.ZipFile(one) as pack:
        assert {"group.pdf", "workbook.xlsx", "dana.pdf", "readme.txt"} <= set(pack.namelist())
        assert "Dana" not in text_of(pack.read("group.pdf"))


def test_only_its_own_files_are_overwritten(closed: Path) -> None:
    (closed / "out").mkdir()
    (closed / "out" / "dana.pdf").write_text("somebody's own")
    said = fail("report", "Spring", "--out", "out", "--leader", "dana@demo.example")
    assert "dana.pdf exists already" in said
    assert (closed / "out" / "dana.pdf").read_text() == "somebody's own"
    succeed("report", "Spring", "--out", "out", "--leader", "eve@demo.example")
    succeed("report", "Spring", "--out", "out", "--leader", "eve@demo.example")
    listed = json.loads((closed / "out" / "manifest.json").read_text())
    assert set(listed) == {"eve.pdf", "readme.txt"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["Spring", "--out", "out", "--format", "pdf,doc"], 2, "“doc” is none of pdf, xlsx, csv"),
        (["Spring", "--out", "out", "--paper", "a5"], 2, "a5"),
        (["Spring", "--out", "out", "--group", "--leader", "x@y.example"], 2, "leave out --leader"),
        (["Spring"], 2, "--out"),
        (["Summer", "--out", "out"], 1, "has no round “Summer”"),
        (["Spring", "--out", "out", "--leader", "x@y.example"], 1, "Nobody with the address"),
    ],
)
def test_what_cannot_be_is_said_by_name(
    closed: Path, words: list[str], code: int, said: str
) -> None:
    assert said in fail("report", *words, code=code)
    assert not (closed / "out").exists()


def test_a_round_that_is_not_counted_has_no_report(opened: Path) -> None:
    said = fail("report", "Spring", "--out", "out")
    assert "“Spring” is open: there is a result once it is closed." in said
    succeed("round", "close", "Spring", "--json")
    assert "needs 5 or more" in fail("report", "Spring", "--out", "out", "--group")
    with installed_app().app_context(), writing() as session:
        session.query(RoundTeam).one().round.destroyed = False
    assert "not destroyed yet" in fail("report", "Spring", "--out", "out")


def test_a_folder_that_cannot_be_is_named(closed: Path) -> None:
    (closed / "out").write_text("a file")
    result = run("report", "Spring", "--out", str(closed / "out" / "below"))
    assert result.exit_code == 1
    assert "cannot be used" in result.stderr


def test_ctrl_c_ends_it_at_once_and_leaves_no_half_file(closed: Path) -> None:
    # As a terminal starts it: what a shell runs in the background ignores these keys.
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from surveyapp.cli import main; main(prog_name='surveyapp')"
    )
    words = ["report", "Spring", "--out", "out", "--format", "pdf,png,svg", "--zip"]
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program, *words],
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as going:
        deadline = time.monotonic() + 30
        while not list((closed / "out").glob(".*")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.killpg(going.pid, signal.SIGINT)
        _out, said = going.communicate(timeout=20)
    assert going.returncode == 1, said
    assert "Traceback" not in said
    assert "Aborted" in said
    assert files(closed / "out") == set()


def test_reports_are_in_the_organisations_language_or_the_one_asked_for(closed: Path) -> None:
    with installed_app().app_context(), writing() as session:
        session.query(Organisation).one().language = "fr"
    command = ["report", "Spring", "--leader", "dana@demo.example", "--out"]
    succeed(*command, "own")
    succeed(*command, "asked", "--language", "de")
    spoken = [
        str(read((closed / out / "dana.pdf").read_bytes()).root_object["/Lang"])
        for out in ("own", "asked")
    ]
    assert spoken == ["fr", "de"]
    assert "'de'" in fail(*command, "none", "--language", "xx", code=2)
