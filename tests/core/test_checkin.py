from __future__ import annotations

import datetime as dt
import json

from surveyapp.core.checkin import ABOUT_AGREEMENT, EVERY_ITEM, FELT, KEPT, Agreed
from surveyapp.core.questionnaire import CANT_SAY, FORM_ORDER, ITEMS, parse_choice, score_person

AGREED = Agreed("Offers", "Tuesdays", "“You” first\nthen I", dt.date(2027, 3, 31), "Four in a row")


def test_both_questions_are_answered_from_one_to_five_or_not_at_all() -> None:
    for item in ABOUT_AGREEMENT:
        assert item.choices == ("1", "2", "3", "4", "5", CANT_SAY)
        assert parse_choice(item, CANT_SAY) is None
        assert not item.reversed


def test_one_is_about_keeping_it_and_the_other_runs_from_control_to_help() -> None:
    assert KEPT.label("5") == "Strongly agree"
    assert [FELT.label(choice) for choice in ("1", "3", "5")] == [
        "Clearly like control",
        "As much the one as the other",
        "Clearly like help",
    ]


def test_they_are_beside_the_questionnaire_and_enter_no_score() -> None:
    assert set(EVERY_ITEM) == {item.id for item in ITEMS} | {"K1", "K2"}
    assert not {"K1", "K2"} & set(FORM_ORDER)
    answers = {item.id: 4 for item in ITEMS if item.id != "F1"}
    assert score_person(answers | {"K1": 1, "K2": 1}) == score_person(answers)


def test_an_agreement_comes_out_as_it_went_in_and_is_always_the_same_bytes() -> None:
    written = AGREED.to_json()
    assert Agreed.from_json(written) == AGREED
    assert list(json.loads(written)) == sorted(json.loads(written))
    assert Agreed.from_json(written).to_json() == written
