from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.atoms import Counted, Group, bottom_up, is_fine, people_at_least, totals
from surveyapp.anonymity.overlap import too_close

Teams = dict[str, tuple[str | None, int]]
"""Parent and contributors by team; leaders come first."""


def tree(text: str) -> Teams:
    """Read teams such as "X3, A7 X": A, of seven contributors, is led by somebody in X."""
    return {
        team: (parent or None, int(count))
        for team, count, parent in re.findall(r"([A-Z])(\d+) ?([A-Z]?)", text)
    }


def groups(teams: Teams, threshold: int = 5) -> dict[str, Group]:
    """Return the totals; of each team two people did not answer."""
    parents = {team: parent for team, (parent, _) in teams.items()}
    pieces = [Counted(team, count, count + 2) for team, (_, count) in teams.items() if count]
    return totals(bottom_up(parents), pieces, threshold)


@pytest.mark.parametrize(
    ("teams", "expected"),
    [
        ("X6, A7 X, B3 X, C2 X", {"X": "XABC"}),
        ("X6, A7 X, B3 X, C1 X", {"X": "XA"}),
        ("X3, Y6 X, A7 Y, B2 Y, Z8 X, C9 Z", {"X": "XYABZC", "Y": "YA", "Z": "ZC"}),
        ("X0, A7 X, B7 X, C0 X", {"X": "AB"}),
        ("X3, A3 X", {}),
        ("X9, A4 X", {}),
        ("X9", {}),
    ],
)
def test_what_is_too_small_pools_upward_until_it_is_enough(
    teams: str, expected: dict[str, str]
) -> None:
    found = {leader: set(group.teams) for leader, group in groups(tree(teams)).items()}
    assert found == {leader: set(inside) for leader, inside in expected.items()}


def test_a_total_is_fine_only_if_fine_atoms_are_all_its_people() -> None:
    found = groups(tree("X12, Y12 X, A5 Y, B6 X, Z11 X, C10 Z, D4 Z"))
    assert set(found["Y"].teams) == {"Y", "A"}
    assert not found["Y"].fine  # A's five are not enough by themselves
    assert (set(found["Z"].teams), found["Z"].fine) == ({"Z", "C"}, True)
    assert set(found["X"].teams) == {"X", "Y", "A", "B", "Z", "C"}
    assert found["X"].fine  # A and B are eleven together
    assert (found["X"].contributors, found["X"].invited) == (56, 68)


def test_ten_contributors_of_twelve_invited_are_fine() -> None:
    assert is_fine(10, 12, 5)
    assert not is_fine(9, 30, 5)
    assert not is_fine(11, 11, 5)
    assert not is_fine(14, 30, 15)


def test_missing_parents_and_circles_are_tops() -> None:
    parents = {"A": "B", "B": "A", "C": "A", "D": "D", "E": "missing", "F": "E", "G": None}
    ordered = bottom_up(parents)
    assert ordered == {**dict.fromkeys(parents), "C": "A", "F": "E"}
    names = list(ordered)
    assert names.index("C") < names.index("A")
    assert names.index("F") < names.index("E")


@given(st.integers(0, 2**32), st.integers(3, 12))
def test_totals_are_unions_of_disjoint_groups_of_enough_people(seed: int, threshold: int) -> None:
    """Taking a leader's totals below from their own leaves enough people, or nobody."""
    chance = random.Random(seed)
    teams: Teams = {}
    for number in range(chance.randint(2, 25)):
        parent = chance.choice([None, *teams]) if teams else None
        teams[f"T{number}"] = (parent, int(20 * chance.random() ** 2))
    found = groups(teams, threshold)
    alone = {team for team, (_, count) in teams.items() if count >= threshold}
    for leader, group in found.items():
        inside = [other for other in found if other != leader and other in below(leader, teams)]
        told = alone.union(*(found[other].teams for other in inside))
        rest = sum(teams[team][1] for team in set(group.teams) - told)
        assert rest == 0 or rest >= threshold
        assert alone & below(leader, teams) <= set(group.teams)
        assert len(set(group.teams)) == len(group.teams)


def below(leader: str, teams: Teams) -> set[str]:
    found = {leader}
    for team, (parent, _) in teams.items():  # leaders come first
        if parent in found:
            found.add(team)
    return found


def test_a_chain_longer_than_the_stack_is_counted() -> None:
    chain = {str(place): (str(place - 1) if place else None, 1) for place in range(2_000)}
    assert groups(chain)["0"].contributors == 2_000


def people(*sizes: range) -> dict[str, range]:
    return dict(zip("ABCDE", sizes, strict=False))


@pytest.mark.parametrize(
    ("teams", "withheld"),
    [
        (people(range(10), range(10, 18)), set()),
        (people(range(10), range(9, 17)), {"B"}),
        (people(range(10), range(5, 15)), set()),
        (people(range(5), range(4, 9)), {"A"}),
        (people(range(20), range(3, 21)), {"B"}),
        (people(range(20), range(15, 25), range(24, 44)), {"B"}),
        (people(range(4), range(10, 20)), {"A"}),
    ],
)
def test_the_smaller_of_teams_with_few_people_apart_or_in_common_is_withheld(
    teams: dict[str, range], withheld: set[str]
) -> None:
    assert too_close(teams, 5) == withheld


@given(st.lists(st.sets(st.integers(0, 25), min_size=1), max_size=8), st.integers(3, 10))
def test_after_withholding_no_few_people_are_in_the_same_teams(
    memberships: list[set[int]], least: int
) -> None:
    teams = {str(number): members for number, members in enumerate(memberships)}
    kept = teams.keys() - too_close(teams, least)
    together = [frozenset(t for t in kept if person in teams[t]) for person in range(26)]
    for group in set(together) - {frozenset()}:
        assert together.count(group) >= least


def test_one_person_with_five_leaders_is_not_five_people() -> None:
    teams = [Counted("Z", 5, 5), *(Counted(name, 1, 1, shared=1) for name in "ABCDE")]
    parents = {"Z": None, **dict.fromkeys("ABCDE", "Z")}
    assert totals(bottom_up(parents), teams, 5) == {}
    strangers = [Counted(member.team, member.contributors, member.invited) for member in teams]
    assert set(totals(bottom_up(parents), strangers, 5)) == {"Z"}


@pytest.mark.parametrize(
    ("counts", "people"),
    [
        ([(5, 0), (3, 0)], 8),  # nobody is in several teams
        ([(7, 7)], 7),  # of one team everybody is another person
        ([(7, 7), (6, 6)], 7),  # the six may be among the seven
        ([(4, 1), (4, 1)], 7),
        ([(1, 1)] * 5, 1),
        ([(0, 3)], 0),
        ([], 0),
    ],
)
def test_people_of_several_teams_are_taken_for_the_same_ones(
    counts: list[tuple[int, int]], people: int
) -> None:
    assert people_at_least(counts) == people
