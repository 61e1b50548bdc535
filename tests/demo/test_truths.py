from __future__ import annotations

from surveyapp.core.questionnaire import BY_ID, parse_choice, score_person
from surveyapp.demo import cast, truths

DANA, RAJESH = "leader@demo.example", "rajesh.nair@demo.example"


def test_people_who_are_hardly_followed_say_that_nothing_is_checked() -> None:
    answers = truths.ballots(
        truths.LEFT_ALONE, 0, 10, leader="x", is_open=False, comments_asked=False
    )
    assert sum("unchecked" in ballot.choices.values() for ballot in answers) > len(answers) / 2
    assert all(int(x) < 0 for b in answers if (x := b.choices["F1"]) != "na")


def test_two_camps_stand_on_both_sides_with_nobody_between() -> None:
    leader = cast.NORTHWIND.leaders()[RAJESH]
    for place in range(3):
        ballots = truths.ballots(
            leader.plan, place, leader.invited, leader=RAJESH, is_open=False, comments_asked=True
        )
        persons = [
            score_person({name: parse_choice(BY_ID[name], x) for name, x in b.choices.items()})
            for b in ballots
        ]
        meant = [person.m for person in persons if person.m is not None]
        assert sum(m < 0.4 for m in meant) >= 3
        assert sum(m > 0.6 for m in meant) >= 3
        assert not [m for m in meant if 0.4 <= m <= 0.6]


def test_the_same_answers_are_planted_each_time() -> None:
    plan = truths.CHANGED
    once, again = (
        truths.ballots(plan, 1, 13, leader=DANA, is_open=False, comments_asked=True)
        for _ in range(2)
    )
    assert once == again
