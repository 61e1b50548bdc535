"""Attack 14: somebody with one slip wants two ballots in the box.

They hold their slip and twelve words, type the code as they like, wait for a resealing, and send
from several browsers at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from surveyapp.anonymity.change_code import from_words, new_code
from surveyapp.rounds import boxes
from surveyapp.rounds.resealing import reseal_open_rounds
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round
from surveyapp.web.pages import keys
from tests import factories
from tests.attacks import weakened
from tests.attacks.dumps import change, open_team

if TYPE_CHECKING:
    import pytest
    from flask import Flask

AT_ONCE = 4


def ballots_of_two_people(app: Flask) -> int:
    """Let one try it again and again, another at once; returns how many ballots there are."""
    round_id, (first, second, *_others) = open_team(12)

    def send(slip: str, code: bytes) -> None:
        form = {"slip": slip, "change_code": code.hex(), **factories.answers()}
        with app.app_context():
            app.test_client().post("/slip/answers", data=form)

    code = from_words(factories.answer_by_slip(app.test_client(), first.slip))
    send(first.slip, code)
    send(first.slip, new_code())
    send(first.slip.lower().replace("-", ""), new_code())
    change(code)
    send(first.slip, new_code())
    reseal_open_rounds(keys())
    send(first.slip, new_code())
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        list(crowd.map(lambda _browser: send(second.slip, new_code()), range(AT_ONCE)))
    with writing() as session:
        opened = session.get_one(Round, round_id)
        round_key = keys().read(opened.public_id)
        return len(boxes.unseal(session, opened.teams[0], round_key).ballots)


def test_two_people_have_two_ballots_whatever_they_try(app: Flask) -> None:
    assert ballots_of_two_people(app) == 2


def test_the_attackers_have_more_where_a_used_slip_is_not_known_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.mark_slips_anew(monkeypatch)
    assert ballots_of_two_people(app) == 5 + AT_ONCE
