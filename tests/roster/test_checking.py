"""What a people file may say, and every fault in what it says."""

from pathlib import Path

import pytest

from surveyapp.roster.checking import Member, TeamRecord, check, check_file
from surveyapp.roster.faults import RosterError
from surveyapp.roster.reading import Row
from surveyapp.storage.models import MAX_MEMBERS
from tests.roster.rows import address, faults_of, only_fault, rows_of


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


def test_one_name_without_mail_may_stand_under_two_leaders() -> None:
    roster = check(rows_of("Top,top,", "Bo,bo,top", "Jo,,top", "Jo,,bo"))
    assert roster.without_mail_count == 2
    assert len({person.key for person in roster.people}) == 4


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
            "Same name twice without email",
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
        with pytest.raises(RosterError, match="Not an email address") as caught:
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
    assert {fault.problem for fault in faults} == {"Not an email address"}


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
        (2, "Not an email address"),
        (3, "Cell with NUL bytes"),
        (4, "Row with too few cells"),
        (5, "Leader missing"),
    ]
