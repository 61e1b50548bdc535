"""A result as a page: the publication, read once, and the figures drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template

from surveyapp.anonymity.rounding import FEWEST_FOR_ALL_BANDS
from surveyapp.charts.reading import Reading
from surveyapp.charts.results import result_charts
from surveyapp.core.guide import Audience
from surveyapp.core.publication import Publication
from surveyapp.followup import selfform
from surveyapp.storage import results as stored
from surveyapp.storage.database import db
from surveyapp.web.access import scope

if TYPE_CHECKING:
    from surveyapp.storage.models import RoundTeam


@dataclass(frozen=True)
class Result:
    """A leader's result in a round."""

    team: RoundTeam
    publication: Publication


def with_publication(team: RoundTeam) -> Result:
    """Read the publication of a closed round's team."""
    if team.publication is None:
        message = f"a closed round without publication: {team.public_id}"
        raise RuntimeError(message)
    return Result(team, Publication.from_json(team.publication.document))


def result_page(
    template: str, team: RoundTeam, audience: Audience = Audience.LEADER, **beside: object
) -> str:
    """Render one result with its charts; `triangle` says whether any of them is live.

    `beside` goes to the template as it is.
    """
    result = with_publication(team)
    earlier = _earlier(result, audience)
    # How leaders see themselves is theirs: a coach reads it together with the released result.
    form = selfform.read(db.session, team) if team.released else None
    reading = Reading(
        result.publication,
        audience,
        all_bands=team.round.threshold >= FEWEST_FOR_ALL_BANDS,
        own=form.answers if form else None,
        guessed=form.guess if form else None,
        earlier=(earlier.team.round.name, earlier.publication) if earlier else None,
    )
    return _rendered(template, result, reading, beside)


def team_page(template: str, team: RoundTeam, **beside: object) -> str:
    """Render what a team sees of its own result: nothing of how the leader sees it."""
    result = with_publication(team)
    reading = Reading(
        result.publication,
        Audience.TEAM,
        all_bands=team.round.threshold >= FEWEST_FOR_ALL_BANDS,
    )
    return _rendered(template, result, reading, beside)


def _rendered(template: str, result: Result, reading: Reading, beside: dict[str, object]) -> str:
    charts = {chart.name: chart for chart in result_charts(reading)}
    return render_template(
        template,
        result=result,
        publication=result.publication,
        reading=reading,
        charts=charts,
        triangle=charts.get("map-triangle"),
        **beside,
    )


def _earlier(result: Result, audience: Audience) -> Result | None:
    """Return the result that the published change is since, if this audience may see it."""
    change = result.publication.change
    if change is None:
        return None
    if audience is Audience.COACH:
        found = stored.coached_result(db.session, scope(), change.since)
    else:
        own = stored.own_results(db.session, scope())
        found = next((team for team in own if team.public_id == change.since), None)
    return with_publication(found) if found else None
