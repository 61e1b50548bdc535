"""Ballot papers on their way, and what lies in the boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveyapp.rounds import boxes
from surveyapp.storage.database import writing
from surveyapp.storage.models import Box, Round
from surveyapp.web.pages import keys
from tests import factories, papers

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.installation import PageClient


def kept(leader: str = "Dana", round_id: int = 1) -> boxes.Boxes:
    with writing() as session:
        opened = session.get_one(Round, round_id)
        team = next(team for team in opened.teams if team.leader_name == leader)
        return boxes.unseal(session, team, keys().read(opened.public_id))


def blobs() -> list[bytes]:
    with writing() as session:
        return [box.blob for box in session.query(Box).order_by(Box.round_team_id, Box.kind)]


def ask(client: PageClient, link: str, **changed: object) -> tuple[papers.Paper, TestResponse]:
    """Ask for a ticket with a new paper."""
    path, token = factories.split_link(link)
    paper = papers.new_paper(factories.public_key(path))
    return paper, client.post(f"{path}/ticket", json=paper.ticket_request(token) | changed)


def credential(client: PageClient, link: str) -> tuple[papers.Paper, dict[str, str]]:
    paper, reply = ask(client, link)
    key = factories.public_key(factories.split_link(link)[0])
    return paper, paper.credential(key, reply.get_json()["signature"])
