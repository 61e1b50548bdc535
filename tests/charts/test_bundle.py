from __future__ import annotations

import hashlib
from pathlib import Path

import surveyapp

FOLDER = Path(surveyapp.__file__).parent / "static" / "plotly"


def test_the_charts_script_is_the_one_that_was_built() -> None:
    lines = (FOLDER / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in map(str.split, lines)}
    assert set(sums) == {"plotly.min.js", "plotly.css"}
    for name, expected in sums.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == expected
