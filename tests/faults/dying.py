"""Closes a round in processes that kill themselves at one step after the other.

Run with the folder of an installation, the address of its empty database, and how many steps lie
between two kills; prints what went wrong. A program of its own: a test's process has threads, and
cannot be copied safely.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from surveyapp.app import create_app
from surveyapp.rounds import closing
from surveyapp.storage.database import db
from surveyapp.web.pages import keys, today
from tests.faults.answered import Kept, answered_round, outcome
from tests.faults.stopping import Steps, counted, kill
from tests.installation import running, settings_for


def main(folder: str, database_url: str, stride: int) -> None:
    """Kill and close again, and again."""
    with running(create_app(settings_for(Path(folder), database_url))):
        round_id = answered_round()
        before = Kept.now()
        with counted(Steps()) as whole:
            closing.close(round_id, keys(), today=today())
        expected = outcome(round_id)
        kills = 0
        for most in range(0, len(whole.done), stride):
            before.put_back()
            db.session.close()
            db.engine.dispose()
            if (child := os.fork()) == 0:
                with counted(Steps(most, kill)):
                    closing.close(round_id, keys(), today=today())
                os._exit(0)
            _pid, status = os.waitpid(child, 0)
            kills += os.WIFSIGNALED(status)
            if not outcome(round_id)["state"][1]:
                closing.close(round_id, keys(), today=today())
            if outcome(round_id) != expected:
                print(f"killed before {whole.done[most]}: {outcome(round_id)}")  # noqa: T201
        print(f"{kills} kills")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
