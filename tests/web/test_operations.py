"""What load balancers and monitoring are told, and what they are never told."""

from __future__ import annotations

import shutil
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from surveyapp.jobs import health
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Job, JobKind, JobState
from surveyapp.web.pages import keys
from tests import factories
from tests.installation import page_client
from tests.jobs.desk import do_what_is_due

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

TOKEN = "a-token-of-a-monitoring-machine"
ADDRESSES = ("/healthz", "/readyz", "/metrics")
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def opened(app: Flask) -> int:
    """Open a round of a team that answers by slip, and one that answers by link."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 8)
    factories.make_team(organisation, "Eve", 8, mail=True)
    return factories.open_round(organisation)


@pytest.fixture
def well(app: Flask, opened: int, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Let a worker have been here just now, while the clock stands still."""
    do_what_is_due(1_795_521_600)
    monkeypatch.setattr("time.time", lambda: 1_795_521_610.0)
    return app


def numbers(page: str) -> dict[str, int]:
    """Read metrics as Prometheus does."""
    lines = [line for line in page.splitlines() if not line.startswith("#")]
    return {name: int(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_all_is_well(well: Flask, client: PageClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    reply = client.get("/readyz")
    assert (reply.status_code, reply.text) == (
        200,
        "ready\ndatabase: well\nkeys: well\nworkers: well\n",
    )


def test_that_it_is_alive_asks_neither_database_nor_keys(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise AssertionError

    monkeypatch.setattr(db.engine, "connect", fail)
    monkeypatch.setattr(health, "key_fault", fail)
    assert client.get("/healthz").status_code == 200


def test_without_a_worker_people_may_still_answer(opened: int, client: PageClient) -> None:
    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert "workers: none was heard of\n" in reply.text


def test_without_keys_it_is_not_ready(well: Flask, client: PageClient) -> None:
    shutil.rmtree(keys().path)
    reply = client.get("/readyz", may_fail=True)
    assert reply.status_code == 503
    assert reply.text.startswith("not ready\ndatabase: well\nkeys: the key directory cannot be")
    assert numbers(client.get("/metrics").text)['surveyapp_ready{part="keys"}'] == 0


def test_without_the_key_of_one_round_the_site_stays_and_somebody_is_woken(
    well: Flask, opened: int, client: PageClient
) -> None:
    other = factories.make_organisation("Contoso")
    factories.make_team(other, "Cleo", 5)
    factories.open_round(other)
    keys().destroy(factories.public_id(opened))
    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert "\nkeys: 1 of the open rounds’ keys are not there\n" in reply.text
    assert numbers(client.get("/metrics").text)['surveyapp_ready{part="keys"}'] == 0


def test_without_the_key_of_any_round_it_is_not_ready(well: Flask, client: PageClient) -> None:
    for file in keys().path.iterdir():
        file.unlink()
    assert client.get("/readyz", may_fail=True).status_code == 503


def test_with_another_versions_tables_it_is_not_ready(well: Flask, client: PageClient) -> None:
    with writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'of tomorrow'"))
    reply = client.get("/readyz", may_fail=True)
    assert reply.status_code == 503
    assert "database: the database has another version’s tables" in reply.text.replace("'", "’")
    assert "surveyapp_jobs" not in client.get("/metrics").text


def test_without_a_database_it_is_not_ready_and_says_nothing_of_its_address(
    well: Flask, client: PageClient
) -> None:
    with writing() as session:
        session.execute(text("DROP TABLE job"))
        session.execute(text("ALTER TABLE round RENAME TO gone"))
    reply = client.get("/readyz", may_fail=True)
    assert reply.status_code == 503
    assert "database: the database cannot be used (OperationalError)\n" in reply.text
    assert "sqlite" not in reply.text


def test_metrics_are_few(well: Flask, client: PageClient) -> None:
    with writing() as session:
        session.add(Job(kind=JobKind.ANNOUNCE, subject="x", due_at=0, state=JobState.FAILED))
    reply = client.get("/metrics")
    assert reply.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert numbers(reply.text) == {
        f'surveyapp_build_info{{version="{version("surveyapp")}"}}': 1,
        'surveyapp_ready{part="database"}': 1,
        'surveyapp_ready{part="keys"}': 1,
        'surveyapp_jobs{state="waiting"}': 0,
        'surveyapp_jobs{state="running"}': 0,
        'surveyapp_jobs{state="put_off"}': 0,
        'surveyapp_jobs{state="failed"}': 1,
        "surveyapp_worker_last_seen_timestamp_seconds": 1_795_521_600,
    }


@pytest.mark.parametrize("by", ["slip", "link"])
def test_whoever_asks_after_every_answer_learns_of_none(well: Flask, opened: int, by: str) -> None:
    answering, asking = page_client(well), page_client(well)
    codes, links = factories.draw_codes(opened)["Dana"], factories.draw_links(opened)["Eve"]

    def told() -> list[str]:
        return [asking.get(address).text for address in ADDRESSES]

    before = told()
    for turn in range(6):
        if by == "slip":
            factories.answer_by_slip(answering, codes[turn])
        else:
            factories.answer_by_link(answering, links[turn])
        assert told() == before


@pytest.mark.parametrize(
    "how",
    [
        {"environ_overrides": ELSEWHERE},
        {"environ_overrides": {"REMOTE_ADDR": ""}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Authorization": f"Bearer {TOKEN}x"}},
        {"headers": {"Authorization": "Bearer é"}},
        {"base_url": "https://survey.example"},
    ],
)
def test_details_and_metrics_are_not_for_others(
    well: Flask, client: PageClient, how: dict[str, object]
) -> None:
    ours = well.config["SETTINGS"]
    well.config["SETTINGS"] = replace(ours, base_url="https://survey.example", metrics_token=TOKEN)
    well.config["TRUSTED_HOSTS"].append("survey.example")
    assert client.get("/metrics", **how).status_code == 404
    assert client.get("/readyz", **how).text == "ready\n"
    assert client.get("/healthz", **how).text == "ok\n"


def test_the_token_opens_metrics_from_elsewhere(well: Flask, client: PageClient) -> None:
    shown = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", environ_overrides=ELSEWHERE, headers=shown).status_code == 404
    well.config["SETTINGS"] = replace(well.config["SETTINGS"], metrics_token=TOKEN)
    assert client.get("/metrics", environ_overrides=ELSEWHERE, headers=shown).status_code == 200
    reply = client.get("/readyz", environ_overrides=ELSEWHERE, headers=shown)
    assert "workers: well" in reply.text
