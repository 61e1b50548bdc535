"""Attack 14: somebody who may answer once wants to be counted twice, or in another team."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import func, select

from surveyapp.anonymity import tickets
from surveyapp.anonymity.change_code import new_code
from surveyapp.rounds import answering, boxes, closing, invitations, slips
from surveyapp.rounds.answering import Answering
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Person, Publication, Round, RoundTeam
from surveyapp.web.pages import keys
from tests import factories
from tests.attacks import voters
from tests.attacks.voters import MEMBERS, SLIP_MEMBERS, Voter

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from surveyapp.anonymity.ballot import Ballot
    from surveyapp.rounds.asked_team import AskedTeam
    from surveyapp.rounds.keydir import KeyDirectory


def forget_tickets(patch: pytest.MonkeyPatch) -> None:
    """Note no ticket."""
    patch.setattr(Answering, "note", lambda *_stamp: None)


def keep_each_ballot(patch: pytest.MonkeyPatch) -> None:
    """Keep ballots under fresh ids."""

    def cast(self: Answering, team_id: str, message: bytes, sign: bytes, ballot: Ballot) -> None:
        team, opened = self._hold(team_id)
        assert tickets.verify(team.public_key, message, sign)
        self._put(team, opened, new_code(), ballot)

    patch.setattr(Answering, "cast", cast)


def check_no_stamp(patch: pytest.MonkeyPatch) -> None:
    """Take any paper of the right length."""
    patch.setattr(answering, "verify", lambda _key, message, _stamp: len(message) == 64)


def take_stamps_of_the_whole_round(patch: pytest.MonkeyPatch) -> None:
    """Take papers that any team's key stamped."""

    def verify(_key: bytes, message: bytes, signature: bytes) -> bool:
        found = db.session.scalars(select(RoundTeam.public_key)).all()
        return any(tickets.verify(key, message, signature) for key in found)

    patch.setattr(answering, "verify", verify)


def take_tokens_as_slips(patch: pytest.MonkeyPatch) -> None:
    """Let a token in where slips are typed."""

    def find(session: Any, typed: str, keys: KeyDirectory) -> tuple[RoundTeam, bytes] | None:  # noqa: ANN401
        for team in session.scalars(select(RoundTeam)):
            key = keys.read(team.round.public_id)
            if random_id := invitations.read_token(key, team.public_id, typed):
                return team, slips.slip_mac(key, random_id.hex())
        return None

    patch.setattr(slips, "find", find)


def print_slips_for_everybody(patch: pytest.MonkeyPatch) -> None:
    """Print as many slips as a team has members."""
    patch.setattr(slips, "_count_missing", lambda _session, team: team.invited)


def forget_used_slips(patch: pytest.MonkeyPatch) -> None:
    """Do not look whether a slip was used."""

    def submit(self: Answering, slip: str, code: bytes, ballot: Ballot, **_how: bool) -> AskedTeam:
        found, mac = self._admit(slip)
        team, opened = self._hold(found.public_id)
        opened.issuance[mac] = b""
        self._put(team, opened, code, ballot)
        return team

    patch.setattr(Answering, "submit", submit)


def replace_anything(patch: pytest.MonkeyPatch) -> None:
    """Do not look whether a change code opens a ballot."""

    def replace(self: Answering, team_id: str, code: bytes, ballot: Ballot) -> AskedTeam:
        team, opened = self._hold(team_id)
        self._put(team, opened, code, ballot)
        return team

    patch.setattr(Answering, "replace", replace)


ATTACKS: Final = {
    voters.take_two_tickets: forget_tickets,
    voters.ask_at_the_same_moment: forget_tickets,
    voters.send_one_paper_twice: keep_each_ballot,
    voters.forge: check_no_stamp,
    voters.vote_in_another_team: take_stamps_of_the_whole_round,
    voters.come_by_the_door_for_slips: take_tokens_as_slips,
    voters.print_a_slip_too: print_slips_for_everybody,
    voters.use_a_slip_twice: forget_used_slips,
    voters.change_what_is_not_there: replace_anything,
}
"""Each with a build against which it succeeds."""


def open_mixed_round() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Open a round of two teams; in Dana's some have mail. Returns links and slips by leader."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", MEMBERS, mail=True)
    factories.make_team(organisation, "Eve", MEMBERS, mail=True)
    with writing() as session:
        for number in range(1, SLIP_MEMBERS + 1):
            query = select(Person).where(Person.name == f"Dana {number}")
            session.scalars(query).one().email = None
    round_id = factories.open_round(organisation)
    return factories.draw_links(round_id), factories.draw_codes(round_id)


def inside(leader: str) -> boxes.Boxes:
    """Open a team's boxes."""
    with writing() as session:
        team = session.scalars(select(RoundTeam).where(RoundTeam.leader_name == leader)).one()
        return boxes.unseal(session, team, keys().read(team.round.public_id))


def vote(app: Flask, strategy: Callable[[Voter], None]) -> tuple[int, int]:
    """Let somebody who may answer once try; returns the ballots in their team and in another."""
    links, drawn = open_mixed_round()
    other_team = factories.split_link(links["Eve"][0])[0]
    strategy(Voter(app.test_client(), links["Dana"][0], drawn, other_team))
    return len(inside("Dana").ballots), len(inside("Eve").ballots)


def test_each_member_has_one_way_to_answer(app: Flask) -> None:
    links, drawn = open_mixed_round()
    assert len(links["Dana"]) + len(drawn["Dana"]) == len(links["Eve"]) == MEMBERS
    assert len(set(links["Dana"])) == MEMBERS - SLIP_MEMBERS


@pytest.mark.parametrize("strategy", ATTACKS)
def test_whoever_may_answer_once_is_counted_once(
    app: Flask, strategy: Callable[[Voter], None]
) -> None:
    assert vote(app, strategy) == (1, 0)


@pytest.mark.parametrize(("strategy", "weaken"), ATTACKS.items())
def test_the_attack_succeeds_where_a_build_is_weaker(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    strategy: Callable[[Voter], None],
    weaken: Callable[[pytest.MonkeyPatch], None],
) -> None:
    weaken(monkeypatch)
    assert sum(vote(app, strategy)) > 1


def trust_the_box(patch: pytest.MonkeyPatch) -> None:
    """Count ballots without asking how many people were let in."""
    unseal = boxes.unseal

    def padded(*team: Any, lock: bool = False) -> boxes.Boxes:  # noqa: ANN401
        opened = unseal(*team, lock=lock)
        while len(opened.issuance) < len(opened.ballots):
            opened.issuance[secrets.token_bytes(32)] = b""
        return opened

    patch.setattr(boxes, "unseal", padded)


def stuff_the_box(app: Flask) -> int:
    """Put ballots into a box as somebody with database and keys can; returns what is published."""
    links, _drawn = open_mixed_round()
    client = app.test_client()
    packed = []
    for link in links["Dana"][:5]:
        factories.answer_by_link(client, link, factories.answers(0))
        packed = list(inside("Dana").ballots.values())
    with writing() as session:
        team = session.scalars(select(RoundTeam).where(RoundTeam.leader_name == "Dana")).one()
        round_key = keys().read(team.round.public_id)
        opened = boxes.unseal(session, team, round_key, lock=True)
        opened.ballots[secrets.token_bytes(32)] = packed[0]
        boxes.reseal(session, team, round_key, opened)
    with suppress(closing.HeldError):
        closing.close(1, keys())
    with writing() as session:
        return session.scalar(select(func.count()).select_from(Publication)) or 0


def test_a_round_with_more_ballots_than_tickets_is_held_and_publishes_nothing(app: Flask) -> None:
    assert stuff_the_box(app) == 0
    with writing() as session:
        held = session.get_one(Round, 1)
        assert "Dana" in (held.held_for or "")


def test_a_stuffed_box_is_counted_where_nobody_compares(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust_the_box(monkeypatch)
    assert stuff_the_box(app) > 0
