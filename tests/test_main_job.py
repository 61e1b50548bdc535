"""The main job, end to end: from a roster file to each leader's place on the map."""

from __future__ import annotations

import csv
import json
import random
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from surveyapp.anonymity.disclosure import publish_round
from surveyapp.anonymity.keys import derive
from surveyapp.cli.score import score
from surveyapp.core.position import score_team
from surveyapp.core.publication import Publication as Published
from surveyapp.core.publication import Reason, Withheld
from surveyapp.core.questionnaire import ITEMS
from surveyapp.roster.applying import apply
from surveyapp.roster.checking import check_file
from surveyapp.rounds import closing
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Account, Organisation, Publication, Round, Span
from surveyapp.storage.rounds import people_asked
from surveyapp.web.pages import keys
from tests import factories

if TYPE_CHECKING:
    from pathlib import Path

    from tests.installation import PageClient

SIZES = {"Ada": 30, "Bea": 24, "Cem": 18, "Dan": 15, "Eli": 12, "Fay": 10, "Gil": 8, "Hal": 3}
"""Eight leaders with 120 people in teams of 3 to 30."""


def write_roster(path: Path) -> None:
    rows = [[leader, factories.address(leader), ""] for leader in SIZES]
    for leader, size in SIZES.items():
        rows += [[f"{leader} {n}", "", factories.address(leader)] for n in range(1, size + 1)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["name", "email", "leader_email"], *rows])


def drawn_answers(chance: random.Random) -> dict[str, str]:
    """Draw a whole form around a tendency of its own, with some "can't say"."""
    place = chance.randint(0, 4)
    return {
        item.id: "na"
        if chance.random() < 0.06
        else item.choices[min(4, max(0, place + chance.randint(-1, 1)))]
        for item in ITEMS
    }


def score_of(answers: dict[str, list[dict[str, str]]], path: Path) -> dict[str, dict[str, object]]:
    """Run `surveyapp score --json` on the same answers; return its objects by leader."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["leader", "invited", *(item.id for item in ITEMS)])
        for leader, forms in answers.items():
            for form in forms:
                raw = ["" if form[i.id] in {"na", "unchecked"} else form[i.id] for i in ITEMS]
                writer.writerow([leader, SIZES[leader], *raw])
    run = CliRunner().invoke(score, [str(path), "--json"])
    assert run.exit_code == 0, run.output
    return {found["leader"]: found for found in json.loads(run.stdout)}


def test_a_hundred_and_twenty_people_are_counted_as_score_counts_them(
    client: PageClient, tmp_path: Path
) -> None:
    write_roster(tmp_path / "people.csv")
    organisation = factories.make_organisation()
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        changes = apply(session, owner, check_file(tmp_path / "people.csv"))
    assert (changes.added, changes.teams, changes.accounts) == (128, 8, 8)
    assert len(db.session.scalars(select(Account)).all()) == 8
    db.session.rollback()

    round_id = factories.open_round(organisation)
    chance = random.Random(7)
    answers: dict[str, list[dict[str, str]]] = {}
    for leader, codes in factories.draw_codes(round_id).items():
        for code in codes:
            form = drawn_answers(chance)
            factories.answer_by_slip(client, code, form)
            answers.setdefault(leader, []).append(form)
    assert sum(map(len, answers.values())) == 120

    expected = score_of(answers, tmp_path / "answers.csv")
    counted: dict[str, closing.Count] = {}
    seed = 0
    with writing() as session:
        opened = session.get_one(Round, round_id)
        people = people_asked(session, opened)
        for team in opened.teams:
            round_key = keys().read(opened.public_id)
            counted[team.leader_name] = closing.count(session, team, round_key, people[team.id])
            seed = int.from_bytes(derive(round_key, "simulation"))
    assert counted.keys() == expected.keys() == SIZES.keys()
    for leader, found in counted.items():
        same, scored = expected[leader], score_team(found.team.persons)
        assert (scored.n, scored.positioned) == (same["n"], same["positioned"])
        assert scored.scales == pytest.approx(same["scales"], abs=1e-9)
        assert scored.shares
        shares = dict(zip(("h", "l", "m"), scored.shares.as_tuple(), strict=True))
        alike = dict(zip(("h", "l", "m"), shares_of(same), strict=True))
        assert shares == pytest.approx(alike, abs=1e-9)
        assert scored.zone == same["zone"]

    factories.close_and_release(round_id)
    displayed = publish_round(
        [found.team for found in counted.values()],
        threshold=5,
        comment_threshold=10,
        seed=seed,
    )
    with writing() as session:
        for stored in session.scalars(select(Publication)):
            team = stored.round_team
            assert stored.span == Span.TEAM  # nobody here leads leaders
            assert stored.document == displayed.teams[team.public_id].to_json()
            if team.leader_name == "Hal":
                withheld = Published.from_json(stored.document)
                assert withheld.position == Withheld(Reason.TOO_FEW)
                assert all(isinstance(scale, Withheld) for scale in withheld.scales.values())


def shares_of(scored: dict[str, object]) -> list[float]:
    shares = scored["shares"]
    assert isinstance(shares, dict)
    return [shares["hands_off"], shares["micro_leading"], shares["micro_managing"]]
