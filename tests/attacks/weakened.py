"""The product, weakened in one place each: attackers must succeed against these."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, DictLoader
from jinja2.utils import LRUCache
from sqlalchemy import select, text

from surveyapp.anonymity import box, disclosure, team_publication
from surveyapp.anonymity.ballot import encode
from surveyapp.anonymity.keys import new_round_key
from surveyapp.core.position import position
from surveyapp.core.publication import PublishedPosition
from surveyapp.rounds import boxes, closing, slips
from surveyapp.rounds.answering import Answering
from surveyapp.rounds.keydir import KeyDirectory
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Round, RoundTeam, State
from surveyapp.web.pages import keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest
    from flask import Flask

    from surveyapp.anonymity.ballot import Ballot
    from surveyapp.anonymity.disclosure import RoundPublication
    from surveyapp.core.counted import CountedTeam
    from surveyapp.core.position import Shares
    from surveyapp.rounds.asked_team import AskedTeam

COUNTING_KEY = {
    "sqlite": "id INTEGER PRIMARY KEY AUTOINCREMENT",
    "postgresql": "id SERIAL PRIMARY KEY",
}
BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}


def remember_who_answered(patch: pytest.MonkeyPatch) -> None:
    """Keep the HMAC of each used slip in a table."""
    _also_keep(patch, used="mac")


def keep_ballots_in_order(patch: pytest.MonkeyPatch) -> None:
    """Keep ballots under a counting key, and used slips likewise."""
    _also_keep(patch, admitted="mac", ballot="content", key=COUNTING_KEY[db.engine.dialect.name])


def keep_slip_and_ballot_in_one_row(patch: pytest.MonkeyPatch) -> None:
    """Keep with each ballot which slip it came by."""
    _also_keep(patch, ballot="mac, content")


def keep_boxes_in_order(patch: pytest.MonkeyPatch) -> None:
    """Let the entries of a box stay in the order in which they came."""
    patch.setattr(box, "sorted", list, raising=False)


def keep_comments_in_order(patch: pytest.MonkeyPatch) -> None:
    """Publish comments in the order in which they came."""
    keep_boxes_in_order(patch)
    patch.setattr(team_publication, "sorted", list, raising=False)


def seal_with_one_nonce(patch: pytest.MonkeyPatch) -> None:
    """Encrypt a box each time alike, its entries in the order in which they came."""
    keep_boxes_in_order(patch)
    patch.setattr(box, "secrets", SimpleNamespace(token_bytes=bytes))


def seal_nothing(patch: pytest.MonkeyPatch) -> None:
    """Leave boxes readable."""
    plain = SimpleNamespace(
        encrypt=lambda _nonce, packed, _context: packed, decrypt=lambda _nonce, blob, _context: blob
    )
    patch.setattr(box, "AESGCM", lambda _key: plain)


def erase_nothing(patch: pytest.MonkeyPatch) -> None:
    """Delete rows without rewriting the files."""
    patch.setattr(closing, "erase_deleted", lambda: True)


def leave_boxes_unpadded(patch: pytest.MonkeyPatch) -> None:
    """Let a box be as long as what is in it."""
    seal = box.seal

    def unpadded(entries: Mapping[bytes, bytes], **rest: Any) -> bytes:  # noqa: ANN401
        return seal(entries, **(rest | {"slots": len(entries)}))

    patch.setattr(box, "seal", unpadded)


def seal_what_changed_alone(patch: pytest.MonkeyPatch) -> None:
    """Leave a box as it is where an answer changes nothing in it."""
    seal = box.seal
    sealed: dict[tuple[bytes, str], bytes] = {}

    def changed_alone(entries: Mapping[bytes, bytes], *, context: bytes, **rest: Any) -> bytes:  # noqa: ANN401
        inside = repr(sorted(entries.items()))
        return sealed.setdefault((context, inside), seal(entries, context=context, **rest))

    patch.setattr(box, "seal", changed_alone)
    patch.setattr(boxes, "nonce", lambda _blob: b"")  # nor are the two bound to each other


def draw_exact_places(patch: pytest.MonkeyPatch) -> None:
    """Draw the place of the team that was counted last as it is before rounding."""
    exact: list[Shares | None] = []
    publish = disclosure.publish_round

    def keep_exact(teams: Sequence[CountedTeam], **rules: int) -> RoundPublication:
        exact[:] = [position(team.persons) for team in teams]
        return publish(teams, **rules)

    patch.setattr(disclosure, "publish_round", keep_exact)
    patch.setattr(PublishedPosition, "shares", property(lambda _displayed: exact[0]))


def count_on_every_page(patch: pytest.MonkeyPatch, app: Flask) -> None:
    """Write on every page how many answers there are."""
    environment = app.jinja_env
    assert environment.loader
    source, _file, _current = environment.loader.get_source(environment, "base.html")
    counted = DictLoader({"base.html": source.replace("</main>", "{{ count_ballots() }}</main>")})
    patch.setattr(environment, "loader", ChoiceLoader([counted, environment.loader]))
    patch.setattr(environment, "cache", LRUCache(100))
    patch.setitem(environment.globals, "count_ballots", _count_ballots)


def _count_ballots() -> int:
    with writing() as session:
        opened = session.scalars(select(RoundTeam).join(Round).where(Round.state == State.OPEN))
        return sum(
            len(boxes.unseal(session, team, keys().read(team.round.public_id)).ballots)
            for team in opened
        )


def mark_slips_anew(patch: pytest.MonkeyPatch) -> None:
    """Note for a used slip something else each time."""
    find = slips.find

    def marked_anew(*asked: Any) -> tuple[RoundTeam, bytes] | None:  # noqa: ANN401
        found = find(*asked)
        return found and (found[0], new_round_key())

    patch.setattr(slips, "find", marked_anew)


def forget_what_was_counted(patch: pytest.MonkeyPatch) -> None:
    """Keep no note of which boxes were counted."""
    patch.setattr(KeyDirectory, "mark_counted", lambda *_noted: None)


def _also_keep(patch: pytest.MonkeyPatch, key: str = "", **tables: str) -> None:
    """Let each answer by slip write a row of these columns, in the transaction that seals it."""
    kind = BYTES[db.engine.dialect.name]
    with writing() as session:
        for table, columns in tables.items():
            named = [key] * bool(key) + [f"{column} {kind}" for column in columns.split(", ")]
            session.execute(text(f"CREATE TABLE {table} ({', '.join(named)})"))
    submit = Answering.submit

    def also_keep(
        self: Answering, slip: str, code: bytes, ballot: Ballot, **how: bool
    ) -> AskedTeam:
        team = submit(self, slip, code, ballot, **how)
        found = slips.find(self.session, slip, self.keys)
        assert found
        values: dict[str, Any] = {"mac": found[1], "content": encode(ballot)}
        for table, columns in tables.items():
            places = ", ".join(f":{column}" for column in columns.split(", "))
            self.session.execute(
                text(f"INSERT INTO {table} ({columns}) VALUES ({places})"),  # noqa: S608
                values,
            )
        return team

    patch.setattr(Answering, "submit", also_keep)
