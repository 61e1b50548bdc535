from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

TOP = Path(__file__).parent.parent


def test_packages_that_cannot_be_had_are_said_in_words_and_tried_again(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(TOP / name, tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")  # as pip ends without a network
    python.chmod(0o755)
    make = shutil.which("make") or "make"
    for _ in range(2):
        ended = subprocess.run(
            [make, "run"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 2
        assert "Not installed: is there a way to the package index?" in ended.stderr
