"""What may import what: the contracts of `pyproject.toml` hold, and each breaks when provoked."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.budgets import TOP

if TYPE_CHECKING:
    from collections.abc import Iterator

LINTER = Path(sys.executable).parent / "lint-imports"
VERDICT = re.compile(r"^(.+) (KEPT|BROKEN)$", re.MULTILINE)

# The contract's id, the module that breaks it, and the import that does.
OFFENCES = [
    ("layers", "config.py", "import surveyapp.core.errors"),
    ("layers", "core/errors.py", "import surveyapp.anonymity.keys"),
    ("layers", "anonymity/keys.py", "import surveyapp.storage"),
    ("layers", "storage/scope.py", "import surveyapp.roster.faults"),
    ("layers", "rounds/slips.py", "import surveyapp.roster.faults"),
    ("layers", "roster/faults.py", "import surveyapp.ratings"),
    ("layers", "ratings/__init__.py", "import surveyapp.rounds.slips"),
    ("layers", "followup/selfform.py", "import surveyapp.rounds.releasing"),
    ("layers", "storage/scope.py", "import surveyapp.followup"),
    ("layers", "rounds/opening.py", "import surveyapp.mail.delivering"),
    ("layers", "mail/composing.py", "import surveyapp.charts.palette"),
    ("layers", "charts/words/scales.py", "import surveyapp.mail"),
    ("layers", "charts/words/scales.py", "import surveyapp.reports"),
    ("layers", "reports/__init__.py", "import surveyapp.demo"),
    ("layers", "demo/__init__.py", "import surveyapp.jobs"),
    ("layers", "jobs/__init__.py", "import surveyapp.web"),
    ("layers", "web/compression.py", "import surveyapp.app"),
    ("layers", "app.py", "import surveyapp.cli"),
    ("layers", "web/newcomer.py", "import surveyapp.newcomer"),
    ("pure", "core/errors.py", "import plotly.graph_objects"),
    ("pure", "core/errors.py", "from flask_babel import gettext"),
    ("pure", "core/errors.py", "import click"),
    ("pure", "anonymity/keys.py", "from sqlalchemy import select"),
    ("pure", "anonymity/keys.py", "from flask import request"),
    ("pure", "anonymity/keys.py", "import wtforms"),
    ("work", "rounds/slips.py", "from flask import request"),
    ("work", "roster/faults.py", "from flask_babel import gettext"),
    ("work", "ratings/__init__.py", "import wtforms"),
    ("work", "followup/selfform.py", "from flask_babel import gettext"),
    ("work", "jobs/running.py", "from flask import request"),
    ("charts", "charts/words/scales.py", "from flask import request"),
    ("charts", "charts/words/scales.py", "import surveyapp.storage.scope"),
    ("charts", "charts/words/scales.py", "import wtforms"),
    ("mail", "mail/composing.py", "from flask import render_template"),
    ("mail", "mail/delivering.py", "from sqlalchemy import select"),
    ("mail", "mail/composing.py", "import wtforms"),
    ("audiences", "web/answer/views.py", "import surveyapp.web.account.views"),
    ("audiences", "web/leader/views.py", "import surveyapp.web.coach.views"),
    ("audiences", "web/public/views.py", "import surveyapp.web.admin.views"),
    ("sealing", "rounds/answering.py", "from surveyapp.anonymity import box"),
    ("sealing", "anonymity/disclosure.py", "from surveyapp.anonymity.box import unseal"),
    ("boxes", "rounds/slips.py", "from surveyapp.rounds import boxes"),
    ("boxes", "jobs/mailing.py", "from surveyapp.rounds import boxes"),
    ("boxes", "web/admin/views.py", "import surveyapp.rounds.boxes"),
]
COUNT = Path("rounds/closing.py")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Copy the package and the contracts; returns the copied package."""
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    unread = shutil.ignore_patterns("__pycache__", "static")
    shutil.copytree(TOP / "surveyapp", tmp_path / "surveyapp", ignore=unread)
    return tmp_path / "surveyapp"


def verdicts(folder: Path) -> dict[str, str]:
    """Run the linter on the package below a folder; returns contract -> KEPT or BROKEN."""
    run = subprocess.run(
        [LINTER, "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = dict(VERDICT.findall(run.stdout))
    assert found, run.stdout + run.stderr
    return found


def contracts() -> dict[str, str]:
    read = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    return {one["id"]: one["name"] for one in read["tool"]["importlinter"]["contracts"]}


def add_line(file: Path, line: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")


def test_the_tree_keeps_every_contract() -> None:
    assert verdicts(TOP) == dict.fromkeys(contracts().values(), "KEPT")


def test_every_contract_is_provoked_below() -> None:
    assert {contract for contract, _file, _line in OFFENCES} == set(contracts())


@pytest.mark.parametrize(("contract", "file", "line"), OFFENCES)
def test_one_offending_import_breaks_that_very_contract(
    copied: Path, contract: str, file: str, line: str
) -> None:
    if "newcomer" in file:
        (copied / "newcomer.py").touch()
        (copied / file).touch()
    add_line(copied / file, line)
    found = verdicts(copied.parent)
    broken = {name for name, verdict in found.items() if verdict == "BROKEN"}
    assert broken == {contracts()[contract]}


def readers(package: Path) -> set[Path]:
    """Return the modules that refer to `decode` of `anonymity/ballot.py`, however they name it."""
    return {
        file.relative_to(package)
        for file in package.rglob("*.py")
        if any(_references(ast.parse(file.read_text(encoding="utf-8"))))
    }


def _references(tree: ast.Module) -> Iterator[ast.AST]:
    modules = {
        (name.asname or name.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
        if "ballot" in name.name.split(".")
    }
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("surveyapp."):
                if any(name.name in {"decode", "*"} for name in node.names):
                    yield node
            case ast.Attribute(attr="decode") if _root(node) in modules:
                yield node
            case ast.Constant(value="decode") if modules:
                yield node


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def test_single_answers_are_read_in_the_count_alone() -> None:
    assert readers(TOP / "surveyapp") == {COUNT}


@pytest.mark.parametrize(
    "line",
    [
        "from surveyapp.anonymity.ballot import decode",
        "from surveyapp.anonymity.ballot import decode as unpack",
        "from surveyapp.anonymity.ballot import *",
        "from surveyapp.rounds.closing import decode",
        "from surveyapp.anonymity import ballot; ballot.decode(b'')",
        "from surveyapp.anonymity import ballot as packed; packed.decode(b'')",
        "import surveyapp.anonymity.ballot; surveyapp.anonymity.ballot.decode(b'')",
        "import surveyapp.anonymity.ballot as packed; getattr(packed, 'decode')(b'')",
    ],
)
def test_a_second_reader_of_single_answers_is_found(copied: Path, line: str) -> None:
    add_line(copied / "storage" / "results.py", line)
    assert readers(copied) == {COUNT, Path("storage/results.py")}
