"""The client that other tests use: it lets no bad page and no failure pass unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.installation import PageError, ServerFailedError

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient


def test_a_page_that_breaks_a_rule_raises(app: Flask, client: PageClient) -> None:
    app.view_functions["public.home"] = lambda: "<!doctype html><title>A</title><h1>B</h1>"
    with pytest.raises(PageError, match="no language"):
        client.get("/")


def test_a_failing_server_raises_with_its_cause_unless_asked_not_to(
    app: Flask, client: PageClient
) -> None:
    def fail() -> str:
        message = "broken on purpose"
        raise LookupError(message)

    app.view_functions["public.home"] = fail
    with pytest.raises(ServerFailedError) as caught:
        client.get("/")
    assert str(caught.value.__cause__) == "broken on purpose"
    page = client.get("/", may_fail=True)
    assert page.status_code == 500
    assert "broken on purpose" not in page.text


def test_requests_share_nothing_but_cookies(app: Flask, client: PageClient) -> None:
    northwind = factories.make_organisation()
    factories.sign_in(client, factories.make_leader_account(northwind, "Dana"))
    assert client.get("/leader/").status_code == 200
    stranger = app.test_client()
    assert stranger.get("/leader/").status_code == 302


def test_the_cast_answers_and_sees_a_result(client: PageClient) -> None:
    northwind = factories.make_organisation()
    factories.make_team(northwind, "Dana", 6)
    spring = factories.open_round(northwind)
    for code in factories.draw_codes(spring)["Dana"]:
        assert len(factories.answer_by_slip(client, code).split()) == 12
    factories.close_and_release(spring)
    factories.sign_in(client, factories.make_leader_account(northwind, "Dana"))
    page = client.get(f"/leader/results/{factories.public_id(spring)}")
    assert "The same as a table" in page.text
