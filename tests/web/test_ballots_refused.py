"""What is no ticket and no ballot: refused with a clear error, and nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveyapp.anonymity import base64url
from surveyapp.anonymity.tickets import public_numbers
from surveyapp.storage.database import writing
from surveyapp.storage.models import RoundTeam
from tests import factories
from tests.web.papers import ask, blobs, credential

if TYPE_CHECKING:
    from tests.installation import PageClient


def bad_numbers(path: str) -> dict[str, bytes]:
    n = int.from_bytes(base64url.decode(key_of(path)), "big")
    numbers = {"zero": 0, "one": 1, "n-1": n - 1, "n": n, "above n": n + 1}
    return {name: number.to_bytes(256, "big") for name, number in numbers.items()} | {
        "truncated": b"\x07" * 255,
        "oversized": b"\x00" + b"\x07" * 256,
        "empty": b"",
    }


def key_of(path: str) -> str:
    with writing() as session:
        query = session.query(RoundTeam).filter_by(public_id=path.rpartition("/")[2])
        public = query.one().public_key
    return base64url.encode(public_numbers(public)[0])


def test_what_is_no_blinded_paper_is_refused_and_changes_nothing(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, token = factories.split_link(links["Dana"][0])
    before = blobs()
    values: dict[str, object] = {
        name: base64url.encode(value) for name, value in bad_numbers(path).items()
    }
    good = base64url.encode(b"\x07" * 256)
    values |= {"padded": good + "==", "not base64url": "!" * 342, "a number": 7, "nothing": None}
    for name, value in values.items():
        reply = client.post(f"{path}/ticket", json={"token": token, "blinded": value})
        assert (name, reply.status_code) == (name, 422)
        assert "no ballot paper" in reply.get_json()["errors"]["blinded"], name
    assert blobs() == before
    assert ask(client, links["Dana"][0])[1].status_code == 200


def test_a_wrong_token_is_refused_and_changes_nothing(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    _path, token = factories.split_link(links["Dana"][0])
    _path, foreign = factories.split_link(links["Eve"][0])
    flipped = token[:5] + ("A" if token[5] != "A" else "B") + token[6:]
    before = blobs()
    wrong = ["", "x" * 43, token[:-1], token + "A", foreign, flipped, token + "=", 7, None, [token]]
    for value in wrong:
        _paper, reply = ask(client, links["Dana"][0], token=value)
        assert (value, reply.status_code) == (value, 422)
        assert "open the whole link from your email" in reply.get_json()["errors"]["token"]
    for body in (b"", b"{", b'"text"', b"[1]"):
        path = factories.split_link(links["Dana"][0])[0]
        sent = client.post(f"{path}/ticket", data=body, content_type="application/json")
        assert sent.status_code == 422
    assert blobs() == before


def test_a_forged_swapped_or_foreign_ballot_is_refused_and_changes_nothing(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, _token = factories.split_link(links["Dana"][0])
    _first, one = credential(client, links["Dana"][0])
    _second, two = credential(client, links["Dana"][1])
    _third, foreign = credential(client, links["Eve"][0])
    before = blobs()
    forged = [
        one | {"signature": two["signature"]},
        one | {"message": two["message"]},
        foreign,
        one | {"signature": one["signature"][:-4]},
        one | {"signature": one["signature"] + "=="},
        one | {"message": "AAAA"},
        one | {"signature": base64url.encode(bytes(256))},
        {"message": one["message"]},
        {"signature": one["signature"]},
        {},
        {"message": "%", "signature": "%"},
    ]
    for fields in forged:
        reply = client.post(f"{path}/ballot", data=fields | factories.answers())
        assert reply.status_code == 422, fields
        assert "stamp of this team" in reply.get_json()["errors"]["signature"]
    assert blobs() == before
    wrong_codes = ["AAAA", base64url.encode(bytes(16)), "zoo " * 12, "%"]
    for code in wrong_codes:
        reply = client.post(f"{path}/ballot", data={"change_code": code, **factories.answers()})
        assert reply.status_code == 422
        assert reply.get_json()["errors"]["change_code"]
    assert blobs() == before
