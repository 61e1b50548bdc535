"""Attack 13: whoever runs the server gives people keys of their own, and knows papers by their key.

Where all of a team see one key, each paper fits it alike. The browser compares the key that it is
given with the one that the link names (tests/browser/test_ballots.py), and people compare words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from flask import request
from sqlalchemy import select

from surveyapp.anonymity import base64url, tickets
from surveyapp.anonymity.tickets import TicketKey, new_ticket_key, public_numbers, verify
from surveyapp.storage.database import writing
from surveyapp.storage.models import RoundTeam
from tests import factories, papers
from tests.attacks.chance import GUESSES, coins, count_right, like_a_coin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

SEALING_KEY, CONTEXT = bytes(32), b"marked"
KEY, OWN = (new_ticket_key(SEALING_KEY, CONTEXT) for _key in range(2))
MARKS: Final[dict[str, dict[str, str]]] = {
    "nothing": {},
    "a cookie": {"Cookie": "session=somebody; member=7"},
    "a language": {"Accept-Language": "de-DE,de;q=0.9"},
    "a browser": {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"},
    "an address": {"X-Forwarded-For": "192.0.2.7", "Forwarded": "for=192.0.2.7"},
    "a token": {"Authorization": "Bearer {token}", "Referer": "https://mail.example/{token}"},
}
"""By what a server could know somebody who asks for the key."""


def open_teams(size: int) -> dict[str, list[str]]:
    """Open a round of two teams with mail; returns the links by leader."""
    organisation = factories.make_organisation()
    for leader in ("Dana", "Eve"):
        factories.make_team(organisation, leader, size, mail=True)
        factories.make_leader_account(organisation, leader)
    return factories.draw_links(factories.open_round(organisation))


def keys_shown(app: Flask, links: list[str]) -> set[tuple[str, str, str]]:
    """Ask for the key in the name of everybody, in every way; returns modulus, exponent, name."""
    signed_in = app.test_client()
    factories.sign_in(signed_in, factories.address("Dana"))
    shown = set()
    for link in links:
        path, token = factories.split_link(link)
        for marks in MARKS.values():
            headers = {name: value.format(token=token) for name, value in marks.items()}
            for client in (app.test_client(use_cookies=False), signed_in):
                for query in ("", f"?token={token}", "?lang=de"):
                    said = client.get(f"{path}/key{query}", headers=headers).get_json()
                    shown.add((said["n"], said["e"], said["fingerprint"]))
    return shown


def names_told(client: FlaskClient, links: list[str]) -> Iterator[tuple[str, str]]:
    """Say under which name, and in which words, the key is told wherever it is told."""
    for link in links:
        path, _, fragment = link.partition("#")
        found = re.search(r'<span translate="no">([a-z ]+)</span>\.', client.get(path).text)
        assert found
        yield fragment.partition(".")[2], found[1]
    listed = client.get(f"/keys/{factories.public_id(1)}").text
    team = re.search(r"Dana</strong>\s*<span>([a-z ]+)</span>.*?>([\w-]{22})<", listed)
    assert team
    yield team[2], team[1]


def test_everybody_in_a_team_is_shown_one_key_however_they_ask(app: Flask) -> None:
    links = open_teams(4)
    shown = {leader: keys_shown(app, of_team) for leader, of_team in links.items()}
    assert {leader: len(found) for leader, found in shown.items()} == {"Dana": 1, "Eve": 1}
    assert shown["Dana"] != shown["Eve"]
    key = factories.public_key(factories.split_link(links["Dana"][0])[0])
    told = {(tickets.fingerprint(key), tickets.fingerprint_words(key))}
    assert set(names_told(app.test_client(), links["Dana"])) == told
    assert {name for _n, _e, name in shown["Dana"]} == {tickets.fingerprint(key)}


@pytest.mark.parametrize("mark", [mark for mark in MARKS if mark != "nothing"])
def test_the_attack_sees_a_server_that_gives_some_a_key_of_their_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    links = open_teams(2)["Dana"]
    _give_marked_key(app, monkeypatch, mark)
    assert len(keys_shown(app, links)) == 2


def _give_marked_key(app: Flask, patch: pytest.MonkeyPatch, mark: str) -> None:
    """Let the server answer with another key where a request carries a mark."""
    n, e = map(base64url.encode, public_numbers(OWN.public))
    honest, (header, *_more) = app.view_functions["answer.key"], MARKS[mark]
    known = MARKS[mark][header].partition("{")[0]

    def partition(team_id: str) -> object:
        if request.headers.get(header, "").startswith(known):
            return {"n": n, "e": e, "fingerprint": tickets.fingerprint(OWN.public)}
        return honest(team_id=team_id)

    patch.setitem(app.view_functions, "answer.key", partition)


def guess_by_key(given: list[TicketKey]) -> int:
    """Of each two people one casts a paper; say who by whose key it fits."""
    truths, clues = coins(GUESSES), []
    for place, truth in enumerate(truths):
        first, second = given[2 * place : 2 * place + 2]
        owner = first if truth else second
        paper = papers.new_paper(owner.public)
        stamp = tickets.blind_sign(owner.sealed_private, SEALING_KEY, CONTEXT, paper.blinded)
        fields = paper.credential(owner.public, base64url.encode(stamp))
        sent = base64url.decode(fields["message"]), base64url.decode(fields["signature"])
        clues.append(float(verify(first.public, *sent)) - verify(second.public, *sent))
    return count_right(clues, truths)


def test_papers_of_one_key_tell_nothing_of_their_owners() -> None:
    assert like_a_coin(guess_by_key([KEY] * 2 * GUESSES))


def test_papers_of_keys_of_their_own_tell_whose_they_are() -> None:
    assert guess_by_key([KEY, OWN] * GUESSES) == GUESSES


def test_a_sealed_key_of_another_team_stamps_nothing(app: Flask) -> None:
    """Whoever can write to the database cannot mark a team by giving it another one's key."""
    path, token = factories.split_link(open_teams(2)["Dana"][0])
    with writing() as session:
        dana, eve = session.scalars(select(RoundTeam).order_by(RoundTeam.id))
        dana.private_key, dana.public_key = eve.private_key, eve.public_key
    paper = papers.new_paper(factories.public_key(path))
    reply = app.test_client().post(f"{path}/ticket", json=paper.ticket_request(token))
    assert reply.status_code == 503
