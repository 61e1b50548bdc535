from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.rounds import slips
from surveyapp.storage.database import db
from surveyapp.storage.models import Slip
from surveyapp.web.pages import keys
from tests import factories

if TYPE_CHECKING:
    from flask import Flask


@given(st.text(slips.ALPHABET, min_size=12, max_size=12))
def test_a_code_is_read_as_people_type_it(code: str) -> None:
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]}\n"
    assert slips.normalise(typed) == code
    assert slips.normalise(code.replace("1", "l").replace("0", "o")) == code


@pytest.mark.parametrize("typed", ["", "7KQ2-M8RT", "7KQ2-M8RT-0XVU", "ÄÖÜ", "7KQ2-M8RT-0XVAA"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert slips.normalise(typed) is None


def test_codes_have_sixty_random_bits() -> None:
    codes = {slips.new_code() for _ in range(100)}
    assert len(codes) == 100
    assert len(slips.ALPHABET) ** slips.CODE_CHARACTERS == 2**60


def test_a_team_gets_as_many_slips_as_it_has_members_and_only_hashes_are_kept(app: Flask) -> None:
    drawn = factories.draw_codes(factories.open_teams(Dana=7, Bo=3))
    assert {leader: len(codes) for leader, codes in drawn.items()} == {"Dana": 7, "Bo": 3}
    stored = set(db.session.scalars(select(Slip.mac)))
    assert len(stored) == 10
    assert all(len(mac) == 32 for mac in stored)


def test_a_code_leads_to_its_team_and_an_invented_one_to_none(app: Flask) -> None:
    for leader, codes in factories.draw_codes(factories.open_teams(Dana=2, Bo=2)).items():
        for code in codes:
            found = slips.find(db.session, code.lower(), keys())
            assert found
            assert found[0].leader_name == leader
    assert slips.find(db.session, slips.new_code(), keys()) is None


def test_slips_are_drawn_once_since_more_slips_would_be_more_votes_and_none_after_closing(
    app: Flask,
) -> None:
    round_id = factories.open_teams(Dana=2)
    factories.draw_codes(round_id)
    with pytest.raises(slips.SlipError, match="printed before"):
        factories.draw_codes(round_id)
    factories.close_and_release(round_id)
    with pytest.raises(slips.SlipError, match="while a round is open"):
        factories.draw_codes(round_id)
