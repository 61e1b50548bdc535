"""Somebody who may answer once and wants more.

They hold one link or one slip, know all addresses and requests, and may have friends in the team.
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from surveyapp.anonymity import base64url, tickets
from surveyapp.anonymity.change_code import new_code
from tests import factories, papers

if TYPE_CHECKING:
    from flask.testing import FlaskClient

STAMP_BYTES: Final = 256
MEMBERS, SLIP_MEMBERS = 12, 6


@dataclass(frozen=True)
class Voter:
    """Somebody with a link to one team, who wants more than one ballot in a box."""

    client: FlaskClient
    link: str
    slips: dict[str, list[str]]
    """Found on a table."""
    other_team: str
    """The address of a team that they do not belong to."""

    def stamp(self, path: str = "") -> dict[str, str]:
        """Ask for a stamp on a new paper; returns the credential, or nothing if it is refused."""
        own, token = factories.split_link(self.link)
        key = factories.public_key(own)
        paper = papers.new_paper(key)
        reply = self.client.post(f"{path or own}/ticket", json=paper.ticket_request(token))
        said = reply.get_json()
        return paper.credential(key, said["signature"]) if reply.status_code == 200 else {}

    def cast(self, fields: dict[str, str], path: str = "", place: int = 3) -> int:
        """Send a ballot; returns the status."""
        address = path or factories.split_link(self.link)[0]
        form = fields | factories.answers(place)
        return self.client.post(f"{address}/ballot", data=form).status_code


def take_two_tickets(voter: Voter) -> None:
    """Have two papers stamped for one link."""
    for _paper in range(2):
        voter.cast(voter.stamp())


def send_one_paper_twice(voter: Voter) -> None:
    """Send other answers with the same paper."""
    credential = voter.stamp()
    for place in (1, 3):
        voter.cast(credential, place=place)


def forge(voter: Voter) -> None:
    """Make stamps out of thin air, and new papers out of a stamped one."""
    good = voter.stamp()
    message, signature = (base64url.decode(good[name]) for name in ("message", "signature"))
    key, _e = tickets.public_numbers(factories.public_key(factories.split_link(voter.link)[0]))
    n, s = int.from_bytes(key, "big"), int.from_bytes(signature, "big")
    other = secrets.token_bytes(len(message))
    forged = [
        (message, signature),
        (other, signature),
        (message[:32] + other[32:], signature),
        (other[:32] + message[32:], signature),
        (message + b"\0", signature),
        (other, secrets.token_bytes(STAMP_BYTES)),
        (other, (1).to_bytes(STAMP_BYTES, "big")),
        (other, (s * s % n).to_bytes(STAMP_BYTES, "big")),
        (message, (n - s).to_bytes(STAMP_BYTES, "big")),
        (message, (s + n).to_bytes(STAMP_BYTES + 1, "big")),
        (message, b"\0" + signature),
    ]
    for fields in forged:
        encoded = map(base64url.encode, fields)
        voter.cast(dict(zip(("message", "signature"), encoded, strict=True)))


def vote_in_another_team(voter: Voter) -> None:
    """Send the own paper to another team, after to the own one."""
    credential = voter.stamp()
    voter.cast(credential)
    voter.cast(credential, voter.other_team)
    if foreign := voter.stamp(voter.other_team):
        voter.cast(foreign, voter.other_team)


def come_by_the_door_for_slips(voter: Voter) -> None:
    """Answer by link, then use the token where slips are typed."""
    voter.cast(voter.stamp())
    _path, token = factories.split_link(voter.link)
    form = {"slip": token, "change_code": new_code().hex(), **factories.answers(1)}
    voter.client.post("/slip/answers", data=form)


def print_a_slip_too(voter: Voter) -> None:
    """Answer by link, and have a slip printed for oneself."""
    voter.cast(voter.stamp())
    spare = voter.slips["Dana"][SLIP_MEMBERS:]
    for code in spare:
        factories.answer_by_slip(voter.client, code)


def use_a_slip_twice(voter: Voter) -> None:
    """Send two forms with one slip, and the slip where tokens are taken."""
    (slip, *_), address = voter.slips["Dana"], factories.split_link(voter.link)[0]
    for place in (1, 3):
        form = {"slip": slip, "change_code": new_code().hex(), **factories.answers(place)}
        voter.client.post("/slip/answers", data=form)
    paper = papers.new_paper(factories.public_key(address))
    voter.client.post(f"{address}/ticket", json=paper.ticket_request(slip))


def change_what_is_not_there(voter: Voter) -> None:
    """Answer once, then use new change codes."""
    voter.cast(voter.stamp())
    address = factories.split_link(voter.link)[0]
    for code in (base64url.encode(new_code()), "zoo " * 11 + "wrong"):
        voter.cast({"change_code": code}, address)


def ask_at_the_same_moment(voter: Voter) -> None:
    """Have several papers stamped at once."""

    def stamp(_paper: int) -> dict[str, str]:
        with voter.client.application.app_context():
            return replace(voter, client=voter.client.application.test_client()).stamp()

    with ThreadPoolExecutor(4) as crowd:
        for credential in crowd.map(stamp, range(4)):
            voter.cast(credential)
