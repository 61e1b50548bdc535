from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from surveyapp.core.questionnaire import COMMENTS, ITEMS
from surveyapp.rounds import boxes, dates
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round
from surveyapp.web.pages import keys, today
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

COMMENT = "Keep asking “why” <b>before</b> we start."


@pytest.fixture
def codes(app: Flask) -> list[str]:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 10)
    return factories.draw_codes(factories.open_round(organisation))["Dana"]


def kept() -> boxes.Boxes:
    with writing() as session:
        opened = session.get_one(Round, 1)
        return boxes.unseal(session, opened.teams[0], keys().read(opened.public_id))


def start(client: PageClient, code: str) -> dict[str, str]:
    """Type a slip's code; return what the form then carries."""
    page = client.post("/slip", data={"slip": code})
    assert page.status_code == 200
    return {"slip": code, "change_code": factories.carried_code(page.text)}


def test_a_slip_opens_a_form_with_every_question_in_its_order(
    client: PageClient, codes: list[str]
) -> None:
    page = client.post("/slip", data={"slip": codes[0].lower()}).text
    asked = list(dict.fromkeys(re.findall(r'name="([A-Z]\d\w?)"', page)))
    order = "T1 S1 E1 P1 A1 S4r T3r P3r S2 E3r T2 P2 A2r S3 E2 P4r F1 C1 C2"
    assert asked == order.split()
    assert page.count('type="radio"') == sum(len(item.choices) for item in ITEMS)


def test_the_promise_says_this_teams_own_numbers(client: PageClient, codes: list[str]) -> None:
    page = client.post("/slip", data={"slip": codes[0]}).text
    assert "only if 5 or more of the 10 of you answer" in page
    assert "only if 10 or more people write one" in page


def test_a_small_team_is_told_so_and_asked_for_no_comments(client: PageClient, app: Flask) -> None:
    organisation = factories.make_organisation()
    for leader, size in (("Bo", 6), ("Cy", 4)):
        factories.make_team(organisation, leader, size)
    codes = factories.draw_codes(factories.open_round(organisation))
    six = client.post("/slip", data={"slip": codes["Bo"][0]}).text
    assert "If a result appears, almost everyone answered." in six
    assert "<textarea" not in six
    four = client.post("/slip", data={"slip": codes["Cy"][0]}).text
    assert "sees no result of this team alone" in four
    assert "Your answers may count in the total of a larger group." in four


def test_answers_go_into_the_box_and_twelve_words_come_back(
    client: PageClient, codes: list[str]
) -> None:
    words = factories.answer_by_slip(client, codes[0], factories.answers() | {"C1": COMMENT})
    assert len(words.split()) == 12
    inside = kept()
    assert len(inside.ballots) == 1
    assert COMMENT.encode() in next(iter(inside.ballots.values()))


def test_missing_foreign_and_out_of_range_answers_come_back_with_nothing_lost(
    client: PageClient, codes: list[str]
) -> None:
    sent = start(client, codes[0]) | factories.answers(3) | {"C1": COMMENT}
    del sent["T1"]
    sent |= {"S1": "9", "E1": "unchecked", "F1": "4"}
    reply = client.post("/slip/answers", data=sent)
    assert reply.status_code == 422
    wrong = set(re.findall(r'<p class="problem" id="(\w+)-problem"', reply.text))
    assert wrong == {"T1", "S1", "E1", "F1"}
    assert "4 questions need another look" in reply.text
    checked = dict(re.findall(r'name="(\w+)" id="\w+-[\w-]+" value="([\w-]+)" checked', reply.text))
    good = {name: choice for name, choice in factories.answers(3).items() if name not in wrong}
    assert checked == good
    assert "Keep asking “why” &lt;b&gt;before&lt;/b&gt; we start." in reply.text
    assert not kept().ballots
    again = client.post("/slip/answers", data=sent | factories.answers(3))
    assert again.status_code == 200


def test_a_comment_that_is_too_long_is_kept_on_the_page_and_its_length_told(
    client: PageClient, codes: list[str]
) -> None:
    long = "word " * 120
    sent = start(client, codes[0]) | factories.answers() | {"C2": long}
    reply = client.post("/slip/answers", data=sent)
    assert reply.status_code == 422
    assert "This text has 599 characters and 500 is the most." in reply.text
    assert long.strip() in reply.text


def test_the_longest_comments_in_any_script_are_taken(client: PageClient, codes: list[str]) -> None:
    for code, character in zip(codes, ("字", "\U0001d56b", '"', "\n."), strict=False):
        text = (character * 500)[:499] + "x"
        both = {comment.id: text for comment in COMMENTS}
        factories.answer_by_slip(client, code, factories.answers() | both)


def test_a_used_slip_is_refused_and_shows_the_way_to_the_twelve_words(
    client: PageClient, codes: list[str]
) -> None:
    factories.answer_by_slip(client, codes[0])
    sent = start(client, codes[0])
    reply = client.post("/slip/answers", data=sent | factories.answers())
    assert reply.status_code == 422
    assert "This slip has been used" in reply.text
    assert re.search(r'href="/answer/\w+/change"', reply.text)


def test_who_kept_the_printed_codes_cannot_count_the_answers_with_them(
    client: PageClient, codes: list[str]
) -> None:
    def seen() -> list[str]:
        carried = r'name="change_code" value="\w+"'
        return [re.sub(carried, "", client.post("/slip", data={"slip": c}).text) for c in codes]

    before = seen()
    factories.answer_by_slip(client, codes[0])
    assert seen() == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_another_site_sends_is_refused(
    client: PageClient, codes: list[str], site: str
) -> None:
    """It would carry a change code that its maker knows."""
    sent = start(client, codes[0]) | factories.answers()
    for path in ("/slip", "/slip/answers"):
        reply = client.post(path, data=sent, headers={"Sec-Fetch-Site": site})
        assert reply.status_code == 403
    assert not kept().ballots
    own = client.post("/slip/answers", data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 200


def test_addresses_are_the_installations_own_whatever_a_request_calls_it(
    client: PageClient, codes: list[str]
) -> None:
    sent = start(client, codes[0]) | factories.answers()
    reply = client.post("/slip/answers", data=sent, headers={"Host": "localhost:1"})
    assert "localhost:1" not in reply.text
    assert re.search(r">http://127\.0\.0\.1:8000/answer/\w+/change<", reply.text)


def test_of_two_open_forms_of_one_slip_the_first_counts(
    client: PageClient, codes: list[str]
) -> None:
    first, second = start(client, codes[0]), start(client, codes[0])
    assert client.post("/slip/answers", data=first | factories.answers(1)).status_code == 200
    refused = client.post("/slip/answers", data=second | factories.answers(2))
    assert refused.status_code == 422
    assert "This slip has been used" in refused.text
    again = client.post("/slip/answers", data=first | factories.answers(1))
    assert again.status_code == 200
    assert len(kept().ballots) == 1


@pytest.mark.parametrize("change_code", ["", "zz", "00", "ab" * 17])
def test_a_form_without_its_change_code_is_refused(
    client: PageClient, codes: list[str], change_code: str
) -> None:
    sent = {"slip": codes[0], "change_code": change_code} | factories.answers()
    assert client.post("/slip/answers", data=sent).status_code == 422
    assert not kept().ballots


@pytest.mark.parametrize("typed", ["", "hello", "ABCD-EFGH-JKMN", "<script>"])
def test_a_code_of_no_round_is_refused_and_kept_in_its_field(
    client: PageClient, codes: list[str], typed: str
) -> None:
    reply = client.post("/slip", data={"slip": typed})
    assert reply.status_code == 422
    assert "No open round has this code" in reply.text


def test_twelve_words_replace_the_answers_and_never_show_the_earlier_ones(
    client: PageClient, codes: list[str]
) -> None:
    words = factories.answer_by_slip(client, codes[0], factories.answers(0) | {"C1": COMMENT})
    before = kept().ballots
    address = f"/answer/{factories.team_ids(1)['Dana']}/change"
    asked = client.post(address, data={"words": words.upper()})
    assert asked.status_code == 200
    assert '" checked' not in asked.text
    assert "Keep asking" not in asked.text
    sent = {"change_code": factories.carried_code(asked.text)} | factories.answers(4)
    assert client.post(f"{address}/answers", data=sent).status_code == 200
    after = kept().ballots
    assert before.keys() == after.keys()
    assert before != after


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("abandon", "Please type twelve words; this is 1."),
        ("abondon " * 12, "Word 1, “abondon”, is never one of the twelve."),
        ("abandon " * 12, "mistyped or out of place"),
    ],
)
def test_wrong_words_are_told_apart_and_kept_in_their_field(
    client: PageClient, codes: list[str], words: str, told: str
) -> None:
    address = f"/answer/{factories.team_ids(1)['Dana']}/change"
    reply = client.post(address, data={"words": words})
    assert reply.status_code == 422
    assert told in reply.text
    assert words in reply.text


def test_only_new_answers_find_out_whether_there_are_any_under_some_words(
    client: PageClient, codes: list[str]
) -> None:
    """Whoever made somebody tell their words would otherwise have a proof that they answered."""
    address = f"/answer/{factories.team_ids(1)['Dana']}/change"
    pages = []
    for words in (factories.answer_by_slip(client, codes[0]), "abandon " * 11 + "about"):
        page = client.post(address, data={"words": words})
        assert page.status_code == 200
        pages.append(re.sub(r'name="change_code" value="\w+"', "", page.text))
    assert pages[0] == pages[1]
    form = {"change_code": factories.carried_code(page.text), **factories.answers(0)}
    before = kept()
    refused = client.post(f"{address}/answers", data=form)
    assert refused.status_code == 422
    assert "No answers are kept under these words." in refused.text
    assert kept() == before


def test_after_the_last_day_every_door_says_so(
    client: PageClient, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = start(client, codes[0]) | factories.answers()
    address = f"/answer/{factories.team_ids(1)['Dana']}/change"
    later = today() + dt.timedelta(days=11)
    monkeypatch.setattr(dates, "today", lambda _organisation: later)
    for reply in (
        client.post("/slip", data={"slip": codes[0]}),
        client.post("/slip/answers", data=sent),
        client.get(address),
        client.post(f"{address}/answers", data=sent),
    ):
        assert reply.status_code in {404, 410, 422}
        assert "It is closed now. What was in the box by then counts" in reply.text
    assert not kept().ballots


def test_an_error_in_the_ballot_route_leaves_no_answer_and_no_code_in_the_log(
    client: PageClient,
    codes: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent = start(client, codes[0]) | factories.answers() | {"C1": COMMENT}

    def fail(*_arguments: object) -> None:
        message = f"could not write {sent}"
        raise RuntimeError(message)

    monkeypatch.setattr(boxes, "reseal", fail)
    reply = client.post("/slip/answers", data=sent, may_fail=True)
    assert reply.status_code == 500
    assert "RuntimeError in answer.send" in caplog.text
    for secret in (codes[0], sent["change_code"], COMMENT, "127.0.0.1"):
        assert secret not in caplog.text
        assert secret not in reply.text
    assert not kept().issuance


def test_a_flood_of_bytes_is_refused_on_a_page_of_its_own(client: PageClient) -> None:
    reply = client.post("/slip", data={"slip": "x" * 70_000})
    assert reply.status_code == 413
    assert "That was too much at once" in reply.text
