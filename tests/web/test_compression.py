from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from tests import factories

if TYPE_CHECKING:
    from flask import Flask

GZIP = {"Accept-Encoding": "gzip, br"}
MOST_BYTES = 430_000


@pytest.mark.parametrize("name", ["look.css", "answer.js", "plotly/plotly.min.js", "words.txt"])
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


def test_a_browser_that_has_the_file_is_not_sent_it_again(client: FlaskClient) -> None:
    etag = client.get("/static/look.css", headers=GZIP).headers["ETag"]
    again = client.get("/static/look.css", headers=GZIP | {"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


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
