"""Attack 6: somebody with the private key compares what was stamped with what was cast.

They know whose token asked for which stamp, hold every ballot paper with its stamp, and opened the
boxes. For each request and each paper there is exactly one random factor that makes one of the
other, so any of them may belong together: only a factor that was not random tells.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Final

import pytest

from surveyapp.anonymity import base64url, blinding
from surveyapp.anonymity.tickets import public_numbers
from surveyapp.rounds import boxes
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round
from surveyapp.web.pages import keys
from tests import factories, papers
from tests.attacks import weakened
from tests.attacks.chance import GUESSES, coins, count_right, like_a_coin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask
    from flask.testing import FlaskClient

SURE: Final = 40
"""Bits by which a factor that was drawn at random is never shorter: once in 2^40."""


@dataclass(frozen=True)
class Ticket:
    """What the server saw when it learned who somebody is."""

    blinded: int
    signature: int
    place: int
    """Where the box of tickets notes it."""


@dataclass(frozen=True)
class Credential:
    """What the server saw when it took a ballot."""

    signature: int
    place: int
    """Where the ballot lies in its box."""


def number(text: str) -> int:
    """Read a number as requests and replies carry it."""
    return int.from_bytes(base64url.decode(text), "big")


def answer_all(client: FlaskClient, links: Sequence[str]) -> list[tuple[Ticket, Credential]]:
    """Let everybody answer in this order; returns what the server saw of each of them."""
    seen, cast = [], []
    for link in links:
        path, token = factories.split_link(link)
        key = factories.public_key(path)
        paper = papers.new_paper(key)
        reply = client.post(f"{path}/ticket", json=paper.ticket_request(token)).get_json()
        fields = paper.credential(key, reply["signature"])
        sent = client.post(f"{path}/ballot", data=fields | factories.answers())
        assert sent.status_code == 201
        seen.append((paper, number(reply["signature"]), number(fields["signature"])))
        cast.append(hashlib.sha256(hashlib.sha256(paper.code).digest()).digest())
    with writing() as session:
        opened = session.get_one(Round, 1)
        inside = boxes.unseal(session, opened.teams[0], keys().read(opened.public_id))
    stamped, ballots = list(inside.issuance.values()), list(inside.ballots)
    return [
        (
            Ticket(
                int.from_bytes(paper.blinded, "big"),
                stamp,
                stamped.index(hashlib.sha256(paper.blinded).digest()),
            ),
            Credential(signature, ballots.index(cast[came])),
        )
        for came, (paper, stamp, signature) in enumerate(seen)
    ]


def modulus(link: str) -> tuple[int, int]:
    """Return modulus and exponent of the key of a link's team."""
    n, e = public_numbers(factories.public_key(factories.split_link(link)[0]))
    return int.from_bytes(n, "big"), int.from_bytes(e, "big")


def open_team(size: int) -> list[str]:
    """Open a round with one team that has mail; returns the links."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", size, mail=True)
    return factories.draw_links(factories.open_round(organisation))["Dana"]


def factor(ticket: Ticket, credential: Credential, n: int) -> int:
    """Return the one factor with which this paper was blinded, if it was this paper.

    The stamp on a blinded paper is the paper's stamp times the factor.
    """
    return ticket.signature * pow(credential.signature, -1, n) % n


def guess_whose_paper(client: FlaskClient) -> int:
    """Of each two people and their two papers, say whose is which; returns how often rightly."""
    links = open_team(2 * GUESSES)
    n, _e = modulus(links[0])
    seen = answer_all(client, links)
    common = Counter(factor(ticket, paper, n) for ticket, _ in seen for _, paper in seen)
    truths, clues = coins(GUESSES), []
    for place, truth in enumerate(truths):
        (first, papers), (second, others) = seen[2 * place : 2 * place + 2]
        one, other = (papers, others) if truth else (others, papers)
        looks = [
            [_look(ticket, paper, n, common) for paper in (one, other)]
            for ticket in (first, second)
        ]
        clues.append(looks[0][0] + looks[1][1] - looks[0][1] - looks[1][0])
    return count_right(clues, truths)


def _look(ticket: Ticket, paper: Credential, n: int, common: Counter[int]) -> float:
    """Say how much a request and a paper look as if they belonged together."""
    r = factor(ticket, paper, n)
    bits_missing = max(0, n.bit_length() - r.bit_length() - SURE)
    return bits_missing + SURE * (common[r] - 1) + (ticket.place == paper.place)


def test_every_paper_may_be_what_was_stamped_in_every_request(app: Flask) -> None:
    links = open_team(8)
    n, e = modulus(links[0])
    seen = answer_all(app.test_client(), links)
    factors = {}
    for who, (ticket, _own) in enumerate(seen):
        for whose, (_ticket, credential) in enumerate(seen):
            r = factors[who, whose] = factor(ticket, credential, n)
            encoded = pow(credential.signature, e, n)
            assert gcd(r, n) == 1
            assert encoded * pow(r, e, n) % n == ticket.blinded
    # The browser draws each of these factors equally often, and taking powers swaps them only.
    assert len(set(factors.values())) == len(seen) ** 2


def test_with_the_private_key_and_all_papers_nobody_knows_whose_is_which(app: Flask) -> None:
    assert like_a_coin(guess_whose_paper(app.test_client()))


def blind_with(drawn: int) -> Callable[[pytest.MonkeyPatch], None]:
    """Let browsers blind with one factor that is known, or always the same."""
    return lambda patch: patch.setattr(blinding, "random_unit", lambda _n: drawn)


def draw_too_few_bits(patch: pytest.MonkeyPatch) -> None:
    """Let browsers draw a factor of 128 bits, which is hard to guess and yet far too short."""
    patch.setattr(blinding, "random_unit", lambda _n: secrets.randbits(128) | 1)


@pytest.mark.parametrize(
    "weaken",
    [blind_with(1), blind_with(3**1200), draw_too_few_bits],
    ids=["not blinded", "one factor for all", "a short factor"],
)
def test_the_attacker_finds_whose_paper_is_which_where_browsers_blind_badly(
    sqlite_app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    weaken: Callable[[pytest.MonkeyPatch], None],
) -> None:
    weaken(monkeypatch)
    assert guess_whose_paper(sqlite_app.test_client()) == GUESSES


def test_the_attacker_finds_whose_paper_is_which_where_boxes_keep_the_order_of_arrival(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.keep_boxes_in_order(monkeypatch)
    assert guess_whose_paper(app.test_client()) == GUESSES
