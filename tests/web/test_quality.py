"""How good a round's answers are: an administrator's page, about the whole organisation alone."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from surveyapp.anonymity.ballot import Ballot
from surveyapp.anonymity.change_code import new_code
from surveyapp.core.moments import FEWEST_FOR_MOMENTS
from surveyapp.rounds.answering import Answering
from surveyapp.storage.database import writing
from surveyapp.storage.models import RoleName, Round, RoundTeam, State
from surveyapp.web.pages import keys, today
from tests import factories
from tests.qualities import QUALITIES

if TYPE_CHECKING:
    from surveyapp.core.quality import Quality
    from tests.installation import PageClient

TAKEAWAYS = {
    "never looked at": "Not looked at",
    "too few": "Too few answers to tell",
    "few teams": "Nothing unusual in the answers",
    "rough": "A team’s average is a rough guide: do not compare leaders by it",
    "fair": "A team’s average says a good deal about how it is led",
    "many alike": "Many gave the same answer to everything",
    "depends": "The result depends on unusual answers",
}


def answered(leaders: int) -> int:
    """Open a round in which the five of each leader answer."""
    organisation = factories.make_organisation()
    factories.make_account(organisation, "Ruth", RoleName.ADMIN)
    for number in range(leaders):
        factories.make_team(organisation, f"Leader{number}", 5)
    round_id = factories.open_round(organisation)
    with writing() as session:
        for place, codes in enumerate(factories.draw_codes(round_id).values()):
            for code in codes:
                ballot = Ballot(factories.answers(place % 5) | {"S4r": "1", "T3r": "2"}, {})
                Answering(session, keys(), today()).submit(code, new_code(), ballot)
    return round_id


@pytest.fixture
def address(client: PageClient) -> str:
    """Close a round, sign its administrator in, and return where the page is."""
    round_id = answered(1)
    factories.close_and_release(round_id, release=False)
    factories.sign_in(client, "ruth@demo.example")
    return f"/admin/rounds/{factories.public_id(round_id)}/quality"


def keep(quality: Quality | None, **changes: Any) -> None:  # noqa: ANN401  (any column's value)
    with writing() as session:
        found = session.query(Round).one()
        found.quality = quality.to_json() if quality else None
        for name, value in changes.items():
            setattr(found, name, value)


def text_of(page: str) -> str:
    main = html.unescape(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]))
    return re.sub(r"\s+([,.])", r"\1", " ".join(main.split()))


def test_closing_says_how_good_the_answers_are_and_names_no_leader(client: PageClient) -> None:
    round_id = answered(10)
    factories.close_and_release(round_id)
    factories.sign_in(client, "ruth@demo.example")
    link = f"/admin/rounds/{factories.public_id(round_id)}/quality"
    assert f'href="{link}"' in client.get("/admin/").text
    page = text_of(client.get(link).text)
    assert "50 or more, from 10 teams or more" in page
    assert "Same answer everywhere fewer than 5 in 100" in page
    assert "Closeness 0.95 or more 0.95 or more" in page
    assert "Purpose not defined not defined" in page
    assert "Closeness 0.65 clearly" in page
    assert "it takes 200 answers in which none of the 16 questions is left out" in page
    assert "Nothing else of the answers was kept." in page
    assert "Leader" not in page


@pytest.mark.parametrize("name", QUALITIES)
def test_the_page_begins_with_what_matters_most(
    client: PageClient, address: str, name: str
) -> None:
    keep(QUALITIES[name])
    assert f'<p class="say">{TAKEAWAYS[name]}</p>' in client.get(address).text


def test_ends_and_what_is_undefined_or_withheld_are_told_in_words(
    client: PageClient, address: str
) -> None:
    keep(QUALITIES["rough"])
    page = text_of(client.get(address).text)
    for said in (
        "Closeness 0.12 0.45",
        "Trust 0.00 or less not defined",
        "not defined Purpose Not shown: too few answers",
        "How it is meant 0.90 or more hardly",
        "Check-ins 0.81 not defined",
        "Sums over all complete answers were kept, as the promise said",
    ):
        assert said in page
    assert "2000" not in page


@pytest.mark.parametrize(
    ("state", "destroyed"),
    [(State.OPEN, False), (State.CLOSING, False), (State.CLOSED, False), (State.DISCARDED, True)],
)
def test_before_answers_are_destroyed_there_is_no_such_page(
    client: PageClient, address: str, state: State, *, destroyed: bool
) -> None:
    assert address in client.get("/admin/").text
    keep(QUALITIES["rough"], state=state, destroyed=destroyed)
    assert client.get(address, may_fail=True).status_code == 404
    assert address not in client.get("/admin/").text


@pytest.mark.parametrize(("invited", "late", "told"), [(0, 0, True), (-1, 0, False), (0, 1, False)])
def test_the_promise_says_what_is_kept_of_rounds_that_were_large_enough_at_opening(
    client: PageClient, invited: int, late: int, *, told: bool
) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", FEWEST_FOR_MOMENTS + invited)
    round_id = factories.open_round(organisation)
    with writing() as session:
        session.query(RoundTeam).one().joined_late = late
    page = client.get(f"/promise/{factories.public_id(round_id)}").text
    assert ("sums over all of them" in page) == told
