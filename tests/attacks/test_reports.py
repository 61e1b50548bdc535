"""Attack 11: somebody reads every byte of the reports.

They know two sets of answers that both give what is displayed, and want to know which it was; and
they look for numbers finer than the displayed ones, inside the compressed parts as well.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pypdf import PdfReader
from pypdf.generic import StreamObject
from sqlalchemy import update

from surveyapp.anonymity import disclosure
from surveyapp.reports.making import leader_pdf, leader_workbook
from surveyapp.storage.database import writing
from surveyapp.storage.models import Paper, Round, State
from tests import factories
from tests.attacks import weakened
from tests.attacks.dumps import suspects
from tests.installation import page_client
from tests.publications import FINE
from tests.reports.results import SURVEY, result

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

COARSE, FINE_SIZE = 6, 12
DECIMAL = re.compile(r"\d\.\d+")


def reports_of_two(client: PageClient, size: int) -> list[tuple[bytes, bytes]]:
    """Let two rounds of one name differ in one answer of one person; return both's reports."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", size)
    factories.sign_in(client, factories.make_coach_account(organisation, "Dana"))
    seen = []
    for answer in ("4", "5"):
        round_id = factories.open_round(organisation, "Spring")
        one, *others = suspects(factories.draw_codes(round_id)["Dana"])
        one.answer(S2=answer)
        for other in others:
            other.answer()
        factories.close_and_release(round_id)
        path = f"/coach/results/{factories.team_ids(round_id)['Dana']}/report"
        seen.append((client.get(f"{path}.pdf").data, client.get(f"{path}.xlsx").data))
        with writing() as session:  # as if this round had not been: none is compared with it
            session.execute(
                update(Round).where(Round.id == round_id).values(state=State.DISCARDED, name=answer)
            )
    return seen


def opened(document: bytes) -> list[bytes]:
    """Return the document and what is in its compressed parts."""
    if document.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(document)) as pack:
            return [pack.read(name) for name in pack.namelist()]
    reader = PdfReader(io.BytesIO(document))
    numbers = range(1, int(str(reader.trailer["/Size"])))
    found = [reader.get_object(number) for number in numbers]
    return [document, *(one.get_data() for one in found if isinstance(one, StreamObject))]


@pytest.fixture
def _same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw alike in both rounds, as chance may: another seed could show another region."""
    monkeypatch.setattr(disclosure, "generator", lambda *_: np.random.default_rng(1))


@pytest.mark.usefixtures("_same_draws")
@pytest.mark.parametrize("size", [COARSE, FINE_SIZE])
def test_what_gives_the_same_publication_gives_the_same_bytes(sqlite_app: Flask, size: int) -> None:
    first, second = reports_of_two(page_client(sqlite_app), size)
    assert first == second


@pytest.mark.usefixtures("_same_draws")
def test_the_attacker_sees_it_where_charts_are_drawn_from_exact_places(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.draw_exact_places(monkeypatch)
    (pdf, workbook), (other_pdf, other_workbook) = reports_of_two(page_client(sqlite_app), COARSE)
    assert pdf != other_pdf
    assert workbook != other_workbook


def test_every_number_in_a_report_is_a_displayed_one(sqlite_app: Flask) -> None:
    about = result(FINE)
    shown = {f"{step / 20:.2f}" for step in range(21)} | {
        f"{half / 2:.1f}" for half in range(2, 11)
    }
    pages = PdfReader(io.BytesIO(leader_pdf(about, Paper.A4))).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert {number for number in DECIMAL.findall(text) if number not in shown} == set()
    values = {
        float(value)
        for part in opened(leader_workbook([about]))
        if part.startswith(b"<?xml") and b"<worksheet" in part
        for value in re.findall(rb'<c r="\w+" s="\d+"><v>([^<]+)</v>', part)
    }
    whole = {9.0, float(SURVEY.threshold), float(SURVEY.comment_threshold)}
    assert values <= {step / 20 for step in range(21)} | {h / 2 for h in range(2, 11)} | whole
    assert len(values) > 10


@pytest.mark.usefixtures("_same_draws")
def test_no_report_tells_when_it_was_made_or_who_answered(sqlite_app: Flask) -> None:
    (pdf, workbook), _other = reports_of_two(page_client(sqlite_app), COARSE)
    for document in (pdf, workbook):
        content = b"\n".join(opened(document))
        assert b"CreationDate" not in content
        assert not re.search(rb"20[2-9]\d-\d\d-\d\dT\d\d:", content)
        for stranger in (b"Dana 1", b"demo.example", b"round_team", b"/tmp/"):
            assert stranger not in content
