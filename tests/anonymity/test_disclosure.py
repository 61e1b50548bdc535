from __future__ import annotations

import random
from dataclasses import replace

import pytest

from surveyapp.anonymity.team_publication import published_comments
from surveyapp.core.analysis import ABOUT_THE_LEADER
from surveyapp.core.counted import CountedTeam
from surveyapp.core.publication import (
    Participation,
    Publication,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.questionnaire import RATED, Person
from surveyapp.core.statement import Statement
from tests.anonymity.organisations import agreeing_team as team
from tests.anonymity.organisations import organisation, round_of

TOO_FEW, OVERLAP = Withheld(Reason.TOO_FEW), Withheld(Reason.OVERLAP)


def people(count: int, s: float | None = 0.9, m: float | None = 0.9) -> list[Person]:
    return [Person(s=s, t=m, p=m, e=0.5, a=0.5, m=m, b=0.0)] * count


def published(persons: list[Person], invited: int = 12) -> Publication:
    """Publish one team alone, of whom nobody said anything about an item."""
    counted = CountedTeam(
        id="A",
        parent=None,
        invited=invited,
        persons=persons,
        answers=[{}] * len(persons),
        comments={"C1": ["x"] * 9},
        people=range(invited),
        asks_comments=invited >= 10,
    )
    return round_of(counted).teams["A"]


def test_one_person_below_the_threshold_withholds_everything() -> None:
    assert isinstance(published(people(5)).position, PublishedPosition)
    withheld = published(people(4))
    assert withheld.position == withheld.participation == TOO_FEW
    assert set(withheld.scales.values()) == {TOO_FEW}
    assert set(round_of(team("A", 4)).teams["A"].scales.values()) == {TOO_FEW}


def test_contributors_count_and_not_answers() -> None:
    """Twelve answered, four of them said anything about closeness."""
    persons = [Person(s=0.9, t=0.9, p=0.9, e=None, a=None, m=0.9, b=None)] * 4
    persons += [Person(s=None, t=0.9, p=None, e=None, a=None, m=0.9, b=None)] * 8
    found = published(persons)
    assert found.position == Withheld(Reason.NO_POSITION)
    assert found.scales["s"] == found.scales["a"] == found.scales["p"] == TOO_FEW
    assert found.scales["t"] == PublishedScale(5, 18, 3)


@pytest.mark.parametrize(
    ("answered", "invited", "steps"), [(9, 30, 10), (10, 11, 10), (10, 12, 20), (30, 30, 20)]
)
def test_ten_of_twelve_are_shown_finely_and_fewer_coarsely(
    answered: int, invited: int, steps: int
) -> None:
    found = published(people(answered), invited)
    assert isinstance(found.position, PublishedPosition)
    assert found.position.steps == steps
    assert found.scales["t"] == (PublishedScale(5, 18, 3) if steps == 20 else PublishedScale(5))


def test_whether_few_answered_depends_on_all_who_answered() -> None:
    persons = [Person(s=s, t=1, p=1, e=None, a=None, m=1, b=None) for s in (1, None)] * 5
    found = published(persons, invited=20).position
    assert isinstance(found, PublishedPosition)
    assert found.statement is not Statement.FEW_ANSWERED


def test_comments_in_any_order_of_arrival_are_the_same() -> None:
    texts = [f"text {i}" for i in range(12)]
    shuffled = random.Random(1).sample(texts, 12)
    first = published_comments(texts, asked=True, threshold=10)
    assert first == published_comments(shuffled, asked=True, threshold=10)
    assert isinstance(first, tuple)


def test_comments_of_too_few_writers_or_not_asked_for_are_withheld() -> None:
    assert published_comments(["x"] * 9, asked=True, threshold=10) == TOO_FEW
    not_asked = Withheld(Reason.NOT_ASKED)
    assert published_comments(["x"] * 10, asked=False, threshold=10) == not_asked
    assert published(people(9), invited=9).comments["C1"] == not_asked
    found = round_of(team("A", 7), team("B", 9), team("C", 10)).teams
    assert [found[name].comments["C1"] for name in "AB"] == [not_asked, TOO_FEW]
    assert found["C"].comments["C1"] == tuple(f"C {number}" for number in range(10))
    assert found["C"].comments["C2"] == TOO_FEW


def test_a_total_is_of_its_atoms_and_holds_no_words_and_no_items() -> None:
    found = round_of(
        team("X", 6, S1=1, S2=1, S3=1, S4r=5), team("A", 6, "X"), team("B", 4, "X", S1=1)
    )
    assert set(found.totals) == {"X"}
    assert set(found.inside["s"]["X"].teams) == {"X", "A"}  # B's four are not enough
    total = found.totals["X"]
    assert total.participation is Participation.OVER_HALF  # 12 of 16
    assert total.scales["s"] == PublishedScale(2, 8)  # the mean of 0 and .75
    assert (total.comments, total.items) == ({}, {})
    assert (total.agreement, total.fit, total.change) == (None, None, None)
    assert set(total.scales) == set(ABOUT_THE_LEADER)
    assert isinstance(total.position, PublishedPosition)
    assert (total.position.steps, total.position.region) == (20, None)


def test_a_total_is_as_sure_as_its_teams_are_together() -> None:
    one = round_of(team("A", 6, people=range(8))).teams["A"].position
    total = round_of(*(team(name, 6, "X" if name != "X" else None) for name in "XABCDE"))
    many = total.totals["X"].position
    assert isinstance(one, PublishedPosition)
    assert isinstance(many, PublishedPosition)
    assert many.statement is Statement.MOSTLY
    assert one.zone is many.zone
    assert many.tenths == 9


def test_each_statistic_of_a_total_has_atoms_of_its_own() -> None:
    silent = team("A", 6, "X", S1=None, S2=None, S3=None)
    found = round_of(team("X", 6), silent)
    assert found.totals["X"].position == Withheld(Reason.NO_POSITION)
    assert found.totals["X"].scales["s"] == TOO_FEW
    assert isinstance(found.totals["X"].scales["t"], PublishedScale)


def test_a_total_of_one_atom_is_not_shown() -> None:
    assert round_of(team("X", 12), team("A", 4, "X")).totals == {}


def test_items_are_shown_as_worded_of_many_people_alone() -> None:
    found = round_of(team("A", 9), team("B", 10, T1=None)).teams
    assert found["A"].items == {}
    assert set(found["B"].items) == {item.id for item in RATED}
    assert (found["B"].items["S1"], found["B"].items["S4r"]) == (8, 4)
    assert found["B"].items["T1"] == TOO_FEW


def test_experience_is_withheld_in_the_smaller_of_two_teams_with_few_in_common() -> None:
    found = round_of(
        team("A", 10, people=range(12)), team("B", 8, people=range(11, 21)), team("C", 6)
    ).teams
    assert found["B"].scales["e"] == OVERLAP
    assert found["A"].scales["e"] == PublishedScale(4, 15, 2)
    assert found["C"].scales["e"] == PublishedScale(4)


def test_experience_is_shown_coarsely_where_two_fine_results_would_tell_of_few() -> None:
    found = round_of(
        team("A", 12, people=range(16)), team("B", 10, people=range(8, 21)), team("C", 10, E1=None)
    ).teams
    assert found["A"].scales["e"] == PublishedScale(4, 15, 2)
    assert found["B"].scales["e"] == PublishedScale(4)
    assert [found[name].items["E2"] for name in "ABC"] == [8, OVERLAP, 8]
    assert found["C"].items["E1"] == TOO_FEW


def test_the_order_of_ballots_and_of_teams_leaves_no_trace() -> None:
    drawn = organisation(12)
    first = round_of(*drawn)
    again = []
    for counted in random.Random(1).sample(drawn, len(drawn)):
        order = random.Random(2).sample(range(len(counted.answers)), len(counted.answers))
        again.append(
            replace(
                counted,
                persons=[counted.persons[place] for place in order],
                answers=[counted.answers[place] for place in order],
            )
        )
    second = round_of(*again)
    assert len(first.totals) > 1
    for one, other in ((first.teams, second.teams), (first.totals, second.totals)):
        assert {name: shown.to_json() for name, shown in one.items()} == {
            name: shown.to_json() for name, shown in other.items()
        }
