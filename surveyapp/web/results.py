"""A result as a page: the publication, read once, and the figures drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template

from surveyapp.charts import maps
from surveyapp.core.publication import Publication, Withheld

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


def result_page(template: str, team: RoundTeam) -> str:
    """Render one result with its two maps; without a position there is none to draw."""
    result = with_publication(team)
    position = result.publication.position
    return render_template(
        template,
        result=result,
        publication=result.publication,
        triangle=None if isinstance(position, Withheld) else maps.triangle(position),
        square=None if isinstance(position, Withheld) else maps.square(position),
    )
