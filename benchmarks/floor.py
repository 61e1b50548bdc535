"""The floor that journeys are compared with: the least that a Flask app can do for an answer.

Flask, Flask-WTF's token against forged forms, SQLAlchemy on SQLite (write-ahead log and fully
synchronous, as the product's), a template that writes the radios, one insert and one commit per
answer. Who answered stands beside what they said: no anonymity at all.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, render_template, request
from flask_wtf import CSRFProtect
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, event, func, select

from benchmarks.serving import free_port, wait_for
from surveyapp.cli.server import HOST, run_server
from surveyapp.core.questionnaire import ITEMS
from surveyapp.storage.database import SQLITE_PRAGMAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue
    from sqlalchemy import Engine

WORKERS = 2
"""As many as the product is served with."""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Survey</title></head><body><h1>Survey</h1>
<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
{% for item in items %}<fieldset><legend>{{ item.text }}</legend>
{% for choice in item.choices %}<label><input type="radio" name="{{ item.id }}"
 value="{{ choice }}" required> {{ choice }}</label>
{% endfor %}</fieldset>{% endfor %}
<button>Send</button></form></body></html>"""
ANSWERS = Table(
    "answer",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("person", Integer, nullable=False),
    *(Column(item.id, String(9), nullable=False) for item in ITEMS),
)


@contextmanager
def served_floor(folder: Path) -> Iterator[tuple[str, int]]:
    """Serve it as the product is served; gives address and process id."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.floor", str(folder), str(port)]
    server = subprocess.Popen(command)
    address = f"http://{HOST}:{port}"
    try:
        wait_for(f"{address}/1")
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def stored_answers(folder: Path) -> int:
    """Count the answers that arrived."""
    with _engine(folder).connect() as connection:
        return connection.scalar(select(func.count()).select_from(ANSWERS)) or 0


def create_floor(folder: Path) -> Flask:
    """Build the app; its database lies in the folder."""
    app = Flask("floor")
    app.config["SECRET_KEY"] = "only-for-measuring"  # noqa: S105  (on loopback)
    CSRFProtect(app)
    page = app.jinja_env.from_string(PAGE)
    app.extensions["floor_engine"] = engine = _engine(folder)
    ANSWERS.metadata.create_all(engine)
    engine.dispose()  # processes are forked before any connection is made

    @app.route("/<int:person>", methods=["GET", "POST"])
    def answer(person: int) -> ResponseReturnValue:
        if request.method == "GET":
            return render_template(page, items=ITEMS)
        given = {item.id: request.form.get(item.id, "") for item in ITEMS}
        wrong = [item.id for item in ITEMS if given[item.id] not in item.choices]
        if wrong:
            return f"Please answer {', '.join(wrong)}.", 422
        with engine.begin() as connection:
            connection.execute(ANSWERS.insert().values(person=person, **given))
        return "Thank you.", 201

    return app


def _engine(folder: Path) -> Engine:
    engine = create_engine(f"sqlite:///{folder / 'floor.sqlite'}")
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  (DBAPI object)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


if __name__ == "__main__":
    run_server(create_floor(Path(sys.argv[1])), HOST, int(sys.argv[2]), WORKERS, worker=False)
