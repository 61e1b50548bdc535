from __future__ import annotations

import datetime as dt
import re
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.followup.notes import LONGEST
from surveyapp.storage.database import writing
from surveyapp.storage.models import Coaching, Person, RoleName
from tests import factories, followups
from tests.factories import send
from tests.page_checks import parse
from tests.publications import EARLIER, PUBLICATIONS, changed
from tests.web.coached import closed_round, listed

if TYPE_CHECKING:
    from tests.installation import PageClient

MARKER = "a note that nobody else reads"


@pytest.fixture
def path(client: PageClient) -> str:
    """Sign a coach of Dana and Bo in; returns where Dana's file is."""
    organisation = factories.make_organisation()
    for leader in ("Dana", "Bo"):
        factories.make_team(organisation, leader, 5)
    factories.sign_in(client, factories.make_coach_account(organisation))
    round_id = closed_round(organisation, {"Dana": EARLIER})
    return f"/coach/leaders/{factories.team_ids(round_id)['Dana']}"


def kept(leader: str = "Dana") -> tuple[str | None, dt.date | None]:
    with writing() as session:
        query = select(Coaching).join(Person, Coaching.leader_id == Person.id)
        file = session.scalars(query.where(Person.name == leader)).one()
        return file.notes, file.follow_up_on


def field(page: str, name: str) -> str:
    """Return what a field of the form holds, as a browser reads it."""
    (found,) = (tag for tag in parse(page).iter() if tag.get("name") == name)
    return found.get("value") or "".join(found.itertext()).removeprefix("\n")


def test_a_leaders_rounds_stand_below_each_other_with_what_changed(client: PageClient) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    factories.sign_in(client, factories.make_coach_account(organisation))
    spring = closed_round(organisation, {"Dana": EARLIER})
    team = factories.team_ids(spring)["Dana"]
    summer = closed_round(organisation, {"Dana": changed(team)["change possible"]}, "Summer")
    autumn = closed_round(organisation, {"Dana": PUBLICATIONS["too few"]}, "Autumn")
    followups.agree(summer)
    for round_id in (spring, summer, autumn):
        page = client.get(f"/coach/leaders/{factories.team_ids(round_id)['Dana']}").text
        found = listed(page)
        assert list(found) == ["Autumn", "Summer", "Spring"]
        assert "The place may have moved since Spring" in found["Summer"]
        assert "Check-in agreement: agreed" in found["Summer"]
        assert "agreement" not in found["Spring"]
        assert found["Spring"].startswith("Spring Mostly micro-managing release")
        assert "fewer than 5 people answered this" in found["Autumn"]


def test_notes_and_a_date_are_kept_and_come_back_as_written(client: PageClient, path: str) -> None:
    text = "\nFirst line <b>& more</b>\nlast line"
    assert send(client, path, notes=text, follow_up_on="2027-04-30", version="0").status_code == 302
    assert kept() == (text.strip(), dt.date(2027, 4, 30))
    assert kept("Bo") == (None, None)
    page = client.get(path).text
    assert re.search(r'role="status">Saved\.<', page)
    assert field(page, "notes") == text.strip()
    assert field(page, "follow_up_on") == "2027-04-30"
    assert field(page, "version") == "1"
    assert send(client, path, notes=" ", follow_up_on="", version="1").status_code == 302
    assert kept() == (None, None)


def test_lines_of_a_browser_count_once_each(client: PageClient, path: str) -> None:
    text = "\r\n".join("a" * (LONGEST // 2))  # browsers send two characters for the end of a line
    assert len(text) > LONGEST
    assert send(client, path, notes=text, version="0").status_code == 302
    assert kept()[0] == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"notes": "x" * (LONGEST + 1)}, "at most 10,000 characters can be kept"),
        ({"follow_up_on": "30.4.2027"}, "such as 2027-04-30"),
        ({"follow_up_on": "2027-02-30"}, "such as 2027-04-30"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    client: PageClient, path: str, form: dict[str, str], problem: str
) -> None:
    sent = {"notes": MARKER, "follow_up_on": "2027-04-30", "version": "0"} | form
    reply = send(client, path, **sent)
    assert reply.status_code == 422
    assert problem in reply.text
    assert field(reply.text, "notes") == sent["notes"]
    assert field(reply.text, "follow_up_on") == sent["follow_up_on"]
    assert kept() == (None, None)


@pytest.mark.parametrize("version", ["0", "", "x", "7"])
def test_one_tab_does_not_overwrite_what_another_one_saved(
    client: PageClient, path: str, version: str
) -> None:
    page = client.get(path).text
    send(client, path, notes="from one tab", follow_up_on="2027-04-30", version="0")
    sent = {"notes": "from another tab", "version": version, "csrf_token": factories.token(page)}
    reply = client.post(path, data=sent)
    assert reply.status_code == 409
    assert "Not saved yet: something else was saved here in between" in reply.text
    assert ">from one tab</pre>" in reply.text
    assert "follow-up on Apr 30, 2027" in reply.text
    assert field(reply.text, "notes") == "from another tab"
    assert kept() == ("from one tab", dt.date(2027, 4, 30))
    again = sent | {"version": field(reply.text, "version")}
    assert client.post(path, data=again).status_code == 302
    assert kept() == ("from another tab", None)


def test_a_file_that_lay_open_for_hours_is_saved(
    client: PageClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get(path).text
    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 5 * 3600)
    sent = {"notes": MARKER, "version": "0", "csrf_token": factories.token(page)}
    assert client.post(path, data=sent).status_code == 302
    assert kept()[0] == MARKER


def test_nobody_else_reads_the_notes_and_no_other_page_shows_them(
    client: PageClient, path: str
) -> None:
    send(client, path, notes=MARKER, follow_up_on="2027-04-30", version="0")
    assert MARKER in client.get(path).text
    team = path.rpartition("/")[2]
    others = [f"/coach/results/{team}", f"/coach/results/{team}/release", "/coach/"]
    assert not any(MARKER in client.get(other).text for other in others)
    with writing() as session:
        organisation = session.scalars(select(Person.organisation_id)).first() or 0
    factories.make_coach_account(organisation, "Other", ["Dana"])
    factories.make_account(organisation, "Admin", *RoleName)
    factories.make_leader_account(organisation, "Dana")
    for who in ("other", "admin", "dana"):
        visitor = factories.signed_in(f"{who}@demo.example")
        seen = [visitor.get(p).text for p in (path, *others, "/leader/", "/admin/", "/account/")]
        assert not any(MARKER in page or "2027" in page for page in seen)
    other_coach = factories.signed_in("other@demo.example")
    assert field(other_coach.get(path).text, "notes") == ""
    assert send(other_coach, path, notes="mine", version="0").status_code == 302
    assert kept_by() == {"Coach": MARKER, "Other": "mine"}


def kept_by() -> dict[str, str | None]:
    with writing() as session:
        query = select(Coaching).join(Person, Coaching.leader_id == Person.id)
        files = session.scalars(query.where(Person.name == "Dana"))
        return {file.coach.name: file.notes for file in files}
