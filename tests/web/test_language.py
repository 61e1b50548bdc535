"""The reader's choice goes first, then the roster's, then the browser's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.storage.database import writing
from surveyapp.storage.models import Account, Person
from surveyapp.web.account.links import is_own_path
from tests import factories
from tests.factories import send
from tests.page_checks import parse

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def language_of(page: str) -> str | None:
    return parse(page).get("lang")


@pytest.fixture
def dana(app: Flask) -> PageClient:
    """Sign in a leader of whose language the roster says nothing."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    return factories.signed_in(factories.make_leader_account(organisation, "Dana"))


def roster_says(language: str) -> None:
    with writing() as session:
        person = session.scalars(
            select(Person).where(Person.email == factories.address("Dana"))
        ).one()
        person.language = language


def choose(client: PageClient, language: str, following: str = "/leader/") -> int:
    form = {"lang": language, "next": following}
    return send(client, "/account/language", carried="/leader/", **form).status_code


def test_a_visitor_reads_the_browsers_language(client: PageClient) -> None:
    assert language_of(client.get("/", headers=GERMAN).text) == "de"


def test_a_visitor_of_none_of_our_languages_reads_english(client: PageClient) -> None:
    assert language_of(client.get("/", headers={"Accept-Language": "ja"}).text) == "en"


def test_what_is_asked_for_goes_before_the_browser(client: PageClient) -> None:
    assert language_of(client.get("/?lang=fr", headers=GERMAN).text) == "fr"


def test_an_unknown_language_is_as_none(client: PageClient) -> None:
    assert language_of(client.get("/?lang=../xx", headers=GERMAN).text) == "de"


def test_links_of_a_page_keep_what_was_asked_for(client: PageClient) -> None:
    links = [link.get("href", "") for link in parse(client.get("/?lang=fr").text).iter("a")]
    assert "/slip?lang=fr" in links


def test_no_form_of_answering_names_a_language_in_its_address_and_every_page_keeps_it(
    client: PageClient,
) -> None:
    northwind = factories.make_organisation()
    factories.make_team(northwind, "Dana", 12)
    code = factories.draw_codes(factories.open_round(northwind))["Dana"][0]
    path = "/slip?lang=fr"
    form: dict[str, str] = {"slip": code}
    visited: list[str] = []
    while True:  # as somebody presses each page's button
        page = client.post(path, data=form) if visited else client.get(path)
        assert language_of(page.text) == "fr"
        (sent,) = parse(page.text).iter("form")
        path = str(sent.get("action"))
        visited.append(path)
        if path.endswith("/words"):
            break
        carried = {
            str(one.get("name")): str(one.get("value"))
            for one in sent.iter("input")
            if one.get("type") == "hidden"
        }
        form = {
            "slip": code,
            **carried,
            **(factories.answers() if "change_code" in carried else {}),
        }
    assert visited[:2] == ["/slip", "/slip/answers"]
    assert len(visited) == 3
    change = visited[2].replace("words", "change")
    (sent,) = parse(client.get(f"{change}?lang=fr").text).iter("form")
    assert sent.get("action") == change
    words = client.post(change, data={"lang": "fr", "words": "zoo " * 12})
    assert language_of(words.text) == "fr"


def test_a_form_that_is_too_large_is_refused_in_some_language(client: PageClient) -> None:
    form = {"lang": "fr", "slip": "x" * 70_000}
    reply = client.post("/slip", data=form, headers=GERMAN)
    assert (reply.status_code, language_of(reply.text)) == (413, "de")


def test_a_page_offers_every_language_in_its_own_name(client: PageClient) -> None:
    page = client.get("/slip?lang=es").text
    for code, name in (("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")):
        assert f'lang="{code}" translate="no"' in page
        assert f">{name}</a>" in page


def test_the_roster_goes_before_the_browser(dana: PageClient) -> None:
    roster_says("fr")
    assert language_of(dana.get("/leader/", headers=GERMAN).text) == "fr"


def test_a_choice_goes_before_the_roster_and_is_kept(dana: PageClient) -> None:
    roster_says("fr")
    assert choose(dana, "es") == 302
    assert language_of(dana.get("/leader/", headers=GERMAN).text) == "es"
    assert language_of(factories.signed_in(factories.address("Dana")).get("/leader/").text) == "es"


def test_a_language_that_we_do_not_speak_is_not_kept(dana: PageClient) -> None:
    assert choose(dana, "eo") == 400
    with writing() as session:
        assert session.scalars(select(Account)).one().language is None


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "", "x"],
)
def test_choosing_leads_nowhere_else(dana: PageClient, elsewhere: str) -> None:
    assert choose(dana, "de", elsewhere) == 400


def test_own_paths_are_those_that_begin_with_one_slash() -> None:
    assert is_own_path("/leader/?round=1")
    assert not is_own_path("/leader\\..\\x")


def test_questions_in_another_language_are_marked_as_a_draft(
    client: PageClient, links: dict[str, list[str]]
) -> None:
    path = links["Dana"][0].partition("#")[0]
    english, german = (
        len(
            [
                p
                for p in parse(client.get(f"{path}?lang={code}").text).iter("p")
                if p.get("class") == "note"
            ]
        )
        for code in ("en", "de")
    )
    assert german == english + 1
