"""A result as a page: the publication, read once, and the charts drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template

from surveyapp.charts.results import result_charts
from surveyapp.core.guide import Audience
from surveyapp.reports import results
from surveyapp.storage import results as stored
from surveyapp.storage.database import db
from surveyapp.web.access import scope

if TYPE_CHECKING:
    from surveyapp.charts.reading import Reading
    from surveyapp.core.publication import Publication
    from surveyapp.storage.models import RoundTeam


@dataclass(frozen=True)
class Result:
    """A leader's result in a round."""

    team: RoundTeam
    publication: Publication


def with_publication(team: RoundTeam) -> Result:
    """Read the publication of a closed round's team."""
    return Result(team, results.publication_of(team))


def result_page(
    template: str, team: RoundTeam, audience: Audience = Audience.LEADER, **beside: object
) -> str:
    """Render one result with its charts; `beside` goes to the template as it is."""
    find_earlier = _coached if audience is Audience.COACH else _own
    return _rendered(template, team, results.read(db.session, team, audience, find_earlier), beside)


def team_page(template: str, team: RoundTeam, **beside: object) -> str:
    """Render what a team sees of its own result: nothing of how the leader sees it."""
    return _rendered(template, team, results.read_by_team(team), beside)


def _rendered(template: str, team: RoundTeam, reading: Reading, beside: dict[str, object]) -> str:
    """Render what is read of a result; `triangle` says whether any chart is live."""
    charts = result_charts(reading)
    return render_template(
        template,
        result=Result(team, reading.publication),
        publication=reading.publication,
        reading=reading,
        charts=charts,
        triangle=charts.get("map-triangle"),
        **beside,
    )


def _coached(team_id: str) -> RoundTeam | None:
    return stored.coached_result(db.session, scope(), team_id)


def _own(team_id: str) -> RoundTeam | None:
    own = stored.own_results(db.session, scope())
    return next((team for team in own if team.public_id == team_id), None)
