"""What an administrator sees of mails: by person, and never anything that an answer changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveyapp.jobs.schedule import enqueue
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Delivery,
    DeliveryState,
    Job,
    JobKind,
    JobState,
    Mailing,
    Person,
    RoleName,
)
from tests import factories

if TYPE_CHECKING:
    from tests.installation import PageClient


def open_round(client: PageClient, name: str = "Northwind") -> int:
    """Open a round of four people with mail; its administrator signs in."""
    organisation = factories.make_organisation(name)
    factories.make_team(organisation, f"Dana {name}", 4, mail=True)
    factories.sign_in(client, factories.make_account(organisation, f"Admin {name}", RoleName.ADMIN))
    return factories.open_round(organisation)


def note(round_id: int, *states: DeliveryState, mailing: str = Mailing.INVITATION) -> None:
    """Note what became of the mails to the round's people, in their order."""
    with writing() as session:
        people = session.query(Person).filter(Person.name.like("Dana% _")).order_by(Person.id)
        for person, state in zip(people, states, strict=False):
            fault = None if state == DeliveryState.SENT else f"550 <b>{state}</b>"
            session.merge(
                Delivery(
                    round_id=round_id,
                    person_id=person.id,
                    mailing=mailing,
                    state=state,
                    fault=fault,
                )
            )


def test_who_was_not_reached_is_named_with_the_servers_words_and_the_mend(
    client: PageClient,
) -> None:
    round_id = open_round(client)
    note(round_id, *DeliveryState)
    page = client.get("/admin/").text
    assert "Invitation: 1 email sent" in page
    assert "3 people were not reached" in page
    for number, became in ((2, "has to wait"), (3, "not taken"), (4, "came back")):
        place = page.index(f"dana.northwind.{number}@demo.example")
        assert became in page[place : place + 150]
    assert "dana.northwind.1@demo.example" not in page
    assert "550 &lt;b&gt;bounced&lt;/b&gt;" in page
    assert "Send these again" in page


def test_colons_stand_as_the_readers_language_sets_them(client: PageClient) -> None:
    round_id = open_round(client)
    note(round_id, *DeliveryState)
    page = client.get("/admin/?lang=fr").text
    assert "Invitation\N{NARROW NO-BREAK SPACE}: " in page
    fault = '<q translate="no">550 &lt;b&gt;bounced&lt;/b&gt;</q>'
    assert f"\N{NARROW NO-BREAK SPACE}: {fault}" in page


def test_each_mailing_has_its_line_in_the_order_in_which_they_are_sent(client: PageClient) -> None:
    round_id = open_round(client)
    for mailing in ("results-abc", "results-def", "announcement", "reminder-2", "invitation"):
        note(round_id, DeliveryState.SENT, DeliveryState.SENT, mailing=mailing)
    page = client.get(f"/admin/rounds/{factories.public_id(round_id)}").text
    lines = (
        "Invitation: 2 emails sent",
        "Second reminder: 2 emails sent",
        "Announcement to leaders: 2 emails sent",
        "Results to teams: 4 emails sent",
    )
    places = [page.index(line) for line in lines]
    assert places == sorted(places)
    assert "First reminder" not in page


def test_progress_and_what_keeps_a_mailing_from_going_on_are_shown(client: PageClient) -> None:
    round_id = open_round(client)
    with writing() as session:
        job = enqueue(session, JobKind.REMIND, f"{factories.public_id(round_id)}-1")
        job.state, job.done, job.total = JobState.RUNNING, 1, 4
    page = client.get(f"/admin/rounds/{factories.public_id(round_id)}").text
    assert "First reminder: 0 emails sent, 3 to go" in page
    assert "First reminder" not in client.get("/admin/").text
    for state, said in ((JobState.WAITING, "Tried again later:"), (JobState.FAILED, "Given up:")):
        with writing() as session:
            session.query(Job).update({"state": state, "fault": "The server is away."})
        page = client.get("/admin/").text
        assert said in page
        assert "The server is away." in page


def test_another_organisations_mails_are_not_shown(client: PageClient) -> None:
    contoso = open_round(client, "Contoso")
    note(contoso, *DeliveryState)
    client.get("/account/logout")
    client.delete_cookie("session")
    open_round(client)
    page = client.get("/admin/").text
    assert "not reached" not in page
    assert "contoso" not in page


def test_the_page_is_the_same_whoever_has_answered(client: PageClient) -> None:
    round_id = open_round(client)
    note(round_id, DeliveryState.SENT, DeliveryState.BOUNCED)
    before = client.get("/admin/").text
    for link in factories.draw_links(round_id)["Dana Northwind"][:3]:
        factories.answer_by_link(client, link)
    after = client.get("/admin/").text
    assert factories.token(before)
    assert after.replace(factories.token(after), "") == before.replace(factories.token(before), "")
