"""Before a leader sees where the team puts them, they see once more where they guessed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.followup import selfform
from surveyapp.storage.database import writing
from tests import factories, followups

if TYPE_CHECKING:
    from surveyapp.core.position import Point
    from tests.installation import PageClient

GUESSED, RESULT = "You guessed here", "How your team feels led"


def released(client: PageClient, guess: Point | None, answered: int = 6) -> str:
    """Release a result to a leader who guessed; returns its address."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 6)
    made = factories.open_round(organisation)
    for code in factories.draw_codes(made)["Dana"][:answered]:
        factories.answer_by_slip(client, code)
    with writing() as session:
        selfform.save(session, followups.round_team(session, made), {"S1": 4}, guess)
    factories.close_and_release(made)
    factories.sign_in(client, factories.make_leader_account(organisation, "Dana"))
    return f"/leader/results/{factories.public_id(made)}"


def test_the_guess_comes_first_and_a_plain_link_leads_on(client: PageClient) -> None:
    path = released(client, (0.8, 0.2))
    page = client.get(path).text
    assert GUESSED in page
    assert RESULT not in page
    assert "-figure" not in page
    assert f'href="{path}?reveal=1"' in page
    assert RESULT in client.get(f"{path}?reveal=1").text


def test_once_revealed_it_stays_so_in_this_browser_alone(client: PageClient) -> None:
    path = released(client, (0.8, 0.2))
    client.get(f"{path}?reveal=1")
    assert RESULT in client.get(path).text
    other = factories.signed_in("dana@demo.example")
    assert GUESSED in other.get(path).text


@pytest.mark.parametrize(("guess", "answered"), [(None, 6), ((0.8, 0.2), 3)])
def test_without_a_guess_or_a_place_there_is_nothing_to_compare(
    client: PageClient, guess: Point | None, answered: int
) -> None:
    assert RESULT in client.get(released(client, guess, answered)).text
