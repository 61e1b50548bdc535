"""The form of a check-in agreement, its calendar file, and what a result says of it."""

from __future__ import annotations

import datetime as dt
import html
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from surveyapp.followup import agreement
from surveyapp.followup.agreement import MOST_CHARACTERS, Written
from surveyapp.storage.database import writing
from surveyapp.storage.models import Agreement, Outcome, Round
from surveyapp.web.pages import today
from tests import factories, followups, publications
from tests.followups import AGREED
from tests.page_checks import parse, text_of
from tests.publications import FINE

if TYPE_CHECKING:
    from tests.installation import PageClient

MARKED_UP = "<script>alert(1)</script> & \"quoted\" 'text'"


@pytest.fixture
def spring(client: PageClient) -> int:
    """Release a round of Dana's team and Eve's; Dana is signed in."""
    organisation = factories.make_organisation()
    for leader, size in (("Dana", 12), ("Eve", 5)):
        factories.make_team(organisation, leader, size)
        factories.make_leader_account(organisation, leader)
    made = factories.open_round(organisation)
    factories.close_and_release(made)
    factories.sign_in(client, "dana@demo.example")
    return made


def path(round_id: int, page: str = "agreement") -> str:
    return f"/leader/results/{factories.public_id(round_id)}/{page}"


def form(**changed: str) -> dict[str, str]:
    return {
        "what": AGREED.what,
        "when": AGREED.when,
        "how": AGREED.how,
        "until": AGREED.until.isoformat(),
        "sign": AGREED.sign,
        "outcome": "agreed",
    } | changed


def send(client: PageClient, round_id: int, **changed: str) -> tuple[int, str]:
    reply = factories.send(client, path(round_id), **form(**changed))
    return reply.status_code, reply.text


def saved(round_id: int) -> Written | None:
    with writing() as session:
        return agreement.read(session, followups.round_team(session, round_id))


def publish(round_id: int, **items: int) -> None:
    """Put a result of many people in the place of what was counted."""
    shown = replace(FINE, items={**FINE.items, **items})
    publications.publish(factories.team_ids(round_id)["Dana"], shown)


def test_what_is_sent_is_kept_and_shown_again(client: PageClient, spring: int) -> None:
    assert send(client, spring)[0] == 302
    assert saved(spring) == Written(AGREED, Outcome.AGREED, today())
    page = client.get(path(spring)).text
    assert html.escape(AGREED.sign) in page
    assert f'value="{AGREED.until.isoformat()}"' in page
    assert 'value="agreed" checked' in page


def test_it_begins_empty_and_not_agreed(client: PageClient, spring: int) -> None:
    page = client.get(path(spring)).text
    assert 'value="not_yet" checked' in page
    assert "agreement.ics" not in page
    assert client.get(path(spring, "agreement.ics")).status_code == 404


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"what": ""}, "Please write something here."),
        ({"when": " \n\u200b "}, "Please write something here."),
        ({"how": "x" * (MOST_CHARACTERS + 1)}, "This text has 301 characters and 300 is the most."),
        ({"until": ""}, "Please choose a day."),
        ({"until": "31.12.2027"}, "Please choose a day."),
        ({"until": "2020-01-01"}, "This day has passed."),
        ({"outcome": "refused"}, "Please choose one of these."),
        ({"outcome": ""}, "Please choose one of these."),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(
    client: PageClient, spring: int, changed: dict[str, str], problem: str
) -> None:
    status, page = send(client, spring, **changed)
    assert status == 422
    assert problem in text_of(parse(page))
    assert AGREED.sign in page
    assert saved(spring) is None


def test_the_longest_text_in_any_script_is_kept(client: PageClient, spring: int) -> None:
    assert send(client, spring, how="語" * MOST_CHARACTERS)[0] == 302
    found = saved(spring)
    assert found
    assert found.agreed.how == "語" * MOST_CHARACTERS


def test_the_outcome_can_be_recorded_when_the_last_day_is_past(
    client: PageClient, spring: int
) -> None:
    past = today() - dt.timedelta(days=3)
    followups.agree(spring, outcome=Outcome.NOT_YET, agreed=replace(AGREED, until=past))
    assert send(client, spring, until=past.isoformat())[0] == 302
    earlier = (past - dt.timedelta(days=1)).isoformat()
    assert send(client, spring, until=earlier)[0] == 422


def test_nothing_typed_is_taken_for_markup_on_any_page(client: PageClient, spring: int) -> None:
    texts = dict.fromkeys(("what", "when", "how", "sign"), MARKED_UP)
    assert send(client, spring, **texts)[0] == 302
    summer = factories.open_round(1, "Summer")
    team = factories.team_ids(summer)["Dana"]
    pages = [
        client.get(address).text
        for address in (
            path(spring),
            f"/share/{followups.share(spring)}",
            f"/answer/{team}",
        )
    ]
    code = factories.draw_codes(summer)["Dana"][0]
    pages.append(client.post("/slip", data={"slip": code}).text)
    factories.close_and_release(summer)
    publish(summer, K1=8, K2=8)
    pages.append(client.get(path(summer, "")[:-1]).text)
    for page in pages:
        assert "<script>alert" not in page
        assert text_of(parse(page)).count(MARKED_UP) == 4


def test_no_log_has_a_word_of_it(
    client: PageClient, spring: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    send(client, spring, what="purple elephants")
    send(client, spring, what="purple elephants", until="nonsense elephants")
    with writing() as session:
        session.execute(Agreement.__table__.delete())  # type: ignore[attr-defined]
    assert "elephants" not in caplog.text


def test_the_calendar_file_is_downloaded_and_is_of_the_last_day(
    client: PageClient, spring: int
) -> None:
    send(client, spring, what="Offers; and, more")
    reply = client.get(path(spring, "agreement.ics"))
    assert reply.content_type == "text/calendar; charset=utf-8"
    assert reply.headers["Content-Disposition"].startswith("attachment")
    file = reply.text.replace("\r\n ", "")
    assert f"DTSTART;VALUE=DATE:{AGREED.until:%Y%m%d}" in file
    assert "What is checked: Offers\\; and\\, more\\n" in file
    assert client.get(path(spring, "agreement.ics")).data == reply.data


def test_another_leader_reads_and_writes_their_own_alone(client: PageClient, spring: int) -> None:
    followups.agree(spring, "Eve", agreed=replace(AGREED, what="Eve’s own"))
    assert "Eve’s own" not in client.get(path(spring)).text
    send(client, spring)
    with writing() as session:
        eve = agreement.read(session, followups.round_team(session, spring, "Eve"))
    assert eve
    assert eve.agreed.what == "Eve’s own"


def test_the_overview_says_what_became_of_it(client: PageClient, spring: int) -> None:
    said = []
    for outcome in (None, *Outcome):
        if outcome:
            followups.agree(spring, outcome=outcome)
        said.append(text_of(parse(client.get("/leader/").text)))
    for page, words in zip(
        said,
        ("none yet", "written, not agreed yet", "agreement (agreed)", "changed and agreed"),
        strict=True,
    ):
        assert words in page


@pytest.mark.parametrize(
    ("kept", "felt", "takeaway"),
    [
        (9, 8, "Kept, and it felt more like help"),
        (6, 6, "Partly kept, and it felt as much like control as like help"),
        (3, 5, "Not kept, and it felt more like control"),
    ],
)
def test_the_next_result_says_whether_it_was_kept_and_how_it_felt(
    client: PageClient, spring: int, kept: int, felt: int, takeaway: str
) -> None:
    followups.agree(spring)
    summer = factories.open_round(1, "Summer")
    factories.close_and_release(summer)
    publish(summer, K1=kept, K2=felt)
    page = text_of(parse(client.get(path(summer, "")[:-1]).text))
    assert takeaway in page
    assert AGREED.what in page


def test_a_result_without_an_agreement_before_it_says_nothing_of_one(
    client: PageClient, spring: int
) -> None:
    publish(spring)
    assert 'id="agreement"' not in client.get(path(spring, "")[:-1]).text
    with writing() as session:
        assert all(team.agreement is None for team in session.get_one(Round, spring).teams)
