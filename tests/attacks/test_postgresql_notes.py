"""Attack 5: somebody reads what PostgreSQL notes beside the data: transactions and counters."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import text

from surveyapp.storage.database import db
from tests.attacks import weakened
from tests.attacks.chance import GUESSES, like_a_coin
from tests.attacks.dumps import change, guess_who_said_what, open_team, take_dump

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from flask import Flask

    from tests.attacks.dumps import Dump

Counts: TypeAlias = "dict[str, tuple[int, ...]]"
"""By table: how many of its rows were inserted, updated and deleted so far."""


def transactions_alone(_round_id: int) -> Dump:
    """Copy every table without the order of its rows: what one transaction wrote stays visible."""
    dump = take_dump()
    for rows in dump.values():
        random.Random("order").shuffle(rows)
    return dump


def counters() -> Counts:
    """Read the counters of all tables, those of long values among them."""
    with db.engine.begin() as connection:  # the pool's only one, which did all the writing
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
    with db.engine.connect() as connection:
        query = (
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_all_tables"
            " WHERE schemaname IN ('public', 'pg_toast')"
        )
        return {name: tuple(counts) for name, *counts in connection.execute(text(query))}


def growth(answer: Callable[[], object]) -> Counts:
    """Return how much the counters grow with an answer."""
    before = counters()
    answer()
    grown = {
        table: tuple(new - old for old, new in zip(before[table], counts, strict=True))
        for table, counts in counters().items()
    }
    return {table: counts for table, counts in grown.items() if any(counts)}


def growths() -> list[Counts]:
    """Return it for two people's first answers, and for changed ones."""
    _round_id, people = open_team(12)
    code = people[0].answer()
    return [
        growth(people[1].answer),
        growth(lambda: people[2].answer("something", S1="1")),
        growth(lambda: change(code)),
    ]


def test_no_transaction_wrote_both_who_came_and_what_was_said(postgresql_app: Flask) -> None:
    assert like_a_coin(guess_who_said_what(transactions_alone))


def test_the_attacker_joins_what_one_transaction_wrote(
    postgresql_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.keep_ballots_in_order(monkeypatch)
    assert guess_who_said_what(transactions_alone) == GUESSES


def test_counters_grow_alike_whoever_answers_and_for_changed_answers(postgresql_app: Flask) -> None:
    first, second, changed = growths()
    assert first == second == changed
    assert first["box"] == (0, 2, 0)
    assert {table for table in first if not table.startswith("pg_toast")} == {"box"}


def test_counters_tell_a_first_answer_where_boxes_are_not_padded(
    postgresql_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened.leave_boxes_unpadded(monkeypatch)
    first, _second, changed = growths()
    assert first != changed
