"""An organisation's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, Round, State
from tests import factories
from tests.factories import send
from tests.web.administration import logged, text

if TYPE_CHECKING:
    from tests.installation import PageClient

NEW = {
    "name": "Northwind Traders",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "contact": "works council, 030 12345",
    "threshold": "6",
    "comment_threshold": "12",
}


def on_record(organisation: int) -> dict[str, object]:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        return {
            "name": owner.name,
            "language": owner.language,
            "time_zone": owner.time_zone,
            "contact": owner.contact,
            "threshold": str(owner.default_threshold),
            "comment_threshold": str(owner.default_comment_threshold),
        }


def test_settings_are_kept_and_the_log_says_which(client: PageClient, empty: int) -> None:
    contoso = factories.make_organisation("Contoso")
    theirs = on_record(contoso)
    assert send(client, "/admin/organisation", **NEW).location == "/admin/organisation"
    assert on_record(empty) == NEW
    assert on_record(contoso) == theirs
    assert logged(empty) == [("settings changed", ", ".join(NEW))]
    send(client, "/admin/organisation", **(NEW | {"contact": ""}))
    assert on_record(empty)["contact"] is None
    assert logged(empty)[-1] == ("settings changed", "contact")
    assert "Kept." in text(client.get("/admin/organisation").text)


@pytest.mark.parametrize("state", [State.OPEN, State.CLOSING])
def test_the_time_zone_stays_while_a_round_is_open_and_so_does_all_else(
    client: PageClient, empty: int, state: State
) -> None:
    factories.make_team(empty, "Dana", 3)
    round_id = factories.open_round(empty)
    with writing() as session:
        session.get_one(Round, round_id).state = state
    before, entries = on_record(empty), logged(empty)
    reply = send(client, "/admin/organisation", **NEW)
    assert reply.status_code == 422
    assert "until the open round is closed" in text(reply.text)
    assert 'value="Europe/Berlin"' in reply.text
    assert (on_record(empty), logged(empty)) == (before, entries)
    assert send(client, "/admin/organisation", **(NEW | {"time_zone": "UTC"})).status_code == 302
    with writing() as session:
        session.get_one(Round, round_id).state = State.DISCARDED
    assert send(client, "/admin/organisation", **NEW).status_code == 302


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "Europe/", "europe/berlin", "x" * 5000])
def test_a_time_zone_that_is_none_is_refused(client: PageClient, empty: int, name: str) -> None:
    reply = send(client, "/admin/organisation", **(NEW | {"time_zone": name}))
    assert reply.status_code == 422
    assert "Please choose one of the list, such as Europe/Berlin." in text(reply.text)
    assert on_record(empty)["time_zone"] == "UTC"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": " "}, "Please write a name."),
        ({"language": "xx"}, "Please choose one of these."),
        ({"time_zone": "Berlin"}, "Please choose one of the list"),
        ({"contact": "x" * 321}, "At most 320 characters."),
        ({"threshold": "2"}, "At least 3"),
        ({"comment_threshold": "5"}, "No fewer than a result needs."),
    ],
)
def test_what_cannot_be_is_refused(
    client: PageClient, empty: int, fields: dict[str, str], problem: str
) -> None:
    before = on_record(empty)
    reply = send(client, "/admin/organisation", **(NEW | fields))
    assert reply.status_code == 422
    assert problem in text(reply.text)
    assert on_record(empty) == before
