from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveyapp.anonymity import base64url, tickets
from surveyapp.rounds.invitations import issuance_id, link, read_token, token
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

KEY = bytes(range(32))
TEAM = "0123456789abcdef"
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
keys = st.binary(min_size=32, max_size=32)
random_ids = st.binary(min_size=16, max_size=16)
teams = st.text("0123456789abcdef", min_size=16, max_size=16)


@given(keys, teams, random_ids)
def test_a_token_gives_back_the_random_id_that_it_was_made_from(
    key: bytes, team: str, random_id: bytes
) -> None:
    made = token(key, team, random_id)
    assert len(made) == 43
    assert set(made) <= set(BASE64URL)
    assert read_token(key, team, made) == random_id


@given(keys, keys, teams, teams, random_ids)
def test_a_token_is_good_for_its_own_round_and_team_alone(
    key: bytes, other_key: bytes, team: str, other_team: str, random_id: bytes
) -> None:
    assume(key != other_key)
    assume(team != other_team)
    made = token(key, team, random_id)
    assert read_token(other_key, team, made) is None
    assert read_token(key, other_team, made) is None


def test_every_single_changed_character_is_refused() -> None:
    made = token(KEY, TEAM, b"\xfb\xff" * 8)
    for place, right in enumerate(made):
        for wrong in {*BASE64URL, "+", "/", "=", " ", "\n", "é"} - {right}:
            assert read_token(KEY, TEAM, made[:place] + wrong + made[place + 1 :]) is None


@given(random_ids)
def test_a_token_has_one_spelling(random_id: bytes) -> None:
    made = token(KEY, TEAM, random_id)
    for other in (made + "=", made[:-1], made + "A", f" {made}", f"{made}\n", made.swapcase()):
        assert other == made or read_token(KEY, TEAM, other) is None


@given(st.one_of(st.text(max_size=60), st.text(BASE64URL, max_size=60)))
def test_any_other_text_is_no_token(text: str) -> None:
    assert read_token(KEY, TEAM, text) is None


@given(st.sets(random_ids, min_size=2, max_size=2), keys)
def test_tickets_are_noted_under_ids_that_show_neither_token_nor_random_id(
    two: set[bytes], key: bytes
) -> None:
    first, second = two
    noted = issuance_id(key, first)
    assert len(noted) == 32
    assert noted != issuance_id(key, second)
    shown = base64url.decode(token(key, TEAM, first))
    assert not {noted[:16], noted[16:]} & {shown[:16], shown[16:]}


@pytest.mark.parametrize("base", ["https://survey.example", "http://127.0.0.1:8000"])
def test_a_link_names_the_team_before_the_fragment_and_the_secret_in_it(
    app: Flask, base: str
) -> None:
    round_id = factories.open_teams(mail=True, Dana=5)
    with writing() as session:
        (team,) = session.get_one(Round, round_id).teams
        made = token(KEY, team.public_id, bytes(16))
        path, _, fragment = link(base, team, made).partition("#")
        assert path == f"{base}/answer/{team.public_id}"
        assert fragment == f"{made}.{tickets.fingerprint(team.public_key)}"
