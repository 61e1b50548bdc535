"""What the documents name is there: files and what stands in them, links, every decision once."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

import pytest

from tests.budgets import TOP
from tests.cli.commands import succeed

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS: Final = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")]
FOLDERS: Final = (TOP, *map(TOP.joinpath, ("surveyapp", "surveyapp/static", "docs", "deploy")))
"""From where files are named."""
CONTRIBUTING: Final = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8")
LOOK: Final = CONTRIBUTING.partition("## Where to look")[2].partition("**By folder.**")[0]
ANSWERS: Final = re.findall(r"^\| (.+) \| (.+) \| (.+) \|$", LOOK, re.MULTILINE)[1:]
LINK: Final = re.compile(r"\]\((?!https?:)([^)#\s]+)")
QUOTED: Final = re.compile(r"`([^`\n]+)`")
COMMAND: Final = re.compile(
    r"(?:`|^ *)(?:\.venv/bin/)?surveyapp ([^`#\n]+?) *(?:`|#|$)", re.MULTILINE
)
FILE: Final = re.compile(
    r"(?!build/|instance/)(?:[\w./-]*\w\.(?:py|js|mjs|css|typ|md|html)|[a-z]\w+/[\w/-]*)"
)


def missing(line: str) -> list[str]:
    """Return the files that a line names and that are not there.

    One without a folder may lie beside the one before it.
    """
    found, beside = [], list(FOLDERS)
    for name in (quoted for quoted in QUOTED.findall(line) if FILE.fullmatch(quoted)):
        places = [place for folder in beside if (place := folder / name).exists()]
        beside += [place.parent for place in places]
        found += [] if places else [name]
    return found


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer[0])
def test_each_answer_names_files_and_what_stands_in_them(answer: tuple[str, ...]) -> None:
    _, where, there = answer
    named = [file for name in QUOTED.findall(where) if (file := TOP / name).is_file()]
    said = "".join(file.read_text(encoding="utf-8") for file in named)
    assert named
    assert [name for name in QUOTED.findall(there) if name not in said] == []


def test_seven_questions_are_answered() -> None:
    assert len(ANSWERS) == 7


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert list(chain.from_iterable(map(missing, text.splitlines()))) == []
    assert [link for link in LINK.findall(text) if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_command_that_a_document_names_is_there_with_its_options(document: Path) -> None:
    for said in COMMAND.findall(document.read_text(encoding="utf-8")):
        words = re.match(r"[a-z-]+(?: [a-z][a-z-]*(?= |$))?", said)
        shown = succeed(*(words[0].split() if words else ()), "--help")
        assert [flag for flag in re.findall(r"--[a-z-]+", said) if flag not in shown] == [], said


def test_every_decision_stands_in_the_index_once_by_its_number_and_title() -> None:
    folder = TOP / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[(\d+)\]\((.+?)\) (.+?)(?: \*\(.*)?$", index, re.MULTILINE)
    assert sorted(name for _, name, _ in listed) == sorted(file.name for file in folder.glob("0*"))
    for number, name, title in listed:
        assert (folder / name).read_text(encoding="utf-8").startswith(f"# {number}. {title}\n")
        assert int(number) == int(name[:4])
