from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.errors import DomainError
from surveyapp.core.questionnaire import (
    BY_ID,
    COMMENTS,
    FIT,
    FIT_LABELS,
    FORM_ORDER,
    ITEMS,
    LABELS,
    RATED,
    Answers,
    Person,
    UnknownChoiceError,
    parse_choice,
    reverse,
    score_person,
)

TABLE_ORDER = [
    *("S1", "S2", "S3", "S4r", "T1", "T2", "T3r", "P1", "P2", "P3r", "P4r"),
    *("E1", "E2", "E3r", "A1", "A2r", "F1"),
]
NOBODY = Person(s=None, t=None, p=None, e=None, a=None, m=None, b=None)


def everything(raw: int) -> dict[str, int | None]:
    return {item.id: raw for item in RATED}


def test_the_items_stand_in_the_tables_order_with_the_fit_item_last() -> None:
    assert [item.id for item in ITEMS] == TABLE_ORDER
    assert (*RATED, FIT) == ITEMS
    assert list(BY_ID) == TABLE_ORDER
    assert all(BY_ID[item.id] is item for item in ITEMS)


def test_each_item_belongs_to_the_scale_its_id_names() -> None:
    assert Counter(item.scale for item in RATED) == {"s": 4, "t": 3, "p": 4, "e": 3, "a": 2}
    assert all(item.scale == item.id[0].lower() for item in RATED)
    assert FIT.scale == "b"


def test_the_items_marked_r_and_no_others_are_reversed() -> None:
    reversed_ids = [item.id for item in ITEMS if item.reversed]
    assert reversed_ids == ["S4r", "T3r", "P3r", "P4r", "E3r", "A2r"]


def test_every_item_has_its_own_wording_on_each_form() -> None:
    texts = [text for item in ITEMS for text in (item.text, item.own_text)]
    texts += [comment.text for comment in COMMENTS]
    assert len(set(texts)) == 2 * 17 + 2
    assert BY_ID["P3r"].text == "When my leader checks my work, it feels like being controlled."
    assert BY_ID["P3r"].own_text == "When I check work, it is to keep control."


def test_the_closeness_items_say_nothing_that_would_answer_the_purpose_items() -> None:
    wording = " ".join(f"{item.text} {item.own_text}" for item in ITEMS if item.scale == "s")
    assert not {"too", "must", "control"} & set(wording.lower().replace(".", "").split())


def test_the_form_asks_every_question_once_in_the_fixed_order() -> None:
    asked = " ".join(FORM_ORDER)
    assert asked == "T1 S1 E1 P1 A1 S4r T3r P3r S2 E3r T2 P2 A2r S3 E2 P4r F1 C1 C2"
    assert sorted(FORM_ORDER) == sorted([*BY_ID, *(comment.id for comment in COMMENTS)])


def test_every_item_can_be_left_open_and_purpose_items_in_two_ways() -> None:
    for item in RATED:
        unchecked = ("unchecked",) if item.scale == "p" else ()
        assert item.choices == ("1", "2", "3", "4", "5", "na", *unchecked)
    assert FIT.choices == ("-3", "-2", "-1", "0", "1", "2", "3", "na")


def test_every_choice_has_its_words() -> None:
    purpose = BY_ID["P1"]
    assert [purpose.label(choice) for choice in purpose.choices] == [
        *LABELS.values(),
        "Can’t say",
        "My work is hardly ever checked",
    ]
    assert [FIT.label(choice) for choice in FIT.choices] == [*FIT_LABELS.values(), "Can’t say"]
    assert [LABELS[raw] for raw in (1, 3, 5)] == [
        "Strongly disagree",
        "In between",
        "Strongly agree",
    ]
    assert [FIT_LABELS[raw] for raw in (-3, 0, 3)] == [
        "Far too little",
        "Just right",
        "Far too much",
    ]
    assert len({*LABELS.values(), *FIT_LABELS.values()}) == 5 + 7


def test_a_choice_is_read_as_its_number_or_as_missing() -> None:
    assert parse_choice(BY_ID["S4r"], "5") == 5
    assert parse_choice(FIT, "-3") == -3
    assert parse_choice(BY_ID["P1"], "na") is None
    assert parse_choice(BY_ID["P1"], "unchecked") is None


@pytest.mark.parametrize(
    ("item_id", "choice"),
    [("S1", "6"), ("S1", "0"), ("S1", ""), ("S1", " 3"), ("T1", "unchecked"), ("F1", "4")],
)
def test_a_value_that_is_not_offered_is_refused_by_item_and_value(
    item_id: str, choice: str
) -> None:
    with pytest.raises(UnknownChoiceError, match=f"{item_id}: '{choice}'") as caught:
        parse_choice(BY_ID[item_id], choice)
    assert isinstance(caught.value, DomainError)
    assert (caught.value.item_id, caught.value.choice) == (item_id, choice)


@given(st.sampled_from(sorted(LABELS)))
def test_reversing_twice_is_nothing(raw: int) -> None:
    assert reverse(reverse(raw)) == raw
    assert reverse(raw) + raw == 6


def test_scores_are_rescaled_means_after_reversing() -> None:
    closeness: Answers = {"S1": 5, "S2": 4, "S3": 4, "S4r": 2}  # 5 4 4 4
    trust: Answers = {"T1": 4, "T2": 5, "T3r": 3}  # 4 5 3
    purpose: Answers = {"P1": 2, "P2": 2, "P3r": 4, "P4r": 5}  # 2 2 2 1
    experience: Answers = {"E1": 5, "E2": 5, "E3r": 1}  # 5 5 5
    agreed: Answers = {"A1": 1, "A2r": 2, "F1": 2}  # 1 4
    answers = {**closeness, **trust, **purpose, **experience, **agreed}
    person = score_person(answers)
    assert (person.s, person.t, person.p) == (0.8125, 0.75, 0.1875)
    assert (person.e, person.a, person.m) == (1.0, 0.375, 0.46875)
    assert person.b == pytest.approx(2 / 3)


def test_agreeing_with_everything_cancels_out_between_straight_and_reversed_items() -> None:
    person = score_person(everything(5))
    assert (person.s, person.p, person.a) == (0.75, 0.5, 0.5)
    assert (person.t, person.e) == pytest.approx((2 / 3, 2 / 3))


@pytest.mark.parametrize(("scale", "needed"), [("s", 2), ("t", 2), ("p", 2), ("e", 2), ("a", 1)])
def test_a_scale_needs_half_of_its_items(scale: str, needed: int) -> None:
    ids = [item.id for item in RATED if item.scale == scale]
    enough: Answers = dict.fromkeys(ids[:needed], 5)
    too_few: Answers = {**dict.fromkeys(ids), **dict.fromkeys(ids[: needed - 1], 5)}
    assert getattr(score_person(enough), scale) == 1.0
    assert getattr(score_person(too_few), scale) is None


def test_how_it_is_meant_is_the_mean_of_trust_and_purpose_or_the_one_there_is() -> None:
    trust: Answers = {"T1": 5, "T2": 5}
    purpose: Answers = {"P1": 2, "P2": 2}
    assert score_person({**trust, **purpose}).m == 0.625
    assert score_person(trust).m == 1.0
    assert score_person(purpose).m == 0.25


def test_who_answers_nothing_has_no_scores() -> None:
    assert score_person({}) == NOBODY
    assert score_person(dict.fromkeys(BY_ID)) == NOBODY


@pytest.mark.parametrize(("raw", "fit"), [(-3, -1.0), (0, 0.0), (3, 1.0)])
def test_fit_runs_from_far_too_little_to_far_too_much(raw: int, fit: float) -> None:
    assert score_person({"F1": raw}).b == fit
