from __future__ import annotations

from surveyapp.core.analysis import analyse
from surveyapp.core.questionnaire import BY_ID, Person, parse_choice, score_person
from surveyapp.core.uncertainty import generator
from surveyapp.demo import cast, truths
from tests.demo.test_kinds import PLANTED

DANA, RAJESH = "leader@demo.example", "rajesh.nair@demo.example"
AROHA = "aroha.ngata@demo.example"
"""Whose people each see it quite differently."""
NEWEST_CLOSED = 2


def answered(leader: str, place: int) -> list[Person]:
    """Score who answers about a leader of Northwind in a closed round."""
    planted = cast.NORTHWIND.leaders()[leader]
    ballots = truths.ballots(planted.plan, place, planted.invited, leader=leader, is_open=False)
    return [
        score_person({name: parse_choice(BY_ID[name], x) for name, x in b.choices.items()})
        for b in ballots
    ]


def test_people_who_are_hardly_followed_say_that_nothing_is_checked() -> None:
    answers = truths.ballots(truths.LEFT_ALONE, 0, 9, leader="x", is_open=False)
    assert sum("unchecked" in ballot.choices.values() for ballot in answers) > len(answers) / 2
    assert all(int(x) < 0 for b in answers if (x := b.choices["F1"]) != "na")


def test_two_camps_stand_on_both_sides_with_nobody_between() -> None:
    for place in range(3):
        persons = answered(RAJESH, place)
        meant = [person.m for person in persons if person.m is not None]
        assert sum(m < 0.4 for m in meant) >= 3
        assert sum(m > 0.6 for m in meant) >= 3
        assert not [m for m in meant if 0.4 <= m <= 0.6]


def test_the_same_answers_are_planted_each_time() -> None:
    once, again = (
        truths.ballots(truths.CHANGED, 1, 13, leader=DANA, is_open=False) for _ in range(2)
    )
    assert once == again


def test_no_planted_kind_hangs_on_the_chance_of_the_simulation() -> None:
    for _, name, _ in PLANTED:
        leader = f"{name}@demo.example"
        persons, invited = answered(leader, NEWEST_CLOSED), cast.NORTHWIND.leaders()[leader].invited
        found = set()
        for seed in range(5):
            analysis = analyse(persons, invited, generator(seed, leader))
            people = analysis.fit.people and analysis.fit.people.verdict
            found.add((analysis.finding.statement, people))
        assert len(found) == 1, name


def test_nobody_changes_alone_from_round_to_round() -> None:
    first, later = answered(AROHA, 0), answered(AROHA, NEWEST_CLOSED)
    for one, again in zip(first, later, strict=False):
        assert one.s is not None
        assert again.s is not None
        assert abs(one.s - again.s) < 0.25
