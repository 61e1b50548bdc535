from __future__ import annotations

from typing import TYPE_CHECKING

from surveyapp.storage.database import writing
from surveyapp.storage.models import Person, Round, Team
from surveyapp.storage.rounds import asked_in_time, people_asked
from tests import factories

if TYPE_CHECKING:
    from flask import Flask


def test_somebody_without_mail_in_two_teams_is_one_person(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    factories.make_team(organisation, "Bo", 5)
    with writing() as session:
        for team in session.query(Team):
            team.members += [
                Person(organisation_id=organisation, name=name, email=None)
                for name in ("Kim Sato", f"Only {team.name}")
            ]
            # With mail, people of one name are different people.
            mail = f"kai.{team.id}@demo.example"
            team.members += [Person(organisation_id=organisation, name="Kai", email=mail)]
    round_id = factories.open_round(organisation)
    with writing() as session:
        opened = session.get_one(Round, round_id)
        dana, bo = people_asked(session, opened).values()
        assert (len(dana), len(bo), len(dana & bo)) == (8, 8, 1)
        assert asked_in_time(session, opened) == 15
        opened.teams[0].joined_late = 2
        assert asked_in_time(session, opened) == 13


def test_a_name_that_has_mail_in_one_team_only_may_be_the_same_person(app: Flask) -> None:
    organisation = factories.make_organisation()
    for leader, email in (("Dana", None), ("Bo", "kim@demo.example")):
        factories.make_team(organisation, leader, 4)
        with writing() as session:
            team = session.query(Team).filter_by(name=f"Team {leader}").one()
            team.members.append(Person(organisation_id=organisation, name="KIM", email=email))
    round_id = factories.open_round(organisation)
    with writing() as session:
        dana, bo = people_asked(session, session.get_one(Round, round_id)).values()
        assert len(dana & bo) == 1
