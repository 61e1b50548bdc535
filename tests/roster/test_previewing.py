"""A preview says what an import then does: no more, no less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.roster.applying import apply
from surveyapp.roster.checking import check
from surveyapp.roster.previewing import Preview, Step, preview
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Organisation, Person, Team
from tests import factories
from tests.roster.rows import rows_of

if TYPE_CHECKING:
    from flask import Flask

WITH_MAIL = ("ann", "bo", "cy", "dee", "eve")
WITHOUT_MAIL = ("Una", "Vic")


@st.composite
def rosters(draw: st.DrawFn) -> list[str]:
    """Draw a file without faults: somebody at the top, everybody else below an earlier one."""
    present = draw(st.lists(st.sampled_from(WITH_MAIL), min_size=1, unique=True))
    lines = []
    for place, who in enumerate(present):
        name = draw(st.sampled_from([who.title(), who.upper()]))
        leaders = (
            draw(st.lists(st.sampled_from(present[:place]), max_size=2, unique=True))
            if place
            else []
        )
        lines += [f"{name},{who},{leader}" for leader in leaders or [""]]
    for name in draw(st.lists(st.sampled_from(WITHOUT_MAIL), unique=True)):
        lines.append(f"{name},,{draw(st.sampled_from(present))}")
    return lines


def on_record(
    organisation: int,
) -> tuple[dict[int, str], dict[int, frozenset[int]], dict[int, str]]:
    """Return names, leaders and the names of teams with members, by ids of people."""
    with writing() as session:
        people = session.scalars(select(Person).where(Person.organisation_id == organisation))
        names = {person.id: person.name for person in people}
        every = session.scalars(select(Team).where(Team.organisation_id == organisation)).all()
        led = {
            number: frozenset(t.leader_id for t in every if number in {m.id for m in t.members})
            for number in names
        }
        return names, led, {team.leader_id: team.name for team in every if team.members}


def imported(organisation: int, lines: list[str]) -> Preview:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        read = check(rows_of(*lines))
        found = preview(session, owner, read)
        apply(session, owner, read)
        assert preview(session, owner, read).is_empty
        return found


@pytest.fixture
def northwind(app: Flask) -> int:
    return factories.make_organisation()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=rosters(), second=rosters())
def test_a_preview_is_what_the_import_does(app: Flask, first: list[str], second: list[str]) -> None:
    with writing() as session:
        made = Organisation(slug=str(id(first)) + str(id(second)), name="Any")
        session.add(made)
        session.flush()
        organisation = made.id
    imported(organisation, first)
    names, leaders, teams = on_record(organisation)
    found = imported(organisation, second)
    now, led, named = on_record(organisation)
    # Whoever leaves and led a team stays on record, in no team and with an empty one.
    listed = {line.split(",")[0] for line in second}
    stayed = {number for number in names if number in now and now[number] in listed}
    assert found.added == sorted(now[n] for n in now.keys() - names.keys())
    assert [step.after for step in found.renamed] == sorted(
        now[n] for n in stayed if names[n] != now[n]
    )
    assert [step.name for step in found.moved] == sorted(
        now[n] for n in stayed if leaders[n] != led[n]
    )
    assert found.new_teams == sorted(named[n] for n in named.keys() - teams.keys())
    assert found.ended_teams == sorted(teams[n] for n in teams.keys() - named.keys())


def test_somebody_whose_leader_only_has_another_name_stays_where_they_are(northwind: int) -> None:
    imported(northwind, ["Ann,ann,", "Bo,bo,ann"])
    found = imported(northwind, ["Anna,ann,", "Bo,bo,ann"])
    assert found.renamed == [Step("Anna", "Ann", "Anna")]
    assert found.moved == []


def test_two_previews_differ_where_what_they_would_do_differs(northwind: int) -> None:
    with writing() as session:
        owner = session.get_one(Organisation, northwind)
        one, other = (
            preview(session, owner, check(rows_of("Ann,ann,", f"{name},bo,ann"))).digest
            for name in ("Bo", "Bob")
        )
    assert one != other
    db.session.rollback()
