"""Answering by mailed link: the page, and the three requests of its script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy.event import listen, remove

from surveyapp.anonymity import base64url
from surveyapp.anonymity.change_code import ballot_id, from_words
from surveyapp.anonymity.tickets import fingerprint
from surveyapp.rounds import boxes
from surveyapp.storage.database import db
from tests import factories
from tests.web.papers import ask, blobs, credential, kept

if TYPE_CHECKING:
    from tests.installation import PageClient


def test_the_page_is_the_same_bytes_for_everybody_and_sets_no_cookie(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path = factories.split_link(links["Dana"][0])[0]
    first = client.get(path)
    factories.answer_by_link(client, links["Dana"][0])
    second = client.get(path, headers={"Cookie": "session=whatever"})
    assert first.data == second.data
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_promises_with_this_teams_own_numbers(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    page = client.get(factories.split_link(links["Dana"][0])[0]).text
    assert "only if 5 or more of the 10 of you answer" in page
    assert "only if 10 or more people write one" in page
    assert "If they appear, almost everyone wrote one" in page
    small = client.get(factories.split_link(links["Eve"][0])[0]).text
    assert "almost everyone answered" in small
    assert 'name="C1"' not in small


def test_the_key_is_the_one_that_the_link_names(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, _, fragment = links["Dana"][0].partition("#")
    key = client.get(f"{path}/key").get_json()
    assert key["fingerprint"] == fragment.partition(".")[2]
    assert key["fingerprint"] == fingerprint(factories.public_key(path))
    assert base64url.decode(key["e"]) == b"\x01\x00\x01"
    assert len(base64url.decode(key["n"])) == 256


def test_an_answer_looks_at_its_team_once_per_transaction(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    asked: list[str] = []

    def note(*event: object) -> None:
        asked.append(str(event[2]))

    with client.application.app_context():
        engine = db.engine
    listen(engine, "before_cursor_execute", note)
    factories.answer_by_link(client, links["Dana"][0])
    remove(engine, "before_cursor_execute", note)
    teams = [said for said in asked if "FROM round_team" in said and "FROM box" not in said]
    assert len(teams) == 6  # the key, twice; ticket and ballot, each to look and to write
    assert not [said for said in asked if "FROM organisation" in said]  # it comes with its team


def test_a_ballot_lies_under_its_change_code_and_says_nothing_of_its_link(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    words = factories.answer_by_link(client, links["Dana"][0])
    assert list(kept().ballots) == [ballot_id(from_words(words))]
    assert len(kept().issuance) == 1
    assert kept("Eve") == boxes.Boxes({}, {})


def test_a_lost_reply_is_repeated_and_another_paper_is_refused(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, token = factories.split_link(links["Dana"][0])
    paper, first = ask(client, links["Dana"][0])
    again = client.post(f"{path}/ticket", json=paper.ticket_request(token))
    assert again.get_json() == first.get_json()
    _paper, refused = ask(client, links["Dana"][0])
    assert refused.status_code == 409
    assert "one ballot paper" in refused.get_json()["errors"]["token"]
    assert len(kept().issuance) == 1


def test_the_same_ballot_sent_again_is_one_and_other_answers_need_the_change_code(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, _token = factories.split_link(links["Dana"][0])
    paper, fields = credential(client, links["Dana"][0])
    for _time in range(2):
        assert client.post(f"{path}/ballot", data=fields | factories.answers()).status_code == 201
    first = kept().ballots
    assert len(first) == 1
    other = client.post(f"{path}/ballot", data=fields | factories.answers(1))
    assert (other.status_code, kept().ballots) == (409, first)
    code = {"change_code": base64url.encode(paper.code)}
    assert client.post(f"{path}/ballot", data=code | factories.answers(1)).status_code == 201
    assert kept().ballots.keys() == first.keys()
    assert kept().ballots != first


def test_twelve_words_change_a_ballot_that_came_by_link(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, _token = factories.split_link(links["Dana"][0])
    words = factories.answer_by_link(client, links["Dana"][0])
    before = kept().ballots
    asked = client.post(f"{path}/change", data={"words": words})
    form = {"change_code": factories.carried_code(asked.text), **factories.answers(0)}
    assert "Your new answers" in client.post(f"{path}/change/answers", data=form).text
    assert kept().ballots.keys() == before.keys()
    assert kept().ballots != before
    changed = client.post(f"{path}/ballot", data={"change_code": words, **factories.answers(4)})
    assert changed.status_code == 201


def test_missing_and_too_long_answers_are_named_by_field(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, _token = factories.split_link(links["Dana"][0])
    _paper, fields = credential(client, links["Dana"][0])
    answers = factories.answers() | {"S1": "6", "C1": "x" * 501}
    del answers["P1"]
    before = blobs()
    reply = client.post(f"{path}/ballot", data=fields | answers)
    assert reply.status_code == 422
    assert set(reply.get_json()["errors"]) == {"S1", "P1", "C1"}
    assert blobs() == before


def test_an_answer_that_is_too_large_for_any_form_is_refused(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, token = factories.split_link(links["Dana"][0])
    reply = client.post(f"{path}/ticket", json={"token": token, "blinded": "A" * 70_000})
    assert reply.status_code == 413


def test_another_site_cannot_ask_for_a_ticket(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, _token = factories.split_link(links["Dana"][0])
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{path}/ticket", json={}, headers=headers).status_code == 403
    assert client.post(f"{path}/ballot", data={}, headers=headers).status_code == 403


def test_a_closed_round_says_until_when_it_took_answers(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, token = factories.split_link(links["Dana"][0])
    paper, fields = credential(client, links["Dana"][0])
    factories.close_and_release(1)
    page = client.get(path)
    assert page.status_code == 410
    assert "took answers until" in page.text
    for reply in (
        client.get(f"{path}/key"),
        client.post(f"{path}/ticket", json=paper.ticket_request(token)),
        client.post(f"{path}/ballot", data=fields | factories.answers()),
    ):
        assert reply.status_code == 410
        assert "took answers until" in reply.get_json()["errors"]["round"]
    assert client.get("/answer/aaaaaaaaaaaaaaaa").status_code == 404
    assert client.get("/answer/aaaaaaaaaaaaaaaa/key").status_code == 404


def test_a_mail_token_is_no_slip(client: PageClient, links: dict[str, list[str]]) -> None:
    _path, token = factories.split_link(links["Dana"][0])
    assert "No open round has this code" in client.post("/slip", data={"slip": token}).text


def test_every_answering_address_is_free_of_cookies(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path, token = factories.split_link(links["Dana"][0])
    replies = [
        client.get(path),
        client.get(f"{path}/key"),
        client.post(f"{path}/ticket", json={"token": token}),
        client.post(f"{path}/ballot", data={}),
        client.get(f"/promise/{factories.public_id(1)}"),
        client.get(f"/keys/{factories.public_id(1)}"),
    ]
    assert not any("Set-Cookie" in reply.headers for reply in replies)
    assert not any(re.search(r"csrf", reply.text) for reply in replies)
