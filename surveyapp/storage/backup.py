"""A copy of the whole database as one file that any supported database can be filled from."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import DataError, IntegrityError

from surveyapp.anonymity import base64url
from surveyapp.core.errors import DomainError
from surveyapp.storage.database import db, migrations
from surveyapp.storage.models import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from sqlalchemy import Connection, Table

FORMAT = 1
BATCH = 500
DAMAGED = (
    ValueError,
    KeyError,
    TypeError,
    OSError,
    EOFError,
    zlib.error,
    DataError,
    IntegrityError,
)
"""What reading something raises that no copy is."""


class BackupError(DomainError):
    """A copy that cannot be put back; nothing was changed."""


def dump(out: TextIO) -> int:
    """Write every row of every table, as one moment saw them; returns how many.

    A line of JSON for each: the table's name and its values. Takes an app context.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    rows = 0
    with engine.connect() as connection:
        json.dump({"format": FORMAT, "revision": _revision()}, out)
        for table in Base.metadata.sorted_tables:
            # By key: PostgreSQL's own order says what was written last.
            query = table.select().order_by(*table.primary_key.columns)
            for row in connection.execution_options(yield_per=BATCH).execute(query):
                out.write("\n" + json.dumps([table.name, [_plain(value) for value in row]]))
                rows += 1
    return rows


def restore(source: TextIO, put_back: Callable[[], object] = lambda: None) -> int:
    """Fill an empty database, its tables made, with what `dump` wrote; returns how many rows.

    What else belongs to it is `put_back` before the rows are kept.
    Raises `BackupError` if there is data already, or the file is of another version or no copy.
    """
    with db.engine.begin() as connection:
        if any(
            connection.scalar(select(func.count()).select_from(t))
            for t in Base.metadata.tables.values()
        ):
            message = "There is data here already: a copy is put back into an empty installation."
            raise BackupError(message)
        try:
            _check(json.loads(source.readline()))
            rows = _fill(connection, (json.loads(line) for line in source))
        except DAMAGED as error:
            message = "This is no copy that “surveyapp backup” wrote, or it is damaged."
            raise BackupError(message) from error
        if connection.dialect.name == "postgresql":
            _advance_sequences(connection)
        put_back()
    return rows


def _revision() -> str:
    return ", ".join(sorted(str(revision.revision) for revision in migrations.heads()))


def _check(header: Any) -> None:  # noqa: ANN401  (whatever a file's first line says)
    if header["format"] != FORMAT or header["revision"] != _revision():
        message = (
            "This copy was written by another version of the program: put it back with that one,"
            " then upgrade."
        )
        raise BackupError(message)


def _fill(connection: Connection, lines: Iterator[Any]) -> int:
    tables = Base.metadata.tables
    later: list[tuple[Table, dict[str, Any]]] = []
    count = 0
    for name, group in groupby(lines, itemgetter(0)):
        table = tables[name]
        while rows := [_row(table, values) for _, values in islice(group, BATCH)]:
            for column in _own_references(table):
                # A row may refer to one of the same table that comes after it.
                later += [(table, {"b_id": row["id"], column: row[column]}) for row in rows]
                for row in rows:
                    row[column] = None
            connection.execute(table.insert(), rows)
            count += len(rows)
    for table, change in later:
        connection.execute(table.update().where(table.c.id == bindparam("b_id")), change)
    return count


def _row(table: Table, values: Any) -> dict[str, Any]:  # noqa: ANN401  (whatever a line says)
    return dict(zip(table.columns.keys(), map(_value, values), strict=True))


def _own_references(table: Table) -> list[str]:
    return [
        column.name
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]


def _advance_sequences(connection: Connection) -> None:
    """Let ids go on after those that came with the copy."""
    for table in Base.metadata.tables.values():
        if table.autoincrement_column is not None:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'),"  # noqa: S608  (our own tables' names)
                    f' (SELECT coalesce(max(id), 1) FROM "{table.name}"))'
                )
            )


def _plain(value: Any) -> Any:  # noqa: ANN401  (any value of a column)
    if isinstance(value, bytes):
        return {"bytes": base64url.encode(value)}
    if isinstance(value, dt.datetime):
        return {"time": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    return value


def _value(plain: Any) -> Any:  # noqa: ANN401  (any value of a column)
    match plain:
        case {"bytes": written}:
            return base64url.decode(written)
        case {"time": written}:
            return dt.datetime.fromisoformat(written)
        case {"day": written}:
            return dt.date.fromisoformat(written)
    return plain
