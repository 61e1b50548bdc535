from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.test_documents import LINK

TOP = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent


def run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd=cwd,
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("SURVEYAPP_")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=TOP)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel and the locked dependencies into an empty environment; its scripts."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder / "venv")
    scripts = folder / "venv" / "bin"
    lock = TOP / "requirements.lock"
    installer: list[str | Path] = [
        SCRIPTS / "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        scripts / "python",
    ]
    if not (SCRIPTS / "uv").exists():
        installer = [scripts / "python", "-m", "pip", "install", "--quiet"]
    run(*installer, "--require-hashes", "-r", lock)
    run(*installer, "--no-deps", wheel)
    return scripts


def test_the_wheel_holds_templates_and_scripts_and_no_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "surveyapp/templates/base.html" in names
    assert "surveyapp/templates/report/slips.typ" in names
    assert "surveyapp/templates/report/look.typ" in names
    assert "surveyapp/reports/fonts/SurveyappSans-Regular.ttf" in names
    assert "surveyapp/reports/fonts/OFL.txt" in names
    assert "surveyapp/static/plotly/plotly.min.js" in names
    assert not [name for name in names if name.startswith(("tests", "instance", "benchmarks"))]
    assert not [name for name in names if name.endswith((".sqlite", ".key"))]


def test_the_source_package_holds_every_file_that_its_readme_links_to(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=TOP)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as package:
        names = {name.partition("/")[2] for name in package.getnames()}
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    linked = {link for link in LINK.findall(readme) if (TOP / link).is_file()}
    assert {"CONTRIBUTING.md", "SECURITY.md"} <= linked <= names
    assert not [name for name in names if name.startswith("instance")]


def test_the_wheel_installs_into_an_empty_environment_and_serves_a_page(
    installed: Path, tmp_path: Path
) -> None:
    people = "name,email,leader_email\nDana,dana@demo.example,\nBo,,dana@demo.example\n"
    (tmp_path / "people.csv").write_text(people)
    command = installed / "surveyapp"
    run(command, "init", "--admin", "admin@demo.example", cwd=tmp_path)
    assert (tmp_path / "instance" / "surveyapp.sqlite").exists()
    run(command, "roster", "import", "people.csv", cwd=tmp_path)
    run(
        command,
        "round",
        "create",
        "Spring",
        "--closes",
        str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=300)),
        cwd=tmp_path,
    )
    run(command, "round", "open", "Spring", cwd=tmp_path)
    run(command, "slips", "Spring", "--out", "slips.pdf", cwd=tmp_path)
    assert (tmp_path / "slips.pdf").read_bytes().startswith(b"%PDF")
    run(command, "round", "close", "Spring", "--json", cwd=tmp_path)
    run(command, "report", "Spring", "--out", "reports", "--format", "pdf,xlsx", cwd=tmp_path)
    assert (tmp_path / "reports" / "dana.pdf").read_bytes().startswith(b"%PDF")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [command, "serve", "--port", str(port), "--workers", "1"], cwd=tmp_path
    ) as server:
        try:
            for path, expected in (("/", b"micro-managing"), ("/static/page.css", b"--paper")):
                assert expected in fetch(f"http://127.0.0.1:{port}{path}")
        finally:
            server.terminate()


def fetch(address: str) -> bytes:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:
                return bytes(reply.read())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
