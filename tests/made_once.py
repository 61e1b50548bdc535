"""What is costly and the same in every test is made once in a process: code, and real RSA keys.

Each test still has an application, a database and keys of its own.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from jinja2 import BytecodeCache
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from surveyapp.anonymity.tickets import draw_private_key
from surveyapp.storage.database import db

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from flask import Flask
    from jinja2.bccache import Bucket

CHEAP: Final = {"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
"""What hashing a password may cost where its cost is not what is tested."""
_compile: Callable[[Rule, bool], Callable[..., tuple[str, str]]] = Rule._compile_builder  # noqa: SLF001
_builders: dict[object, Callable[..., tuple[str, str]]] = {}


class _Templates(BytecodeCache):
    """Keeps compiled templates, each under its name and its source, for the next application."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_templates: Final = _Templates()


class _Statements(LRUCache[Any, Any]):
    """Keeps compiled statements for every application's engine of the same kind of database."""

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401  (as SQLAlchemy's own)
        """Find a statement: an engine puts its own dialect in front, we that one's name."""
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, value: Any) -> None:  # noqa: ANN401  (as SQLAlchemy's own)
        super().__setitem__((key[0].name, *key[1:]), value)


_statements: Final = _Statements(5000)


class _TicketKeys:
    """Hands out RSA keys: within one test none twice, in the next test the same ones again."""

    def __init__(self) -> None:
        self.drawn: list[RSAPrivateKey] = []
        self.lock, self.used = threading.Lock(), 0

    def next(self) -> RSAPrivateKey:
        """Return a key that this test has not had; safe among threads."""
        with self.lock:
            place, self.used = self.used, self.used + 1
        while len(self.drawn) <= place:
            self.drawn.append(draw_private_key())
        return self.drawn[place]


ticket_keys: Final = _TicketKeys()


def _builder(rule: Rule, append_unknown: bool = True) -> Any:  # noqa: ANN401, FBT001, FBT002
    """Compile what builds a rule's addresses, once for all applications; as Werkzeug's own."""
    key = rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown  # noqa: SLF001
    if key not in _builders:
        _builders[key] = _compile(rule, append_unknown)
    return _builders[key]


def compile_rules_once() -> None:
    """Compile addresses once in this process: nearly all that an application costs."""
    Rule._compile_builder = _builder  # type: ignore[assignment, method-assign]  # noqa: SLF001


def take_over(app: Flask) -> None:
    """Let an application take over what earlier ones compiled."""
    with app.app_context():
        for engine in db.engines.values():
            engine._compiled_cache = _statements  # noqa: SLF001
    app.jinja_env.bytecode_cache = _templates


def hash_cheaply(app: Flask) -> None:
    """Hash at little cost: not where a server is started too, which would hash each anew."""
    app.extensions["security"].pwd_context.update(**CHEAP)
