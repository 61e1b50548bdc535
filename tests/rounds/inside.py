"""What stands in the boxes of every team: as sealed, and as opened."""

from __future__ import annotations

from sqlalchemy import select

from surveyapp.rounds import boxes
from surveyapp.storage.database import writing
from surveyapp.storage.models import Box, RoundTeam
from surveyapp.web.pages import keys

Blobs = dict[tuple[str, str], bytes]


def blobs() -> Blobs:
    """Return every sealed box by its team's leader and its kind."""
    with writing() as session:
        query = select(RoundTeam.leader_name, Box.kind, Box.blob).where(
            Box.round_team_id == RoundTeam.id
        )
        return {(leader, kind): blob for leader, kind, blob in session.execute(query)}


def contents() -> dict[str, boxes.Boxes]:
    """Open the boxes of every team; returns them by its leader."""
    with writing() as session:
        return {
            team.leader_name: boxes.unseal(session, team, keys().read(team.round.public_id))
            for team in session.scalars(select(RoundTeam))
        }
