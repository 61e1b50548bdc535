"""What a people file may say, and every fault in what it says."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.roster.checking import Member, Roster, TeamRecord, check, check_file
from surveyapp.roster.faults import Fault, RosterError
from surveyapp.roster.reading import Row
from surveyapp.storage.models import MAX_MEMBERS


def rows_of(*lines: str) -> list[Row]:
    """Make rows from 'name,email,leader_email,team,language'; a word is enough for an address."""
    rows = []
    for number, line in enumerate(lines, start=2):
        name, email, leader, team, language = [*line.split(","), "", "", "", ""][:5]
        rows.append(Row(number, name, address(email), address(leader), team, language))
    return rows


def address(word: str) -> str:
    return f"{word}@demo.example" if word.isalnum() else word


def faults_of(*lines: str) -> tuple[Fault, ...]:
    with pytest.raises(RosterError) as caught:
        check(rows_of(*lines))
    return caught.value.faults


def only_fault(*lines: str) -> Fault:
    (fault,) = faults_of(*lines)
    return fault


def test_people_teams_and_the_tree_follow_from_the_rows() -> None:
    roster = check(
        rows_of(
            "Ann,Ann,,,en",
            "Bo  Ek,bo,ANN,,de-CH",
            "Cy,,bo,Night shift",
            "Di,di,bo",
            "Di,DI,ann,Board,FR",
            "Ed,ed,,,",
        )
    )
    ann, bo, di = address("ann"), address("bo"), address("di")
    assert roster.people == (
        Member(ann, "Ann", ann, "en"),
        Member(bo, "Bo Ek", bo, "de"),
        Member(f"{bo} cy", "Cy", None, None),
        Member(di, "Di", di, "fr"),
        Member(address("ed"), "Ed", address("ed"), None),
    )
    assert roster.teams == (
        TeamRecord(ann, "Board", None, (bo, di)),
        TeamRecord(bo, "Night shift", ann, (f"{bo} cy", di)),
    )
    assert (len(roster.people), roster.leader_count, roster.without_mail_count) == (5, 2, 1)
    assert roster.levels == 2
    assert [person.name for person in roster.unplaced] == ["Ed"]


def test_a_team_without_a_name_has_its_leaders_and_the_first_row_gives_the_parent() -> None:
    roster = check(rows_of("Top,top,", "Bo,bo,top", "Cy,cy,bo", "Cy,cy,top", "Di,di,cy"))
    assert [(team.name, team.parent) for team in roster.teams] == [
        ("Top", None),
        ("Bo", address("top")),
        ("Cy", address("bo")),
    ]
    assert roster.levels == 3


def test_one_name_without_mail_may_stand_under_two_leaders() -> None:
    roster = check(rows_of("Top,top,", "Bo,bo,top", "Jo,,top", "Jo,,bo"))
    assert roster.without_mail_count == 2
    assert len({person.key for person in roster.people}) == 4


def test_members_of_each_others_teams_are_no_circle_when_the_first_rows_are_none() -> None:
    roster = check(rows_of("Top,top,", "Bo,bo,top", "Cy,cy,top", "Bo,bo,cy", "Cy,cy,bo"))
    assert roster.leader_count == 3


@pytest.mark.parametrize(
    ("lines", "place", "problem", "mend"),
    [
        (["Ann,ann,", "Bo,bo,zed"], (3, "leader_email"), "Leader missing", "add a row"),
        (["Ann,ann,", "Bo,bo,bo"], (3, "leader_email"), "Own leader", "another leader"),
        (["Ann,ann,", "B,b,ann", "B,B,ANN"], (4, "email"), "Person given twice", "row 3 has"),
        (["Ann,ann,", "Ann,ann,"], (3, "email"), "Person given twice", "row 2 has"),
        (
            ["Ann,ann,", "Jo,,ann", "JO,,ann"],
            (4, "name"),
            "Same name twice without mail",
            "row 3 has the same person and leader: add an initial",
        ),
        (
            ["Ann,ann,", "Bo,bo,ann", "Cy,cy,bo", "Bob,bo,cy"],
            (5, "name"),
            "Second name for one address",
            "row 3 says 'Bo'",
        ),
        (
            ["Ann,ann,", "Bo,bo,ann,A", "Cy,cy,ann,B"],
            (4, "team"),
            "Second name for one team",
            "'A' elsewhere",
        ),
        (
            ["Ann,ann,", "Bo,bo,ann", "Cy,cy,bo,,en", "Cy,cy,ann,,de"],
            (5, "language"),
            "Second language for one address",
            "says en",
        ),
        (
            ["Ann,ann,", "Bo,bo,ann", "Bo,bo,"],
            (4, "leader_email"),
            "Both with and without a leader",
            "see row 3",
        ),
        (["Ann,ann,", ",bo,ann"], (3, "name"), "Name missing", "write the person's name"),
        (["Ann,ann,", ",,ann"], (3, "name"), "Name missing", "write the person's name"),
        (["Ann,ann,", "Bo,,"], (3, "email"), "Neither an address nor a leader", "fill in"),
        (["=Ann,ann,"], (2, "name"), "Looks like a formula", "do not begin with ="),
        (["+Ann,ann,"], (2, "name"), "Looks like a formula", "do not begin with +"),
        (["Ann,ann,", "B,b,ann,@SUM"], (3, "team"), "Looks like a formula", "begin with @"),
        (["A\nnn,ann,"], (2, "name"), "Control characters in a text", "on one line"),
        (["Ann\u202e,ann,"], (2, "name"), "Control characters in a text", "on one line"),
        (["A,a,", "B,b,a,N\x07ight"], (3, "team"), "Control characters in a text", "on one"),
        (["Ann,ann,,,english"], (2, "language"), "Not a language code", "two-letter"),
        (["Ann,ann,,,xx"], (2, "language"), "Not a language code", "two-letter"),
    ],
)
def test_each_fault_names_its_row_column_and_mend(
    lines: list[str], place: tuple[int, str], problem: str, mend: str
) -> None:
    fault = only_fault(*lines)
    assert (fault.row, fault.column) == place
    assert fault.problem == problem
    assert mend in fault.mend
    assert fault.value == getattr(rows_of(*lines)[place[0] - 2], place[1])


def test_two_rows_without_a_name_are_not_also_called_the_same_person() -> None:
    faults = faults_of("Ann,ann,", ",,ann", ",,ann")
    assert [fault.problem for fault in faults] == ["Name missing"] * 2


def test_an_empty_table_is_a_fault() -> None:
    assert only_fault().problem == "Nobody is in the file"


@pytest.mark.parametrize("name", ["Siân O'Brien-Ek", "می‌خواهم", "李 小龙", "Jo\u00a0Ek", "-"])
def test_names_of_every_script_pass(name: str) -> None:
    assert check(rows_of(f"{name},ann,")).people[0].name == " ".join(name.split())


@pytest.mark.parametrize(
    "text",
    [
        "a@demo.example",
        "first.last+tag@mail.a-b.co.uk",
        "o'neil_7@x1.xn--p1ai",
        "x" * 64 + "@demo.example",
        "x@" + ".".join(["y" * 60] * 4) + ".example",
    ],
)
def test_deliverable_addresses_pass(text: str) -> None:
    assert check([Row(2, "Ann", text, "")]).people[0].email == text


@pytest.mark.parametrize(
    "text",
    [
        "dana",
        "dana@",
        "@demo.example",
        "dana@localhost",
        "dana@@demo.example",
        "da na@demo.example",
        "dana@demo..example",
        ".dana@demo.example",
        "dana.@demo.example",
        "da..na@demo.example",
        "dana@-demo.example",
        "dana@demo-.example",
        "dana@127.0.0.1",
        "Dana <dana@demo.example>",
        "a@demo.example;b@demo.example",
        "dana@demo.example\nBcc: x@demo.example",
        '"dana"@demo.example',
        "x" * 65 + "@demo.example",
        "x@" + ".".join(["y" * 61] * 4) + ".example",
    ],
)
def test_other_addresses_are_faults_in_both_columns(text: str) -> None:
    for row in (Row(2, "Dana", text, ""), Row(2, "Dana", "d@demo.example", text)):
        with pytest.raises(RosterError, match="Not an e-mail address") as caught:
            check([row])
        assert [fault.value for fault in caught.value.faults] == [text]


def test_an_accented_address_is_told_about_its_xn_form() -> None:
    with pytest.raises(RosterError, match="xn--"):
        check([Row(2, "Dana", "dana@bücher.example", "")])


def test_a_leader_may_have_as_many_members_as_the_limit_and_no_more() -> None:
    members = [f"P{number},p{number},ann" for number in range(MAX_MEMBERS)]
    assert len(check(rows_of("Ann,ann,", *members)).teams[0].members) == 250
    fault = only_fault("Ann,ann,", *members, "One,,ann", "Two,,ann")
    assert (fault.row, fault.problem) == (253, "Team too large")
    assert fault.mend.startswith("252 people")


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


def test_every_fault_of_a_file_is_named_at_once_in_row_order() -> None:
    faults = faults_of("Ann,ann,", ",bo,zed,=x,xx", "Cy,cy@,zed,,xx", "Di,di,di@", "Ed,ed,ann")
    assert [(fault.row, fault.column) for fault in faults] == [
        (3, "team"),
        (3, "name"),
        (3, "language"),
        (3, "leader_email"),
        (4, "email"),
        (4, "language"),
        (4, "leader_email"),
        (5, "leader_email"),
    ]


def test_a_typing_error_in_a_leaders_own_address_is_not_blamed_on_the_team() -> None:
    faults = faults_of("Ann,ann@,", "Bo,bo,ann@")
    assert {fault.problem for fault in faults} == {"Not an e-mail address"}


def test_a_file_is_read_and_checked_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name,email,leader_email\nAnn,ann@demo.example,\n")
    assert check_file(path) == check(rows_of("Ann,ann,"))


def test_faults_of_form_and_of_content_are_named_together_but_no_cell_twice(
    tmp_path: Path,
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "name,email,leader_email,tema\nAnn,ann,\nBo,b\0o,\nCy\nDi,di@demo.example,d@d.d\n"
    )
    with pytest.raises(RosterError) as caught:
        check_file(path)
    assert [(fault.row, fault.problem) for fault in caught.value.faults] == [
        (1, "Unknown column"),
        (2, "Not an e-mail address"),
        (3, "Cell with NUL bytes"),
        (4, "Row with too few cells"),
        (5, "Leader missing"),
    ]


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


def test_a_hundred_thousand_rows_are_checked_in_seconds() -> None:
    lines = [f"P{number},p{number},p{(number - 1) // 9}" for number in range(1, 100_000)]
    rows = rows_of("Top,p0,", *lines)
    start = time.perf_counter()
    assert check(rows).levels == 6
    assert time.perf_counter() - start < 10
