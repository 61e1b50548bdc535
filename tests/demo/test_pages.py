from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from surveyapp.anonymity.thresholds import DEFAULT_THRESHOLD
from surveyapp.charts import words
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.publication import Participation, PublishedFit, PublishedScale
from surveyapp.demo import cast
from tests.demo.closed import asked, published
from tests.demo.test_kinds import CHANGES, PLANTED
from tests.installation import PageClient, page_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from enum import StrEnum

    from flask import Flask
    from sqlalchemy.orm import Session

    from surveyapp.core.publication import Publication
    from surveyapp.demo.build import DemoSummary
    from surveyapp.storage.models import RoundTeam

NAMES = sorted({name for _, name, _ in PLANTED} | set(CHANGES.values()))


@pytest.fixture(scope="module")
def coach(app: Flask, summary: DemoSummary) -> PageClient:
    client = page_client(app)
    page = client.get("/account/login").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    form = {"email": "coach@demo.example", "password": summary.password, "csrf_token": token[1]}
    assert client.post("/account/login", data=form).status_code == 302
    return client


def read(client: PageClient, team: RoundTeam) -> str:
    """Return what a coach reads on a leader's page."""
    page = client.get(f"/coach/results/{team.public_id}").text
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


def published_words(publication: Publication, earlier: str) -> Iterator[str]:
    """Yield what has to be read of a result."""
    position, change = publication.position, publication.change
    yield words.value_or_reason(position, DEFAULT_THRESHOLD, words.position_in_words)
    if isinstance(publication.participation, Participation):
        yield words.participation(publication.participation)
    for name, scale in publication.scales.items():
        if isinstance(scale, PublishedScale):
            yield words.band(name, scale.band)
    if change:
        yield words.value_or_reason(
            change.change, DEFAULT_THRESHOLD, lambda said: words.change(said, earlier)
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_is_published_and_nothing_else(
    session: Session, coach: PageClient, name: str
) -> None:
    email = f"{name}@{cast.NORTHWIND.domain}"
    before, team = asked(session, email)[1:3]
    publication = published(session, email)[-1]
    page = read(coach, team)
    for said in published_words(publication, before.round.name):
        assert said in page
    fit = publication.fit
    assert isinstance(fit, PublishedFit)
    told: tuple[tuple[type[StrEnum], Callable[..., str], object], ...] = (
        (AgreementWord, words.agreement, publication.agreement),
        (Verdict, words.people_verdict, fit.people),
        (HandsOffKind, words.hands_off, fit.hands_off),
    )
    for every, say, shown in told:
        assert [each for each in every if say(each) in page] == [
            each for each in every if each is shown
        ]
