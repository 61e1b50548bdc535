"""`surveyapp worker` for which an hour is a second; killed by its test.

It seals all boxes anew again and again, and takes up at once what somebody dead had in hand. While
there is a file “hold” beside the database it stands still in the middle of a mailing or a count.
"""

from __future__ import annotations

import os
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from surveyapp.anonymity import disclosure
from surveyapp.cli import main
from surveyapp.jobs import leasing, running, sending
from surveyapp.jobs.schedule import PERIODS
from surveyapp.storage.models import JobKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HOLD = "hold"


def held(does: Callable[..., Any], every: int) -> Callable[..., Any]:
    """Let something be waited with, each so many times, for as long as the file is there."""
    calls, hold = count(1), Path(os.environ["SURVEYAPP_INSTANCE"]) / HOLD

    def done(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  (as what it stands for)
        turn = next(calls) % every == 0
        while turn and hold.exists():
            time.sleep(0.01)
        return does(*arguments, **named)

    return done


if __name__ == "__main__":
    PERIODS[JobKind.RESEAL] = 1
    leasing.LEASE_SECONDS = 1
    leasing.DELAYS = (1,) * len(leasing.DELAYS)
    running.POLL_SECONDS = 0.3  # type: ignore[assignment]  # whole seconds for others
    sending._deliver = held(sending._deliver, 4)  # noqa: SLF001
    disclosure.publish_round = held(disclosure.publish_round, 1)
    main(["worker"])
