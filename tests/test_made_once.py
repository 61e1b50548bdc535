"""What tests have in common carries nothing from one test or application into another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.routing import Map, Rule, UnicodeConverter

from surveyapp.rounds import opening
from tests.made_once import ticket_keys

if TYPE_CHECKING:
    from flask import Flask


class Loud(UnicodeConverter):
    def to_url(self, value: str) -> str:
        return value.upper()


def test_within_a_test_no_ticket_key_is_handed_out_twice(app: Flask) -> None:
    assert ticket_keys.used == 0
    drawn = [*opening.draw_keys(3), *opening.draw_keys(2)]
    assert len({key.private_numbers().p for key in drawn}) == 5


def test_rules_of_the_same_text_build_addresses_each_as_its_own_application_says() -> None:
    built = [
        Map([Rule("/<name>", endpoint="page")], converters=converters)
        .bind("demo.example")
        .build("page", {"name": "a"})
        for converters in ({}, {"default": Loud})
    ]
    assert built == ["/a", "/A"]
