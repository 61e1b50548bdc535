"""The text in which the faults of a people file are told."""

from surveyapp.roster.faults import LINES_SHOWN, Fault, RosterError


def test_the_text_of_the_error_groups_faults_and_cuts_values() -> None:
    bad = "Not an email address"
    text = str(
        RosterError(
            [
                Fault(7, "leader_email", "dana@", bad, "write a full address"),
                Fault(8, "name", "x" * 61, "Cell too long", "shorten it"),
                Fault(9, "email", "\x1b[2J", bad, "write a full address"),
                Fault(None, None, "", "The file is empty", "fill it in"),
            ]
        )
    )
    assert text.splitlines() == [
        "Not an email address (2 times)",
        "  row 7, leader_email: 'dana@'  -> write a full address",
        "  row 9, email: '\\x1b[2J'  -> write a full address",
        "Cell too long",
        "  row 8, name: '" + "x" * 59 + "…'  -> shorten it",
        "The file is empty",
        "  -> fill it in",
        "Nothing was changed.",
    ]


def test_one_problem_in_every_row_does_not_bury_the_others() -> None:
    many = [Fault(row, "email", "x", "Many", "mend") for row in range(2, LINES_SHOWN + 5)]
    lines = str(RosterError([*many, Fault(9, "name", "", "One", "mend")])).splitlines()
    assert f"Many ({LINES_SHOWN + 3} times)" in lines
    assert "  and 3 more like these" in lines
    assert len(lines) == 1 + LINES_SHOWN + 1 + 2 + 1
    assert "One" in lines
