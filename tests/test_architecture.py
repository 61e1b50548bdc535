"""Every route stands in the table of permissions, and every part of an address has a type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.routing import Rule, UnicodeConverter

from surveyapp.web.access import PERMISSIONS, READ, WRITE

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient


def methods_of(rules: list[Rule]) -> frozenset[str]:
    """Return an endpoint's methods; OPTIONS belongs to reading, though every rule answers it."""
    methods = frozenset().union(*(rule.methods or () for rule in rules))
    return methods if "GET" in methods else methods - {"OPTIONS"}


def routes(app: Flask) -> dict[str, frozenset[str]]:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    return {name: methods_of(list(app.url_map.iter_rules(name))) for name in endpoints}


def untyped(app: Flask) -> list[str]:
    """Return the addresses with a part that takes any text."""
    return [
        f"{rule.rule}: {name}"
        for rule in app.url_map.iter_rules()
        for name, converter in rule._converters.items()  # noqa: SLF001  (Werkzeug's only way)
        if type(converter) is UnicodeConverter
    ]


def test_the_table_of_permissions_is_the_list_of_routes_with_their_methods(app: Flask) -> None:
    table = {name: frozenset().union(*who.values()) for name, who in PERMISSIONS.items()}
    assert routes(app) == table


def test_permissions_are_to_read_to_write_or_both() -> None:
    granted = {methods for who in PERMISSIONS.values() for methods in who.values()}
    assert granted <= {READ, WRITE, READ | WRITE}


def test_a_route_that_is_missing_from_the_table_is_no_page(app: Flask, client: PageClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret", methods=["GET", "POST"])
    assert routes(app)["forgotten"] == READ | WRITE
    for method in ("GET", "POST", "HEAD", "OPTIONS"):
        reply = client.open("/forgotten", method=method)
        assert reply.status_code == 404
        assert "secret" not in reply.text


def test_every_part_of_an_address_is_typed(app: Flask) -> None:
    assert any(rule.arguments for rule in app.url_map.iter_rules())
    assert untyped(app) == []


def test_a_part_that_takes_any_text_is_found(app: Flask) -> None:
    app.add_url_rule("/any/<thing>/<int:number>", "any", lambda: "")
    assert untyped(app) == ["/any/<thing>/<int:number>: thing"]
