from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from surveyapp.core.questionnaire import ITEMS
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, ReportOrder, RoleName
from tests import factories
from tests.factories import send
from tests.page_checks import parse, text_of
from tests.publications import FINE, PUBLICATIONS, publish
from tests.reports.results import read, squeezed
from tests.reports.results import text_of as pdf_text
from tests.web.orders import LEADERS, download, make_all, order

if TYPE_CHECKING:
    from tests.installation import PageClient


def page_values(page: str) -> set[str]:
    """Return what stands in the cells of all tables, and each comment and question's average."""
    root = parse(page)
    cells = {text_of(cell) for tag in ("td", "th") for cell in root.iter(tag)}
    told = {said for texts in FINE.comments.values() if isinstance(texts, tuple) for said in texts}
    listed = {text_of(one) for one in root.iter("li")} & told
    return (cells | listed) - {"", "Place"}


def test_page_pdf_and_workbook_say_the_same_to_the_digit(client: PageClient, reported: int) -> None:
    factories.release_round(reported)
    factories.sign_in(client, factories.address("Dana"))
    path = f"/leader/results/{factories.public_id(reported)}"
    values = page_values(client.get(path, query_string={"reveal": "1"}).text)
    numbers = {value for value in values if re.search(r"\d\.\d", value)}
    assert len(numbers) >= 15
    reply = client.get(f"{path}/report.pdf")
    text = pdf_text(reply.data)
    missing = sorted(value for value in values if squeezed(value) not in text)
    assert missing == []
    team = factories.team_ids(reported)["Dana"]
    client = factories.signed_in(factories.address("Coach"))
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(f"/coach/results/{team}/report.xlsx").data)
    )
    cells = {
        f"{cell:.2f}" if isinstance(cell, float) else str(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    }
    between = {value for value in numbers if " to " in value}
    assert sorted(numbers - between - cells) == []
    for value in between:
        assert set(value.split(" to ")) <= cells
    items = [item.text for item in ITEMS if isinstance(FINE.items.get(item.id), int)]
    assert set(items) <= cells


def test_a_leader_gets_their_report_once_it_is_released(client: PageClient, reported: int) -> None:
    factories.sign_in(client, factories.address("Dana"))
    path = f"/leader/results/{factories.public_id(reported)}/report.pdf"
    assert client.get(path).status_code == 404
    factories.release_round(reported)
    reply = client.get(path)
    assert reply.mimetype == "application/pdf"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="dana-spring.pdf"'
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Dana" in pdf_text(reply.data)


def test_a_coach_reads_an_own_view_once_the_result_is_released(
    client: PageClient, reported: int
) -> None:
    factories.sign_in(client, factories.address("Coach"))
    path = f"/coach/results/{factories.team_ids(reported)['Dana']}/report.pdf"
    before = pdf_text(client.get(path).data)
    assert squeezed("how you see yourself") not in before
    assert squeezed("not released to the leader yet") in before
    factories.release_round(reported)
    after = client.get(path).data
    assert squeezed("how you see yourself") in pdf_text(after)
    client = factories.signed_in(factories.address("Dana"))
    own = client.get(f"/leader/results/{factories.public_id(reported)}/report.pdf").data
    assert own == after


def test_a_coach_downloads_all_reports_in_one_file(client: PageClient, reported: int) -> None:
    factories.sign_in(client, factories.address("Coach"))
    assert order(client, reported, group="y", formats=["pdf", "xlsx", "csv"]).status_code == 302
    page = client.get(f"/coach/rounds/{factories.public_id(reported)}/reports").text
    assert "The reports are being made" in page
    assert "progress.js" in page
    make_all()
    reply = download(client, reported)
    assert reply.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(reply.data)) as pack:
        names = set(pack.namelist())
        assert {f"{leader.lower()}.pdf" for leader in LEADERS} <= names
        assert {"workbook.xlsx", "positions.csv", "group.pdf", "readme.txt"} <= names
        assert float(read(pack.read("dana.pdf")).pages[0].mediabox.width) < 600


def test_a_form_without_a_choice_says_what_is_missing(client: PageClient, reported: int) -> None:
    factories.sign_in(client, factories.address("Coach"))
    reply = order(client, reported, formats=[], paper="parchment")
    assert reply.status_code == 422
    assert "Please choose at least one." in reply.text
    with writing() as session:
        assert session.scalars(select(ReportOrder.id)).all() == []


def test_a_coach_of_few_is_offered_no_report_about_all(client: PageClient, reported: int) -> None:
    factories.sign_in(client, factories.address("Other"))
    path = f"/coach/rounds/{factories.public_id(reported)}/reports"
    assert "for a sponsor" not in client.get(path).text
    order(client, reported, group="y")
    make_all()
    with zipfile.ZipFile(io.BytesIO(download(client, reported).data)) as pack:
        assert set(pack.namelist()) == {"eve.pdf", "workbook.xlsx", "readme.txt"}


def test_reports_are_five_clicks_from_signing_in(client: PageClient, reported: int) -> None:
    factories.sign_in(client, factories.address("Coach"))  # 1: signing in shows the portfolio
    portfolio = client.get("/account/", follow_redirects=True).text
    found = re.search(r'href="(/coach/rounds/\w+/reports)"', portfolio)
    assert found  # 2
    assert "Make the reports" in client.get(found[1]).text  # 3
    order(client, reported)
    make_all()
    assert download(client, reported).status_code == 200  # 4


def test_an_order_stands_for_the_results_that_were_seen(client: PageClient, reported: int) -> None:
    """What is published later does not slip into a report that speaks of another result."""
    factories.sign_in(client, factories.address("Coach"))
    path = f"/coach/results/{factories.team_ids(reported)['Hana']}/report.pdf"
    first = client.get(path).data
    assert first == client.get(path).data
    team = factories.team_ids(reported)["Hana"]
    publish(team, replace(PUBLICATIONS["micro-managing"], agreement=None))
    assert first != client.get(path).data


def test_an_administrator_chooses_how_reports_look(client: PageClient, reported: int) -> None:
    with writing() as session:
        organisation = session.scalars(select(Organisation.id)).one()
    factories.sign_in(client, factories.make_account(organisation, "Admin", RoleName.ADMIN))
    look = {"colour": "#7a1fa2", "paper": "letter"}
    refused = send(client, "/admin/look", carried="/admin/", **(look | {"colour": "red"}))
    assert refused.status_code == 422
    assert "Please write it as #24405e." in refused.text
    assert send(client, "/admin/look", carried="/admin/", **look).status_code == 302
    assert 'value="#7a1fa2"' in client.get("/admin/organisation").text
    coach = factories.signed_in(factories.address("Coach"))
    path = f"/coach/results/{factories.team_ids(reported)['Dana']}/report.pdf"
    page: Any = read(coach.get(path).data).pages[0]
    assert round(float(page.mediabox.width)) == 612
    assert b"0.47843137 0.12156863 0.63529414" in page["/Contents"].get_object().get_data()
