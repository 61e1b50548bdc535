"""What a comment may give away is pointed out in the browser, once, and never holds anything up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

import surveyapp
from surveyapp.core.questionnaire import ITEMS
from tests.browser.answering_states import TELLING, to_hints
from tests.browser.states import CHOOSE, SEND, choose, chosen, open_link, type_slip

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.site import Site
    from tests.browser.visitor import Watch

FOUND: Final = """async ([language, texts]) => {
  const { inComment } = await import('/static/answer.js');
  return texts.map(text => inComment(text, language));
}"""
SAME: Final = """async all => {
  const { sameEverywhere } = await import('/static/answer.js');
  return all.map(sameEverywhere);
}"""
PLAIN: Final = Path(surveyapp.__file__).parent / "static" / "answer.js"
HARMLESS: Final = {
    "en": [
        "Ask me first. Then I can plan.",
        "A fixed day to check in, as on Mondays, and less in Excel.",
        "I am only asked at the end, 24/7, in 2 of 3 cases.",
        "My leader is the only one who checks, and I may wait 2.5 weeks.",
        "Say why a number matters before 1000 slides are made.",
        "",
    ],
    "de": [
        "Bitte mehr Zeit für die Arbeit und weniger Berichte im Team.",
        "Am Montag hätte ich gerne einen festen Termin, damit ich planen kann.",
        "Meine Führungskraft fragt nur am Ende. Die Ziele sind nicht klar.",
        "Nur einmal in der Woche, und bitte nicht 3-mal am Tag.",
    ],
    "fr": [
        "Plus de confiance, et un seul point par semaine.",
        "Dire pourquoi un chiffre compte. Ensuite je peux travailler seul.",
        "Je voudrais 35 h par semaine sans contrôle.",
    ],
    "es": [
        "Más confianza y una sola reunión por semana.",
        "Decir por qué importa un número. Así puedo planear mi trabajo.",
        "Solo una vez al mes, y a las personas correctas.",
    ],
}
NAMES: Final = {
    "en": {
        "It helped when Anna asked me.": "Anna",
        "Mr Miller looks too often.": "Mr Miller",
        "They work for Jean-Luc Picard, too.": "Jean-Luc Picard",
    },
    "de": {
        "Das hat mir Anna Müller gezeigt.": "Anna Müller",
        "Frau Öztürk fragt jeden Tag.": "Frau Öztürk",
        "Bitte mit Herrn Weiß absprechen.": "Herrn Weiß",
    },
    "fr": {
        "C’est mieux quand Élodie est là.": "Élodie",
        "Madame Lefèvre regarde tout.": "Madame Lefèvre",
    },
    "es": {
        "Fue mejor cuando preguntó Íñigo.": "Íñigo",
        "La Sra. Núñez lo mira todo.": "Sra. Núñez",
    },
}
ONLY: Final = {
    "en": [
        "I am the only one on nights.",
        "I’m the only woman here.",
        "As the only designer, it is hard.",
        "Nobody else in my team does nights.",
        "Everyone is asked except me.",
    ],
    "de": [
        "Ich bin die einzige im Lager.",
        "Ich war hier der Einzige.",
        "Als einzige Frau ist es schwer.",
        "Alle werden gefragt außer mir.",
    ],
    "fr": [
        "Je suis le seul à faire des nuits.",
        "En tant que seule femme, c’est dur.",
        "Tous sont consultés sauf moi.",
    ],
    "es": [
        "Soy la única en el almacén.",
        "Como único diseñador, es difícil.",
        "Nadie más hace noches.",
    ],
}
WHEN: Final = {
    "en": {
        "On 3 May it went well.": "3 May",
        "We met at 2 pm.": "2 pm",
        "Since March 2026 it is worse.": "Since March",
        "The talk of May 2026, say.": "May 2026",
        "In the call on 2026-03-12.": "2026-03-12",
        "As at 9:30, say.": "9:30",
        "Last May was good.": "Last May",
    },
    "de": {
        "Am 12.3. war es gut.": "12.3.",
        "Wie am 3. März, um acht.": "3. März",
        "Immer um 14 Uhr.": "14 Uhr",
        "Seit Oktober ist es besser.": "Seit Oktober",
    },
    "fr": {
        "Le 1er février, par exemple.": "1er février",
        "Toujours à 14h30.": "14h30",
        "Depuis août c’est mieux.": "Depuis août",
    },
    "es": {
        "El 5 de mayo fue bueno.": "5 de mayo",
        "Siempre a las 9.": "a las 9",
        "Desde enero es peor.": "Desde enero",
    },
}
CONTACTS: Final = {
    "Write to anna@example.org please.": "anna@example.org",
    "Call +49 171 2345678 for it.": "+49 171 2345678",
    "Ruf 0171/2345678 an.": "0171/2345678",
    "Tél. 06 12 34 56 78.": "06 12 34 56 78",
    "Tel. 612 345 678.": "612 345 678",
}


@pytest.fixture
def rules(page: Page) -> Page:
    """Open a page that may load our scripts."""
    page.goto("/slip")
    return page


def kinds(page: Page, language: str, texts: list[str], kind: str) -> list[str | None]:
    found = page.evaluate(FOUND, [language, texts])
    return [one.get(kind) for one in found]


def test_what_tells_nothing_of_anybody_is_let_alone(rules: Page) -> None:
    for language, texts in HARMLESS.items():
        assert rules.evaluate(FOUND, [language, texts]) == [{}] * len(texts), language


def test_names_are_found_where_they_stand(rules: Page) -> None:
    for language, texts in NAMES.items():
        assert kinds(rules, language, list(texts), "name") == list(texts.values())


def test_a_german_comment_on_an_english_page_does_not_call_every_noun_a_name(rules: Page) -> None:
    assert rules.evaluate(FOUND, ["en", HARMLESS["de"]]) == [{}] * len(HARMLESS["de"])


def test_who_is_the_only_one_is_found_in_every_language_on_every_page(rules: Page) -> None:
    for texts in ONLY.values():
        for page_language in ONLY:
            found = kinds(rules, page_language, texts, "only")
            assert None not in found, (page_language, list(zip(texts, found, strict=True)))


def test_dates_and_times_are_found(rules: Page) -> None:
    for language, texts in WHEN.items():
        assert kinds(rules, language, list(texts), "when") == list(texts.values())


def test_addresses_and_numbers_are_found_and_dates_are_none(rules: Page) -> None:
    assert kinds(rules, "en", list(CONTACTS), "contact") == list(CONTACTS.values())
    assert kinds(rules, "de", ["Am 01.05.2026 um 9:30"], "contact") == [None]


def test_the_same_answer_everywhere_is_seen_beside_what_is_no_scale(rules: Page) -> None:
    same = {item.id: "4" for item in ITEMS} | {"F1": "0", "K1": "1"}
    none = {item.id: "na" for item in ITEMS}
    assert rules.evaluate(SAME, [same, same | {"T3r": "2"}, none, chosen()]) == [
        *(True, False, False, False)
    ]


@pytest.mark.parametrize("way", ["link", "slip"])
def test_a_hint_is_shown_once_and_send_again_sends(page: Page, site: Site, way: str) -> None:
    if way == "link":
        to_hints(page, site)
    else:
        type_slip(page, site.new_code())
        choose(page)
        page.fill("#C1", TELLING)
        page.click(SEND)
    hints = page.locator("#hints")
    expect(hints).to_have_attribute("role", "status")
    expect(hints).to_be_in_viewport()
    for piece in ("Anna Miller", "3 May", "I was the only"):
        expect(hints).to_contain_text(f"“{piece}”")
    hints.locator("a").first.click()
    expect(page.locator("#C1")).to_be_focused()
    page.click(SEND)
    page.wait_for_selector(".code")


def test_a_hint_goes_as_soon_as_it_is_heeded(page: Page, site: Site) -> None:
    to_hints(page, site)
    page.fill("#C1", "Ask me first.")
    expect(page.locator("#hints")).to_be_empty()
    page.fill("#C1", "Ask Anna Miller on 3 May.")
    expect(page.locator("#hints li")).to_contain_text("Anna Miller")
    page.click(SEND)
    page.wait_for_selector(".code")


def test_the_same_answer_everywhere_is_asked_about_once(
    page: Page, site: Site, watch: Watch
) -> None:
    open_link(page, site.new_link())
    page.evaluate(CHOOSE, [f"{item.id}-{item.choices[3]}" for item in ITEMS])
    before = len(watch.asked)
    page.click(SEND)
    expect(page.locator("#hints li")).to_have_count(1)
    assert watch.asked[before:] == []
    page.click(SEND)
    page.wait_for_selector(".code span")


def test_the_server_cannot_tell_by_a_pause_who_was_shown_a_hint(
    page: Page, site: Site, watch: Watch
) -> None:
    asked = []
    for comment in (TELLING, ""):
        del watch.asked[:]
        open_link(page, site.new_link())
        choose(page)
        page.fill("#C1", comment)
        before = len(watch.asked)
        page.click(SEND)
        if comment:
            page.wait_for_selector("#hints li")
            assert watch.asked[before:] == []  # the pause lies before Send's first request
            page.click(SEND)
        page.wait_for_selector(".code span")
        asked.append([urlsplit(one).path.rpartition("/")[2] for one in watch.asked[1:]])
    assert asked[0] == asked[1]


def test_without_gzip_the_script_imports_its_hints(page: Page, site: Site, watch: Watch) -> None:
    page.route("**/answer.js", lambda route: route.fulfill(path=PLAIN))
    open_link(page, site.new_link())
    choose(page)
    page.fill("#C1", TELLING)
    assert watch.asked[-1].endswith("/hints.js")
    page.click(SEND)
    expect(page.locator("#hints li")).to_contain_text("Anna Miller")


def test_a_browser_without_look_behind_loses_hints_and_not_the_page(
    page: Page, site: Site, watch: Watch
) -> None:
    page.add_init_script("""window.RegExp = new Proxy(RegExp, { construct(kind, [source, flags]) {
      if (/\\(\\?<[=!]/.test(source)) throw new SyntaxError('invalid group specifier name');
      return new kind(source, flags);
    } })""")
    hints = PLAIN.with_name("hints.js").read_text(encoding="utf-8")
    assert not re.search(r"= /.*\(\?<[=!]", hints)  # one as a literal stops the whole file
    open_link(page, site.new_link())
    choose(page)
    page.fill("#C1", TELLING)
    page.click(SEND)
    page.wait_for_selector(".code span")
    assert watch.faults() == []


def test_a_comment_asks_the_server_for_nothing_until_it_is_sent(
    page: Page, site: Site, watch: Watch
) -> None:
    open_link(page, site.new_link())
    before = len(watch.asked)
    page.click("#C1")
    page.keyboard.type(TELLING)
    page.press("#C1", "Tab")
    assert len(watch.asked) == before
