"""The part of the walk through every page that a coach alone goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.storage.database import writing
from surveyapp.storage.models import ReleaseOn, Round, TeamSees
from tests import factories

if TYPE_CHECKING:
    from tests.every_page import Walk

MARKED_UP = "A note <i>like</i> this"


def before_the_release(going: Walk, team: str, round_id: str) -> None:
    """Walk through what a coach does before the release, in a round without an earlier one."""
    file, around = f"/coach/leaders/{team}", f"/coach/rounds/{round_id}"
    for what in ("departments", "movement", "release"):
        going.visit(f"coach: {what}", f"{around}/{what}", who="everything")
    going.visit("coach: needs me", f"{around}?show=needs-me", who="everything")
    going.visit("coach: nobody fits", f"{around}?name=nobody", who="everything")
    going.visit("coach: release one", f"/coach/results/{team}/release", who="everything")
    with writing() as session:
        asked = select(Round).where(Round.public_id == round_id)
        session.scalars(asked).one().team_sees = TeamSees.IF_SHARED
    going.visit("coach: release all, if shared", f"{around}/release", who="everything")
    with writing() as session:
        session.scalars(asked).one().team_sees = TeamSees.AFTER_SEVEN_DAYS
    page = going.visit("coach: file", file, who="everything")
    form = {"csrf_token": factories.token(page), "notes": MARKED_UP, "follow_up_on": "2020-01-01"}
    going.visit("coach: file refused", file, who="everything", **(form | {"follow_up_on": "soon"}))
    long = {"notes": "x" * 10_001}
    going.visit("coach: notes too long", file, who="everything", **(form | long))
    client = going.clients["everything"]
    client.post(file, data=form | {"version": "0"}, query_string={"lang": going.lang})
    going.visit("coach: file saved", file, who="everything")
    going.visit("coach: file saved elsewhere", file, who="everything", **form)
    for version, notes, day in ((1, "", "2020-01-01"), (2, "", "")):
        emptied = form | {"version": str(version), "notes": notes, "follow_up_on": day}
        client.post(file, data=emptied, query_string={"lang": going.lang})
        going.visit(f"coach: file emptied, {version}", file, who="everything", **form)


def after_two_rounds(going: Walk, newest: int, team: str, name: str) -> None:
    """Walk through what two rounds show of a leader, in the newest one of this team and name."""
    around = f"/coach/rounds/{factories.public_id(newest)}"
    with writing() as session:
        session.get_one(Round, newest).release_on = ReleaseOn.CLOSING
        for one in session.get_one(Round, newest).teams:
            one.leader_name = name if one.public_id == team else one.leader_name
    for what in ("departments", "movement"):
        going.visit(f"coach: {what}, two rounds", f"{around}/{what}", who="everything")
    going.visit("coach: released by itself", around, who="everything")
    going.visit("coach: file, two rounds", f"/coach/leaders/{team}", who="everything")
