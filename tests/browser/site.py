"""A small installation behind the real server, as people meet it with a browser."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.serving import free_port, surveyapp_script, wait_for
from surveyapp.core.checkin import Agreed
from surveyapp.core.publication import Publication, PublishedPosition
from surveyapp.followup import selfform
from surveyapp.followup.agreement import MOST_CHARACTERS
from surveyapp.rounds import boxes, closing
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, RoleName, Round, RoundTeam
from surveyapp.storage.models import Publication as Stored
from surveyapp.web.pages import keys, today
from tests import factories, followups
from tests.installation import installation, page_client, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

STOP_SECONDS = 20
SENTENCE = "Offers above ten thousand that go to customers whom we have not met before, "
LONGEST = Agreed(
    what=(SENTENCE * 4)[:MOST_CHARACTERS],
    when=(SENTENCE[::-1] * 4)[:MOST_CHARACTERS],
    how=(SENTENCE[::2] * 8)[:MOST_CHARACTERS],
    until=today() + dt.timedelta(days=60),
    sign=(SENTENCE[::-2] * 8)[:MOST_CHARACTERS],
)


@dataclass(frozen=True)
class Cast:
    """Who is there.

    Three leaders with a closed and released round, of whom Ida guessed; in the open one Eve, whose
    team answers by slip, and Finn, whose team has mail; in another organisation Gil, whose round
    may be closed.
    """

    codes: list[str]
    """Of the open round, about Eve; none is used yet."""
    links: list[str]
    """Of the open round, about Finn, from the "/" on; none is used yet."""
    open_round_id: str
    """The open round, as addresses name it."""
    links_to_close: list[str]
    """Of the other organisation's round."""
    round_to_close: int
    round_id: str
    """The closed round, as addresses name it."""
    teams: dict[str, str]
    """The closed round's teams by leader, as addresses name them."""
    open_team: str
    """Eve's team in the open round, as addresses name it."""
    invitation: str
    """Where somebody new chooses their first password."""
    agreed_links: list[str]
    """Of the open round, about Ida, with whom the team agreed on check-ins as long as can be."""
    place: PublishedPosition
    """Where Dana's team puts her."""


@dataclass(frozen=True)
class Site:
    """A running installation."""

    address: str
    cast: Cast
    app: Flask
    """On the same database and keys as the server, in this process."""
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)
    """The cookies of whoever has signed in: a password takes long to check, by design."""

    def new_code(self) -> str:
        """Return the code of a slip that nobody used yet."""
        return self.cast.codes.pop()

    def new_link(self) -> str:
        """Return the link of somebody who did not answer yet, from the "/" on."""
        return self.cast.links.pop()

    def new_agreed_link(self) -> str:
        """Return the like of somebody who is asked about an agreement."""
        return self.cast.agreed_links.pop()

    def box(self, link: str) -> boxes.Boxes:
        """Open the boxes of the team that a link answers about."""
        team_id = factories.split_link(link)[0].rpartition("/")[2]
        with self.app.app_context(), writing() as session:
            team = session.scalars(select(RoundTeam).where(RoundTeam.public_id == team_id)).one()
            return boxes.unseal(session, team, keys().read(team.round.public_id))

    def stop_taking_answers(self) -> None:
        """Begin to close the other organisation's round."""
        with self.app.app_context(), writing() as session:
            closing.begin(session, session.get_one(Round, self.cast.round_to_close))


def build(folder: Path, database: Path) -> tuple[Cast, Flask]:
    """Make the installation in a folder, on a copy of a migrated database."""
    with installation(settings_for(folder), database) as app:
        return _invite(app), app


def _invite(app: Flask) -> Cast:
    northwind = factories.make_organisation()
    factories.make_team(northwind, "Dana", 12)
    factories.make_team(northwind, "Bo", 4)
    factories.make_team(northwind, "Ida", 30, mail=True)
    for leader in ("Dana", "Bo", "Ida"):
        factories.make_leader_account(northwind, leader)
    factories.make_coach_account(northwind, leaders=["Dana", "Bo"])
    factories.make_account(northwind, "Admin", RoleName.ADMIN)
    factories.make_account(northwind, "Nobody")
    closed = factories.open_round(northwind, "Spring")
    _answer(app, factories.draw_codes(closed))
    for link in factories.draw_links(closed)["Ida"][:12]:
        factories.answer_by_link(page_client(app), link)
    with writing() as session:
        ida = followups.round_team(session, closed, "Ida")
        selfform.save(session, ida, {"S1": 4, "T1": 4, "P1": 4}, (0.8, 0.2))
    factories.close_and_release(closed)
    followups.agree(closed, "Ida", agreed=LONGEST)
    factories.make_team(northwind, "Eve", 60)
    factories.make_team(northwind, "Finn", 60, mail=True)
    opened = factories.open_round(northwind, "Autumn")
    to_close = _invite_elsewhere()
    _set_up_elsewhere()
    return Cast(
        codes=factories.draw_codes(opened)["Eve"],
        links=factories.draw_links(opened)["Finn"],
        open_round_id=factories.public_id(opened),
        links_to_close=factories.draw_links(to_close)["Gil"],
        round_to_close=to_close,
        round_id=factories.public_id(closed),
        teams=factories.team_ids(closed),
        open_team=factories.team_ids(opened)["Eve"],
        invitation=factories.starting_path(factories.make_account(northwind, "New")),
        agreed_links=factories.draw_links(opened)["Ida"],
        place=_place(factories.team_ids(closed)["Dana"]),
    )


def _invite_elsewhere() -> int:
    """Open a round in an organisation whose administrator has still to accept the purpose."""
    contoso = factories.make_organisation("Contoso")
    factories.make_team(contoso, "Gil", 5, mail=True)
    factories.make_account(contoso, "Cora", RoleName.ADMIN)
    made = factories.open_round(contoso)
    with writing() as session:
        session.get_one(Organisation, contoso).purpose_accepted_on = None
    return made


def _set_up_elsewhere() -> None:
    """Make an organisation whose first round may be opened, and one where nothing is done yet."""
    fabrikam = factories.make_organisation("Fabrikam")
    factories.make_team(fabrikam, "Hal", 8, mail=True)
    factories.make_team(fabrikam, "Ivy", 2)
    factories.make_account(fabrikam, "Fay", RoleName.ADMIN)
    factories.make_account(factories.make_organisation("Litware"), "Lee", RoleName.ADMIN)
    with writing() as session:
        session.get_one(Organisation, fabrikam).purpose_accepted_on = None


def _answer(app: Flask, codes: dict[str, list[str]]) -> None:
    """Let everybody say: followed closely, and as help to grow."""
    client = page_client(app)
    agree = {name: "2" if name.endswith("r") else "4" for name in factories.answers()} | {"F1": "0"}
    for leader in ("Dana", "Bo"):
        for place, code in enumerate(codes[leader]):
            said = {"C1": f"Ask me first, as in week {place}.", "C2": "A fixed day to check in."}
            factories.answer_by_slip(client, code, agree | said)


def _place(team: str) -> PublishedPosition:
    with writing() as session:
        query = select(Stored).join(RoundTeam).where(RoundTeam.public_id == team)
        place = Publication.from_json(session.scalars(query).one().document).position
    assert isinstance(place, PublishedPosition)
    return place


@contextmanager
def served(folder: Path, port: int | None = None, **more: str) -> Iterator[str]:
    """Serve a folder's installation by the command that people use; yields its address.

    `more` are settings, named without their prefix.
    """
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")
    } | {
        "SURVEYAPP_INSTANCE": str(folder),
        "SURVEYAPP_SECRET_KEY": settings_for(folder).secret_key,
        "SURVEYAPP_BASE_URL": address,
        "SURVEYAPP_DEMO": "yes",  # one line more on every page
        **{f"SURVEYAPP_{name.upper()}": value for name, value in more.items()},
    }
    command = [surveyapp_script(), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment) as server:
        try:
            wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=STOP_SECONDS)
