"""Who stands under whom: parents, circles, long chains, any order, and no step too many."""

import random
import sys
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.roster.checking import Roster, check
from surveyapp.roster.reading import Row
from tests.roster.rows import address, faults_of, only_fault, rows_of

if TYPE_CHECKING:
    from _typeshed import TraceFunction


def test_a_team_without_a_name_has_its_leaders_and_the_first_row_gives_the_parent() -> None:
    roster = check(rows_of("Top,top,", "Bo,bo,top", "Cy,cy,bo", "Cy,cy,top", "Di,di,cy"))
    assert [(team.name, team.parent) for team in roster.teams] == [
        ("Top", None),
        ("Bo", address("top")),
        ("Cy", address("bo")),
    ]
    assert roster.levels == 3


def test_members_of_each_others_teams_are_no_circle_when_the_first_rows_are_none() -> None:
    roster = check(rows_of("Top,top,", "Bo,bo,top", "Cy,cy,top", "Bo,bo,cy", "Cy,cy,bo"))
    assert roster.leader_count == 3


def test_each_circle_of_leaders_is_one_fault_listing_it_upwards_from_its_first_row() -> None:
    top, first, second = faults_of(
        *["Ian,ian,hal", "Hal,hal,ann", "Top,top,zed", "Cy,cy,ann", "Ann,ann,bo", "Bo,bo,cy"],
        *["Ed,ed,fay", "Fay,fay,ed"],
    )
    assert top.problem == "Leader missing"
    assert (first.row, first.problem, second.row) == (5, "Leaders in a circle", 8)
    names = ["cy", "ann", "bo", "cy"]
    assert first.mend.startswith(" under ".join(map(address, names)) + ": ")
    assert second.mend.startswith(" under ".join(map(address, ["ed", "fay", "ed"])) + ": ")


def test_a_chain_of_fifty_thousand_leaders_and_its_circle_are_found_without_recursion() -> None:
    length = 50_000
    chain = [f"P{number},p{number},p{number + 1}" for number in range(length)]
    random.Random(3).shuffle(chain)
    assert check(rows_of(*chain, f"Top,p{length},")).levels == length
    fault = only_fault(*chain, f"Top,p{length},p0")
    assert fault.problem == "Leaders in a circle"
    assert fault.mend.count("@") == 51


@st.composite
def trees(draw: st.DrawFn) -> list[Row]:
    """Make a valid roster: each leader stands under an earlier one, members under any."""
    leaders = draw(st.integers(1, 8))
    rows = [Row(2, "L0", "l0@demo.example", "")]
    for number in range(1, leaders):
        above = draw(st.sets(st.integers(0, number - 1), min_size=1, max_size=2))
        rows += [person(f"L{number}", leader) for leader in sorted(above)]
    for number in range(draw(st.integers(0, 15))):
        above = draw(st.sets(st.integers(0, leaders - 1), min_size=1, max_size=3))
        mail = draw(st.booleans())
        rows += [person(f"M{number}", leader, mail=mail) for leader in sorted(above)]
    return rows


def person(name: str, leader: int, *, mail: bool = True) -> Row:
    email = f"{name.lower()}@demo.example" if mail else ""
    return Row(0, name, email, f"L{leader}@Demo.example", f"Team {leader}", "en")


def memberships(roster: Roster) -> dict[str, tuple[str, set[str]]]:
    return {team.leader: (team.name, set(team.members)) for team in roster.teams}


@given(trees(), st.randoms())
def test_a_valid_tree_always_passes_and_its_teams_do_not_depend_on_the_order(
    rows: list[Row], chance: random.Random
) -> None:
    expected: dict[str, tuple[str, set[str]]] = {}
    for row in rows[1:]:
        leader = row.leader_email.lower()
        key = row.email or f"{leader} {row.name.lower()}"
        expected.setdefault(leader, (row.team, set()))[1].add(key)
    roster = check(rows)
    assert memberships(roster) == expected
    chance.shuffle(rows)
    again = check(rows)
    assert memberships(again) == expected
    assert set(again.people) == set(roster.people)
    for team in again.teams:
        first = next((row for row in rows if row.email == team.leader), None)
        assert team.parent == (first.leader_email.lower() or None if first else None)


class Text(str):
    """A text whose comparisons are steps too, so that a search through a list is seen."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        """Compare as ever, but in Python."""
        return str.__eq__(self, other)

    def lower(self) -> "Text":
        return Text(super().lower())


def steps_and_levels(members: int, length: int) -> tuple[int, int]:
    """Check a tree with so many members under each leader; count the lines of Python it takes."""
    lines = [f"P{number},p{number},p{(number - 1) // members}" for number in range(1, length)]
    rows = [
        replace(row, email=Text(row.email), leader_email=Text(row.leader_email))
        for row in rows_of("Top,p0,", *lines)
    ]
    steps = 0

    def step(_frame: FrameType, _event: str, _argument: object) -> "TraceFunction":
        nonlocal steps
        steps += 1
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        levels = check(rows).levels
    finally:
        sys.settrace(before)
    return steps, levels


@pytest.mark.parametrize(("members", "depths"), [(9, (4, 4)), (1, (999, 1999))])
def test_twice_the_rows_take_twice_the_steps(members: int, depths: tuple[int, int]) -> None:
    few, low = steps_and_levels(members, 1000)
    many, high = steps_and_levels(members, 2000)
    assert (low, high) == depths
    assert 1000 < few < many <= 2.2 * few
