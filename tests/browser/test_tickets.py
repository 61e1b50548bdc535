"""The ticket's script in a real browser: the RFC's vectors, and a ticket made by both sides."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import Error

import surveyapp
from surveyapp.anonymity.change_code import to_words, word_list
from surveyapp.anonymity.tickets import (
    blind_sign,
    fingerprint,
    new_ticket_key,
    public_numbers,
    verify,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

VECTORS: Final = json.loads(
    (Path(__file__).parents[1] / "anonymity" / "rfc9474.json").read_text(encoding="utf-8")
)
SCRIPT: Final = Path(surveyapp.__file__).parent / "static" / "ticket.js"
BEYOND_ARITHMETIC: Final = re.compile(
    r"\b(document|window|globalThis|self|navigator|location|history|\w+Storage|indexedDB|caches"
    r"|fetch|XMLHttpRequest|WebSocket|import|eval|Function|console|Date|performance|Math\.random)\b"
)
KEY: Final = bytes(range(32))
TEAM: Final = new_ticket_key(KEY, b"team")
# Bytes travel as lists of numbers. `drawn` takes the place of the browser's random numbers.
CALL: Final = """async ([name, sent, drawn]) => {
  const t = await import('/static/ticket.js');
  const read = v => !v || typeof v !== 'object' ? v
    : !Array.isArray(v) ? Object.fromEntries(Object.entries(v).map(([k, one]) => [k, read(one)]))
    : v.every(Number.isInteger) ? Uint8Array.from(v) : v;
  const show = v => v instanceof Uint8Array ? [...v] : typeof v !== 'object' ? v
    : Object.fromEntries(Object.entries(v).map(([k, one]) => [k, show(one)]));
  if (drawn) crypto.getRandomValues = array => (array.set(drawn.shift()), array);
  const result = show(await t[name](...sent.map(read)));
  return drawn ? { result, left: drawn.length } : result;
}"""


@pytest.fixture
def page(page: Page) -> Page:
    """Be at the answering pages' origin."""
    page.goto("/slip")
    return page


def listed(value: object) -> object:
    """Write bytes as a list of numbers, in options too."""
    if isinstance(value, dict):
        return {name: listed(one) for name, one in value.items()}
    return list(value) if isinstance(value, bytes) else value


def call(page: Page, name: str, *sent: object, drawn: list[bytes] | None = None) -> Any:  # noqa: ANN401  (whatever the script gives)
    return page.evaluate(CALL, [name, [listed(one) for one in sent], drawn and [*map(list, drawn)]])


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_browser_does_each_step_as_the_rfc_says(vector: dict[str, str], page: Page) -> None:
    n, e = (bytes.fromhex(vector[name].removeprefix("0x")) for name in "ne")
    prepared, salt = bytes.fromhex(vector["input_msg"]), bytes.fromhex(vector["salt"])
    inverse = int(vector["inv"], 16).to_bytes(len(n), "big")
    r = pow(int(vector["inv"], 16), -1, int(vector["n"], 16)).to_bytes(len(n), "big")
    blinded = call(page, "blind", n, e, prepared, {"salt": salt, "r": r})
    assert bytes(blinded["blinded"]).hex() == vector["blinded_msg"]
    assert bytes(blinded["inverse"]) == inverse
    blind_signature, size = bytes.fromhex(vector["blind_sig"]), int(vector["sLen"], 16)
    signature = call(page, "finalize", n, e, prepared, blind_signature, inverse, size)
    assert bytes(signature).hex() == vector["sig"]


def test_a_ticket_blinded_by_the_browser_and_signed_here_is_good(page: Page) -> None:
    n, e = public_numbers(TEAM.public)
    code = bytes(call(page, "newCode"))
    message = bytes(call(page, "ballotMessage", code))
    assert (len(code), len(message)) == (16, 64)
    assert message[32:] == hashlib.sha256(code).digest()
    blinded = call(page, "blind", n, e, message)
    blind_signature = blind_sign(TEAM.sealed_private, KEY, b"team", bytes(blinded["blinded"]))
    inverse = bytes(blinded["inverse"])
    signature = bytes(call(page, "finalize", n, e, message, blind_signature, inverse))
    assert verify(TEAM.public, message, signature)


def test_a_signature_that_does_not_fit_is_not_used_by_the_browser(page: Page) -> None:
    n, e = public_numbers(TEAM.public)
    message = bytes(call(page, "ballotMessage", bytes(16)))
    blinded = call(page, "blind", n, e, message)
    inverse = bytes(blinded["inverse"])
    good = blind_sign(TEAM.sealed_private, KEY, b"team", bytes(blinded["blinded"]))
    assert call(page, "finalize", n, e, message, good, inverse)
    changed = good[:-1] + bytes([good[-1] ^ 1])
    for wrong in (changed, bytes(256), good[:-1], b"\0" + good, b""):
        with pytest.raises(Error, match="does not verify"):
            call(page, "finalize", n, e, message, wrong, inverse)
    other, _ = public_numbers(new_ticket_key(KEY, b"other").public)
    for modulus, said in ((other, message), (n, message[::-1])):
        with pytest.raises(Error, match="does not verify"):
            call(page, "finalize", modulus, e, said, good, inverse)


def test_nothing_that_the_browser_draws_comes_twice(page: Page) -> None:
    n, e = public_numbers(TEAM.public)
    code, message = bytes(range(16)), bytes(64)
    for _ in range(5):
        assert call(page, "newCode") != call(page, "newCode")
        assert call(page, "ballotMessage", code)[:32] != call(page, "ballotMessage", code)[:32]
        first, second = (call(page, "blind", n, e, message) for _ in range(2))
        assert first["blinded"] != second["blinded"]
        assert first["inverse"] != second["inverse"]
        salted = {"salt": bytes(48)}
        same_salt = [call(page, "blind", n, e, message, salted)["blinded"] for _ in range(2)]
        assert same_salt[0] != same_salt[1]
        same_r = [call(page, "blind", n, e, message, {"r": b"\5"})["blinded"] for _ in range(2)]
        assert same_r[0] != same_r[1]


def test_the_random_factor_is_drawn_again_until_it_is_below_n_and_has_an_inverse(
    page: Page,
) -> None:
    p, q = (int(VECTORS[0][name], 16) for name in "pq")
    n, e = (bytes.fromhex(VECTORS[0][name].removeprefix("0x")) for name in "ne")
    numbers = [p * q, p * q + 2, 2**4096 - 1, 0, p, 3 * q, 5, 7]
    drawn = [number.to_bytes(512, "big") for number in numbers]
    given = {"salt": bytes(48)}
    done = call(page, "blind", n, e, bytes(64), given, drawn=drawn)
    inverse = int.from_bytes(bytes(done["result"]["inverse"]), "big")
    assert (5 * inverse % (p * q), done["left"]) == (1, 1)


def test_words_and_fingerprints_are_the_same_in_the_browser_and_here(page: Page) -> None:
    served = page.evaluate("async () => (await fetch('/static/words.txt')).text()").split()
    assert served == word_list().wordlist
    codes = [bytes(16), b"\xff" * 16, *(secrets.token_bytes(16) for _ in range(5))]
    assert [call(page, "toWords", code, served) for code in codes] == [*map(to_words, codes)]
    for key in (TEAM.public, new_ticket_key(KEY, b"other").public):
        assert call(page, "fingerprint", *public_numbers(key)) == fingerprint(key)


def test_bytes_become_base64url_and_come_back(page: Page) -> None:
    for content, text in ((b"", ""), (b"\xfb\xff\xfe", "-__-"), (b"\0", "AA"), (b"ab", "YWI")):
        assert call(page, "toBase64url", content) == text
        assert bytes(call(page, "fromBase64url", text)) == content
    for wrong in ("AA==", "+/", " AA", "ä"):
        with pytest.raises(Error, match="base64url"):
            call(page, "fromBase64url", wrong)


def test_the_script_can_only_calculate() -> None:
    code = re.sub(r"(?s:/\*.*?\*/)|//.*", "", SCRIPT.read_text(encoding="utf-8"))
    assert BEYOND_ARITHMETIC.findall(code) == []
    assert set(re.findall(r"crypto\.[\w.]+", code)) == {
        "crypto.getRandomValues",
        "crypto.subtle.digest",
        "crypto.subtle.importKey",
        "crypto.subtle.verify",
    }
