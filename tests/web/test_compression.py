from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from flask.testing import FlaskClient

from surveyapp.web import compression
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

GZIP = {"Accept-Encoding": "gzip, br"}
MOST_BYTES = 430_000
ANSWER: Final = "/static/answer.js"
DECLARED: Final = (
    r"(?m)^(?:export )?(?:async )?(?:const|let|function) "
    r"((?:\w+(?: = \w+)?, )*\w+)"
)
"""What a line of a script declares for the whole of it."""


@pytest.fixture
def own_static(app: Flask, tmp_path: Path) -> Path:
    """Serve scripts from a folder where they may be changed."""
    for name in ("answer.js", "hints.js"):
        shutil.copy(Path(str(app.static_folder), name), tmp_path)
    app.static_folder = str(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["look.css", "hints.js", "plotly/plotly.min.js", "words.txt"])
def test_static_files_are_sent_compressed_and_are_the_same_files(
    client: FlaskClient, name: str
) -> None:
    plain, packed = client.get(f"/static/{name}"), client.get(f"/static/{name}", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert "Content-Encoding" not in plain.headers
    for reply in (plain, packed):
        assert "Accept-Encoding" in reply.headers["Vary"]
        assert reply.mimetype == plain.mimetype
    assert len(packed.data) < MOST_BYTES


def test_the_script_of_answering_has_its_hints_inside_and_declares_no_name_twice(
    client: FlaskClient,
) -> None:
    plain, packed = client.get(ANSWER), client.get(ANSWER, headers=GZIP)
    text = gzip.decompress(packed.data)
    hints = client.get("/static/hints.js").data
    assert re.findall(rb"(?m)^import.*\n", plain.data) == [compression.IMPORT]
    assert text == plain.data.replace(compression.IMPORT, hints)
    declared = re.findall(DECLARED, text.decode())
    names = [name for line in declared for name in re.findall(r"(?:^|, )(\w+)\b", line)]
    assert {"hinted", "linkTo", "prepare", "KEY_BYTES", "IV_BYTES"} <= set(names)
    assert len(names) == len(set(names)), sorted(names)


def test_a_browser_that_has_the_file_is_not_sent_it_again(client: FlaskClient) -> None:
    for address in ("/static/look.css", ANSWER):
        etag = client.get(address, headers=GZIP).headers["ETag"]
        again = client.get(address, headers=GZIP | {"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag


def test_a_browser_with_other_hints_is_sent_the_script_anew(
    client: FlaskClient, own_static: Path
) -> None:
    before, plain = client.get(ANSWER, headers=GZIP), client.get(ANSWER)
    (own_static / "hints.js").write_text("export const hinted = 0, linkTo = 0;\n")
    after = client.get(ANSWER, headers=GZIP | {"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, b"linkTo = 0" in gzip.decompress(after.data)) == (200, True)
    assert after.headers["ETag"] != before.headers["ETag"]
    since = {"If-Modified-Since": plain.headers["Last-Modified"]}
    assert client.get(ANSWER, headers=GZIP | since).data == after.data
    assert "Last-Modified" not in after.headers


def test_pages_are_not_compressed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/", headers=GZIP).headers


def test_of_pages_only_the_one_that_is_the_same_for_everybody_is_compressed(app: Flask) -> None:
    northwind = factories.make_organisation()
    factories.make_team(northwind, "Dana", 12)
    path = f"/answer/{factories.team_ids(factories.open_round(northwind))['Dana']}"
    client = FlaskClient(app)
    plain, packed = client.get(path), client.get(path, headers=GZIP)
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in client.get(f"{path}/change", headers=GZIP).headers
