from __future__ import annotations

import json

import pytest

from tests.advisories import Answer, read_answer, report


def printed(**packages: list[str] | None) -> str:
    """Write what pip-audit does: package -> its advisories, or none if it is not known."""
    found: list[dict[str, object]] = [
        {"name": name, "skip_reason": "not found"}
        if ids is None
        else {
            "name": name,
            "version": "1.0",
            "vulns": [{"id": known, "fix_versions": ["1.1"]} for known in ids],
        }
        for name, ids in packages.items()
    ]
    return json.dumps({"dependencies": found, "fixes": []})


ALL_WELL = read_answer(printed(flask=[], click=[]), "")
SILENT = read_answer("", "a traceback\nConnectionError: api.osv.dev")
IGNORANT = read_answer(printed(flask=None, click=None), "")
KNOWN = read_answer(printed(flask=["CVE-1"], click=[]), "")


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ([ALL_WELL, SILENT], 0, "No advisory is known"),
        ([ALL_WELL, IGNORANT], 0, "PyPI: 2 of 2 packages looked up"),
        ([KNOWN, SILENT], 1, "flask 1.0: CVE-1, mended in 1.1"),
        ([IGNORANT, KNOWN], 1, "OSV: 2 of 2 packages looked up"),
        ([SILENT, SILENT], 2, "could not be reached (ConnectionError: api.osv.dev)"),
        ([SILENT, SILENT], 2, "NOT CHECKED: nobody could say anything of any package"),
        ([IGNORANT, SILENT], 2, "NOT CHECKED: nobody could say anything of any package"),
        ([read_answer(printed(flask=None, click=[]), ""), SILENT], 2, "anything of flask"),
    ],
)
def test_silence_is_no_sign_that_all_is_well(answers: list[Answer], code: int, said: str) -> None:
    lines, found = report(dict(zip(("PyPI", "OSV"), answers, strict=True)))
    assert found == code
    assert said in "\n".join(lines)
